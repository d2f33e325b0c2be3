#include "ui/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "p2p/wire/permit.h"
#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

using node::Stage;
using player::State;

std::vector<Step> stepsAt(Stage stage)
{
    const std::array<std::pair<Stage, QString>, 4> all{{{Stage::FindingSeeder, Words::tr("Finding a seeder")},
                                                        {Stage::OpeningContract, Words::tr("Opening the contract")},
                                                        {Stage::FirstSegment, Words::tr("First segment")},
                                                        {Stage::Playing, Words::tr("Playing")}}};
    std::vector<Step> steps;
    for (const auto& [at, name] : all)
        steps.push_back({name, at < stage ? StepState::Done : at == stage ? StepState::Now : StepState::Ahead});
    return steps;
}

/// There are pictures, now or after a short wait.
bool filmGoesOn(const PlaybackView& playback)
{
    switch (playback.state) {
    case State::Playing:
    case State::Paused:
        return true;
    case State::Opening:
    case State::Buffering:
        return !playback.waitingLong;
    case State::Idle:
    case State::Ended:
    case State::Failed:
        return false;
    }
    return false;
}

Overlay progress(const node::Viewing& viewing, Stage stage)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Progress;
    overlay.title = viewing.title.empty() ? Words::tr("Opening the film") : fromUtf8(viewing.title);
    overlay.steps = stepsAt(stage);
    return overlay;
}

Overlay playerProblem(const PlaybackView& playback)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Problem;
    overlay.title = Words::tr("The film can't be played");
    overlay.sentence = playback.problem.isEmpty() ? Words::tr("The player failed, and did not say why.") : playback.problem;
    overlay.retryPlayer = true;
    if (!playback.packages.isEmpty())
        overlay.command = u"sudo apt install "_s + playback.packages.join(u' ');
    return overlay;
}

/// Of the failures for which the node itself knows no way out: the same link may do later.
bool mayPass(base::ErrorCode code)
{
    using base::ErrorCode;
    switch (code) {
    case ErrorCode::PaymentRequired:
    case ErrorCode::TooMany:
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout:
    case ErrorCode::Network:
    case ErrorCode::Io:
    case ErrorCode::Cancelled:
    case ErrorCode::Internal:
        return true;
    case ErrorCode::BadSignature:
    case ErrorCode::Malformed:
    case ErrorCode::Forbidden:
    case ErrorCode::NotFound:
    case ErrorCode::Conflict:
    case ErrorCode::Gone:
    case ErrorCode::TooLarge:
    case ErrorCode::Unacceptable:
    case ErrorCode::WrongData:
        return false;
    }
    return false;
}

Overlay nodeProblem(const node::Viewing& viewing, bool filmIsSeen)
{
    Overlay overlay;
    const QString sentence = viewing.problem && !viewing.problem->sentence.empty() ? inLanguage(viewing.problem->sentence)
                                                                                   : Words::tr("The film stopped, and nobody said why.");
    if (viewing.problem)
        overlay.waysOut = viewing.problem->waysOut;
    if (filmIsSeen) {
        if (overlay.waysOut.empty())
            overlay.waysOut = {node::WayOut::Retry};
        overlay.banner = sentence;
        return overlay;
    }
    overlay.kind = OverlayKind::Problem;
    overlay.title =
        viewing.segmentsReceipted > 0 ? Words::tr("The film can't go on") : Words::tr("The film can't be opened");
    overlay.sentence = sentence;
    if (viewing.problem && viewing.problem->permit) {
        const node::PermitWanted& permit = *viewing.problem->permit;
        overlay.ownKey = fromUtf8(wire::keyText(permit.viewer));
        overlay.sentence += u'\n' + Words::tr("Send your key to the publisher, whose own is %1, and open the link that comes back.").arg(fromUtf8(wire::keyText(permit.publisher)));
        overlay.waysOut.clear(); // it would be refused again
        overlay.otherFilm = true;
    } else if (overlay.waysOut.empty()) {
        overlay.reopen = !viewing.problem || mayPass(viewing.problem->code);
        overlay.otherFilm = !overlay.reopen;
    }
    return overlay;
}

Overlay askWhereToStart(const node::Viewing& viewing, std::chrono::milliseconds at)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Resume;
    overlay.title = fromUtf8(viewing.title);
    overlay.resumeAt = at;
    return overlay;
}

Overlay next(const PlaybackView& playback)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Next;
    overlay.title = playback.nextTitle;
    overlay.sentence = Words::tr("Next in %n s", nullptr, *playback.secondsToNext);
    return overlay;
}

Overlay done(const node::Viewing& viewing)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Done;
    overlay.title = viewing.title.empty() ? Words::tr("The end") : fromUtf8(viewing.title);
    return overlay;
}

Overlay buffering(const node::Viewing& viewing)
{
    Overlay overlay;
    overlay.kind = OverlayKind::Buffering;
    overlay.sentence = viewing.bytesPerSecond > 0 ? Words::tr("Buffering · %1").arg(formatRate(viewing.bytesPerSecond))
                                                  : Words::tr("Buffering · waiting for the seeder");
    return overlay;
}

