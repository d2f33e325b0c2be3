#pragma once

#include <functional>
#include <map>

#include <QJsonObject>
#include <QString>

#include "tests/bench/players/contenders.h"

namespace mutoscope::bench
{

/// What was measured of one player in one round: values by name, e.g. "first_frame_ms".
using Sample = std::map<QString, double>;

struct Match {
    QSize screen{1280, 720};
    int filmSeconds = 180;
    int kilobitsPerSecond = 4'000;
    int rounds = 7;
    QString only{}; ///< the one player that plays; empty: all
};

/// Lets the players play in turn, another one first in each round, and gives for each value the medians, `ratio_mpv` and
/// `ratio_vlc`, and all samples. A player that fails in a round is an error: its sentence.
[[nodiscard]] base::Result<QJsonObject> play(const Match& match,
                                             const std::function<base::Result<Sample>(const Screen&, Contender&)>& once);

/// main() of a bench: --rounds N, --only PLAYER (nothing is compared then); prints progress to stderr and the object as the last line.
/// `--smoke` runs one round.
int benchMain(int argc, char** argv, const char* name, const char* method, Match match,
              const std::function<base::Result<Sample>(const Screen&, Contender&)>& once);

/// The median of each program's samples, of the others `ratio_…` (ours by theirs), and all samples.
[[nodiscard]] QJsonObject summary(const std::map<QString, std::vector<double>>& samples);

/// Milliseconds until a picture between the two is shown. Timeout after 20 s.
[[nodiscard]] base::Result<double> untilPicture(const Screen& screen, int first, int last);

} // namespace mutoscope::bench
