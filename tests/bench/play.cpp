// Processor time for each second played, and memory, without a GPU; node and X server included.
#include <cstring>

#include "tests/bench/players/match.h"

using namespace mutoscope;
using namespace mutoscope::bench;

namespace
{

constexpr int from = 3; ///< s of the film
constexpr int seconds = 20;

base::Result<Sample> once(const Screen& screen, Contender& player)
{
    player.open();
    if (const auto begun = untilPicture(screen, from * picturesPerSecond, (from + 3) * picturesPerSecond); !begun)
        return tl::unexpected(begun.error());
    const int first = *screen.picture();
    const double before = player.cpuSeconds() + cpuSeconds(screen.pid());
    int last = first;
    int shown = 1;
    const auto isOver = [&] {
        if (const auto picture = screen.picture(); picture && *picture > last) {
            last = *picture;
            ++shown;
        }
        return last >= first + seconds * picturesPerSecond;
    };
    if (!timeUntil(isOver, std::chrono::seconds(2 * seconds)))
        return base::fail(base::ErrorCode::Timeout, "the film does not go on");
    const double used = player.cpuSeconds() + cpuSeconds(screen.pid()) - before;
    const double played = static_cast<double>(last - first) / picturesPerSecond;
    return Sample{{QStringLiteral("cpu_per_second"), used / played},
                  {QStringLiteral("pictures_shown"), static_cast<double>(shown) / (last - first)},
                  {QStringLiteral("memory_mib"), static_cast<double>(player.memory()) / 1024}};
}

} // namespace

int main(int argc, char** argv)
{
    Match match{.screen = {1280, 720}, .filmSeconds = 180, .kilobitsPerSecond = 4'000, .rounds = 7};
    if (argc > 1 && std::strcmp(argv[1], "1080") == 0)
        match = {.screen = {1920, 1080}, .filmSeconds = 60, .kilobitsPerSecond = 6'000, .rounds = 7};
    return benchMain(argc, argv, match.screen.height() == 1080 ? "play 1080" : "play",
                     "Processor seconds of the player and the X server for each second of film, over 20 s in full screen, software decoding; "
                     "proportional set size at their end; share of the film's pictures that were seen on the screen. Otherwise as `start`. "
                     "`play` takes 720p30, `play 1080` 1080p30.",
                     match, once);
}
