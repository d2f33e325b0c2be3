// From the order to play until the first picture is on the screen: the paid film against mpv and VLC playing it unpaid.
#include "tests/bench/players/match.h"

using namespace mutoscope;
using namespace mutoscope::bench;

int main(int argc, char** argv)
{
    return benchMain(argc, argv, "start",
                     "Each player waits with an empty full-screen window, is told to open the film, and its pixels are read a thousand times a "
                     "second. mpv (x11) and VLC read HLS from nginx on loopback; Mutoscope finds a seeder, opens a contract and pays, as a "
                     "viewer with nothing on disk. Medians of alternating rounds.",
                     {}, [](const Screen& screen, Contender& player) -> base::Result<Sample> {
                         player.open();
                         const auto time = untilPicture(screen, 0, 2 * picturesPerSecond);
                         if (!time)
                             return tl::unexpected(time.error());
                         return Sample{{QStringLiteral("first_frame_ms"), *time}};
                     });
}
