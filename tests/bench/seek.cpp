// From the order to seek until the picture is on the screen, in what is buffered and far from it, and until one further second has been
// played.
#include "tests/bench/players/match.h"

using namespace mutoscope;
using namespace mutoscope::bench;

namespace
{

constexpr int near = 5; ///< s, after having played to 8
constexpr int far = 120;
/// The film's first picture is at 66 ms on its own clock, as two others are decoded before they are shown: some players count from there,
/// others from 0. Both show "a picture from there".
constexpr int countsDiffer = 2;

} // namespace

int main(int argc, char** argv)
{
    return benchMain(
        argc, argv, "seek",
        "After 8 s of playing a seek back to 5 s, which is buffered, and after 2 s more a seek to 120 s, which is not, and which Mutoscope "
        "pays for: until the first picture from there (at most 1 s late), and until the one a second later. Otherwise as `start`.",
        {}, [](const Screen& screen, Contender& player) -> base::Result<Sample> {
            Sample sample;
            const auto wait = [&](const char* name, int second, double length) {
                const int first = second * picturesPerSecond;
                const auto time = untilPicture(screen, first - countsDiffer, first + static_cast<int>(length * picturesPerSecond));
                if (time && name != nullptr)
                    sample[QLatin1String(name)] += *time;
                return time;
            };
            player.open();
            if (const auto played = wait(nullptr, 8, 2); !played)
                return tl::unexpected(played.error());
            player.seek(near);
            if (const auto shown = wait("near_frame_ms", near, 1); !shown)
                return tl::unexpected(shown.error());
            if (const auto played = wait(nullptr, near + 2, 2); !played)
                return tl::unexpected(played.error());
            player.seek(far);
            const auto shown = wait("far_frame_ms", far, 1);
            if (!shown)
                return tl::unexpected(shown.error());
            const auto second = wait(nullptr, far + 1, 2);
            if (!second)
                return tl::unexpected(second.error());
            sample[QStringLiteral("far_second_ms")] = *shown + *second;
            return sample;
        });
}