/// While segments come: only the player decides.
Overlay whilePlaying(const node::Viewing& viewing, const PlaybackView& playback)
{
    switch (playback.state) {
    case State::Idle:
        return viewing.stage == Stage::Finished ? done(viewing) : progress(viewing, Stage::Playing);
    case State::Opening:
        return progress(viewing, Stage::Playing);
    case State::Buffering:
        return playback.waitingLong ? buffering(viewing) : Overlay{};
    case State::Playing:
    case State::Paused:
        return {};
    case State::Ended:
        return done(viewing);
    case State::Failed:
        return playerProblem(playback);
    }
    return {};
}

/// As a person takes it in at a glance: hundredths of a token, of less than a tenth the first two digits. Where money moves, and in the
/// statistics, it stands to the last digit.
base::Tokens atAGlance(base::Tokens amount)
{
    constexpr double tenth = 100'000;
    constexpr double hundredth = 10'000;
    const auto exact = static_cast<double>(amount.value());
    const double step = exact >= tenth ? hundredth : std::pow(10, std::max(0.0, std::floor(std::log10(std::max(exact, 1.0))) - 1));
    return base::Tokens(std::llround(std::round(exact / step) * step));
}

/// On average; none where it costs nothing or isn't known.
std::optional<base::Tokens> priceOfMinute(const node::Viewing& viewing)
{
    if (!viewing.pricePerMiB || viewing.pricePerMiB->value() <= 0 || viewing.filmBytesPerSecond <= 0)
        return std::nullopt;
    constexpr double mebibyte = 1 << 20;
    const double tokens = static_cast<double>(viewing.pricePerMiB->value()) * static_cast<double>(viewing.filmBytesPerSecond) * 60 / mebibyte;
    return base::Tokens(std::max<std::int64_t>(1, std::llround(tokens)));
}

} // namespace

Overlay decideOverlay(const node::Viewing& viewing, const PlaybackView& playback)
{
    if (playback.resumeAt)
        return askWhereToStart(viewing, *playback.resumeAt);
    if (playback.secondsToNext && playback.state == State::Ended)
        return next(playback);
    switch (viewing.stage) {
    case Stage::Idle: {
        Overlay overlay;
        overlay.kind = OverlayKind::Empty;
        return overlay;
    }
    case Stage::FindingSeeder:
    case Stage::OpeningContract:
    case Stage::FirstSegment: {
        const bool seen = playback.state == State::Playing || playback.state == State::Paused;
        if (!seen)
            return playback.state == State::Ended ? done(viewing) : progress(viewing, viewing.stage);
        Overlay overlay; // after a Retry, over what was already here
        if (viewing.stage == Stage::FindingSeeder)
            overlay.banner = Words::tr("Finding a seeder for the rest of the film …");
        return overlay;
    }
    case Stage::Approval: {
        Overlay overlay;
        overlay.kind = OverlayKind::Approval;
        overlay.title = fromUtf8(viewing.title);
        return overlay;
    }
    case Stage::Playing:
    case Stage::Finished:
        return whilePlaying(viewing, playback);
    case Stage::Failed:
        if (playback.state == State::Ended)
            return done(viewing);
        return nodeProblem(viewing, filmGoesOn(playback));
    }
    return {};
}

bool isActive(Stage stage)
{
    switch (stage) {
    case Stage::FindingSeeder:
    case Stage::Approval:
    case Stage::OpeningContract:
    case Stage::FirstSegment:
    case Stage::Playing:
    case Stage::Failed:
        return true;
    case Stage::Idle:
    case Stage::Finished:
        return false;
    }
    return false;
}

QString spendingLine(const node::Viewing& viewing)
{
    if (viewing.stage < Stage::OpeningContract)
        return {}; // nothing has been agreed yet
    QStringList parts;
    if (viewing.cap)
        parts << Words::tr("%1 of %2 tokens").arg(formatTokens(atAGlance(viewing.spent)), formatTokens(atAGlance(*viewing.cap)));
    else if (viewing.spent.value() > 0)
        parts << Words::tr("%1 tokens").arg(formatTokens(atAGlance(viewing.spent)));
    if (viewing.segmentsTotal > 0)
        parts << Words::tr("%1 of %2 segments receipted").arg(viewing.segmentsReceipted).arg(viewing.segmentsTotal);
    if (const auto minute = priceOfMinute(viewing); minute && isActive(viewing.stage))
        parts << Words::tr("%1/min").arg(formatTokens(atAGlance(*minute)));
    if (viewing.readAheadMs > 0 && isActive(viewing.stage))
        parts << Words::tr("up to %1 s ahead").arg(viewing.readAheadMs / 1000);
    if (viewing.seeders.size() > 1)
        parts << Words::tr("%n seeder(s)", nullptr, static_cast<int>(viewing.seeders.size()));
    else if (!viewing.seeder.empty())
        parts << Words::tr("seeder %1").arg(fromUtf8(viewing.seeder));
    return parts.join(u" · "_s);
}

QString wayOutText(node::WayOut wayOut)
{
    switch (wayOut) {
    case node::WayOut::Retry:
        return Words::tr("Retry");
    case node::WayOut::OtherSeeder:
        return Words::tr("Other seeder");
    case node::WayOut::RaiseCap:
        return Words::tr("Raise the cap");
    case node::WayOut::TopUp:
        return Words::tr("Top up");
    }
    return {};
}

} // namespace mutoscope::ui
