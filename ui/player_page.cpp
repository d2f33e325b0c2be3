#include "ui/player_page.h"

#include <algorithm>
#include <tuple>

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include "player/video_output.h"
#include "ui/banner.h"
#include "ui/control_bar.h"
#include "ui/format.h"
#include "ui/playback.h"
#include "ui/queue_panel.h"
#include "ui/seek_bar.h"
#include "ui/series.h"
#include "ui/statistics.h"
#include "ui/thumbnails.h"
#include "ui/stage_overlay.h"
#include "ui/subtitles.h"
#include "ui/track_menus.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace mutoscope::ui
{
namespace
{

using node::Stage;
using player::State;

constexpr auto noticeable = 300ms;   // a shorter wait is not worth a word
constexpr auto longOpening = 1500ms; // what is on disk opens within this
constexpr int fadeMs = 180;
constexpr int longestClickMs = 250; // beyond this a click has acted, even if it becomes a double click
constexpr int noticeMs = 1'200;
constexpr int statisticsMs = 500;

bool wantsToPlay(State state)
{
    return state == State::Playing || state == State::Buffering || state == State::Opening;
}

} // namespace

PlayerPage::PlayerPage(node::Node& node, Playback& playback, Series& series, std::unique_ptr<QWidget> film,
                       std::chrono::milliseconds hideAfter)
    : m_node(node), m_playback(playback), m_series(series), m_thumbnails(std::make_unique<Thumbnails>(playback)),
      m_hideAfter(hideAfter)
{
    setObjectName(u"playerPage"_s);
    setAttribute(Qt::WA_StyledBackground);
    if (const auto* output = qobject_cast<player::VideoOutput*>(film.get()))
        m_nativeFilm = output->kind() == player::VideoOutput::Kind::Multimedia;
    buildStage(std::move(film));

    m_spending = new ElidedLabel(u"caption"_s, Ground::Film);
    m_spending->setObjectName(u"spending"_s);
    m_spendingFrame = new QFrame;
    m_spendingFrame->setObjectName(u"spendingLine"_s);
    auto* line = new QHBoxLayout(m_spendingFrame);
    line->setContentsMargins(margin, 6, margin, 6);
    line->addWidget(m_spending);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_stage, 1);
    column->addWidget(m_spendingFrame);

    m_idle.setSingleShot(true);
    m_idle.setInterval(m_hideAfter);
    connect(&m_idle, &QTimer::timeout, this, &PlayerPage::judgeControls);
    m_waiting.setSingleShot(true);
    connect(&m_waiting, &QTimer::timeout, this, [this] {
        m_waitingLong = true;
        refresh();
    });
    m_click.setSingleShot(true);
    m_click.setInterval(std::min(QApplication::doubleClickInterval(), longestClickMs));
    connect(&m_click, &QTimer::timeout, this, &PlayerPage::togglePlay);
    m_noticeOver.setSingleShot(true);
    m_noticeOver.setInterval(noticeMs);
    connect(&m_noticeOver, &QTimer::timeout, m_notice, &QWidget::hide);
    m_statisticsAgain.setInterval(statisticsMs);
    connect(&m_statisticsAgain, &QTimer::timeout, this, &PlayerPage::refreshStatistics);
    m_fade.setDuration(fadeMs);
    m_fade.setStartValue(0.0);
    m_fade.setEndValue(1.0);

    connectOverlay();
    watchPlayback();
    refresh();
}

PlayerPage::~PlayerPage() = default;

void PlayerPage::connectOverlay()
{
    connect(m_overlay, &StageOverlay::linkWanted, this, &PlayerPage::linkWanted);
    connect(m_overlay, &StageOverlay::topUpWanted, this, &PlayerPage::topUpWanted);
    connect(m_overlay, &StageOverlay::approved, this, [this](base::Tokens cap) { m_node.approve(cap); });
    connect(m_overlay, &StageOverlay::capRaised, this, [this](base::Tokens cap) {
        m_problemWanted = false;
        m_node.approve(cap);
        m_playback.play();
    });
    connect(m_overlay, &StageOverlay::wayOutChosen, this, &PlayerPage::chooseWayOut);
    connect(m_overlay, &StageOverlay::cancelled, this, &PlayerPage::cancel);
    connect(m_overlay, &StageOverlay::replayWanted, this, &PlayerPage::replay);
    connect(m_overlay, &StageOverlay::playerRetryWanted, this, &PlayerPage::retryPlayback);
    connect(m_overlay, &StageOverlay::startChosen, this, [this](std::chrono::milliseconds position) {
        askWhereToStart({});
        Q_EMIT startChosen(position);
    });
    connect(m_overlay, &StageOverlay::nextWanted, &m_series, &Series::next);
    connect(m_overlay, &StageOverlay::stayWanted, &m_series, &Series::stay);
    connect(m_overlay, &StageOverlay::reopenWanted, this, &PlayerPage::reopenWanted);
    connect(m_banner, &Banner::wayOutChosen, this, &PlayerPage::chooseWayOut);
}

void PlayerPage::watchPlayback()
{
    connect(&m_playback, &Playback::stateChanged, this, [this] {
        m_waitingLong = false;
        m_waiting.stop();
        const State state = m_playback.state();
        if (state == State::Buffering)
            m_waiting.start(noticeable);
        else if (state == State::Opening)
            m_waiting.start(longOpening);
        if (state == State::Playing)
            m_idle.start();
        refresh();
    });
    connect(&m_playback, &Playback::positionChanged, this, [this] {
        m_sought.reset();
        m_bar->setTimes(m_playback.position().count(), durationMs());
    });
    connect(&m_series, &Series::changed, this, &PlayerPage::refresh);
    connect(&m_playback, &Playback::bufferingChanged, this, &PlayerPage::refresh);
    connect(&m_playback, &Playback::volumeChanged, this,
            [this] { m_bar->setVolume(m_playback.volume(), m_playback.isMuted()); });
}

std::int64_t PlayerPage::durationMs() const
{
    const std::int64_t known = m_playback.duration().count();
    return known > 0 ? known : m_node.snapshot().viewing.durationMs;
}

Overlay PlayerPage::currentOverlay() const
{
    PlaybackView view;
    view.state = m_playback.state();
    view.waitingLong = m_waitingLong || m_problemWanted;
    view.bufferingPercent = m_playback.bufferingPercent();
    view.resumeAt = m_resumeAt;
    view.secondsToNext = m_series.secondsLeft();
    if (view.secondsToNext)
        view.nextTitle = m_series.nameOf(m_series.current() + 1);
    if (view.state == State::Failed)
        std::tie(view.problem, view.packages) = std::tuple(m_playback.lastError().sentence, m_playback.lastError().packages);
    const node::Viewing& viewing = m_node.snapshot().viewing;
    if (m_problemWanted && viewing.stage == Stage::Failed)
        view.state = State::Buffering; // held back, so that the card is seen
    return decideOverlay(viewing, view);
}

void PlayerPage::refresh()
{
    const node::Snapshot& snapshot = m_node.snapshot();
    const node::Viewing& viewing = snapshot.viewing;
    if (viewing.stage != m_stageShown) {
        m_stageShown = viewing.stage;
        m_problemWanted = false;
    }

    m_film->setVisible(viewing.stage != Stage::Idle);
    const Overlay overlay = currentOverlay();
    const OverlayKind before = m_overlay->kind();
    m_overlay->present(overlay, viewing, snapshot.wallet);
    showOver(m_overlay, overlay.kind != OverlayKind::None);
    m_banner->present(overlay.banner, overlay.waysOut);
    showOver(m_banner, !overlay.banner.isEmpty());

    const QString spending = spendingLine(viewing);
    m_spending->setWhole(spending);
    m_bar->setSpending(spending);
    m_bar->setTitle(fromUtf8(viewing.title));
    m_spendingFrame->setVisible(!m_isFullScreen && !spending.isEmpty());

    m_bar->setPlaying(wantsToPlay(m_playback.state()));
    m_bar->setTimes(m_sought.value_or(m_playback.position()).count(), durationMs());
    m_bar->seekBar()->setRanges(viewing.here, viewing.bought);
    m_thumbnails->follow(viewing);
    m_bar->setVolume(m_playback.volume(), m_playback.isMuted());
    m_bar->setSeries(m_series.isList(), m_series.canGoPrevious(), m_series.canGoNext());
    showOver(m_queue, m_queueWanted && m_series.isList());
    m_subtitles->refresh();
    m_tracks->refresh();
    layOut();
    judgeControls();

    // Enter answers the card at once, unless something is being typed elsewhere.
    if (overlay.kind != before && isVisible() && !qobject_cast<QLineEdit*>(QApplication::focusWidget())) {
        if (QWidget* button = m_overlay->mainButton())
            button->setFocus();
        else
            setFocus();
    }
}

void PlayerPage::setFullScreen(bool on)
{
    m_isFullScreen = on;
    m_bar->setFullScreen(on);
    refresh();
}

void PlayerPage::togglePlay()
{
    const State state = m_playback.state();
    if (state == State::Idle)
        return;
    if (wantsToPlay(state))
        m_playback.pause();
    else if (state == State::Ended)
        replay();
    else
        m_playback.play();
    noteMouse();
}

void PlayerPage::seekTo(std::chrono::milliseconds position, bool accurate)
{
    if (m_playback.state() == State::Idle)
        return;
    const auto end = std::chrono::milliseconds(durationMs());
    position = std::clamp(position, 0ms, std::max(end, 0ms));
    m_sought = position;
    m_playback.seek(position, accurate);
    Q_EMIT sought(position);
    m_bar->setTimes(position.count(), durationMs());
    noteMouse();
}

void PlayerPage::seekBy(std::chrono::milliseconds step)
{
    // Accurate: to the key frame before it, a step forward might go nowhere. Quick presses add up.
    seekTo(m_sought.value_or(m_playback.position()) + step, true);
}

void PlayerPage::seekToTenth(int tenth)
{
    seekTo(std::chrono::milliseconds(durationMs() * tenth / 10), true);
}

void PlayerPage::changeVolume(double step)
{
    if (m_playback.isMuted() && step > 0)
        m_playback.setMuted(false);
    m_playback.setVolume(std::clamp(m_playback.volume() + step, 0.0, 1.0));
    notice(tr("Volume %1 %").arg(qRound(m_playback.volume() * 100)));
    noteMouse();
}

void PlayerPage::changeSpeed(int direction)
{
    const double now = m_playback.speed();
    if (direction > 0) {
        const auto next = std::ranges::find_if(speedsOffered, [&](double each) { return each > now + 0.01; });
        setSpeed(next == speedsOffered.end() ? speedsOffered.back() : *next);
    } else {
        const auto next = std::find_if(speedsOffered.rbegin(), speedsOffered.rend(), [&](double each) { return each < now - 0.01; });
        setSpeed(next == speedsOffered.rend() ? speedsOffered.front() : *next);
    }
}

void PlayerPage::setSpeed(double speed)
{
    if (m_playback.state() == State::Idle)
        return;
    m_playback.setSpeed(speed);
    notice(tr("Speed %1 ×").arg(QLocale().toString(speed)));
}

void PlayerPage::stepPicture(int direction)
{
    if (m_playback.state() == State::Idle)
        return;
    m_playback.step(direction);
    noteMouse();
}

void PlayerPage::askWhereToStart(std::optional<std::chrono::milliseconds> resumeAt)
{
    if (resumeAt == std::exchange(m_resumeAt, resumeAt))
        return;
    refresh();
}

void PlayerPage::toggleQueue()
{
    m_queueWanted = m_series.isList() && !m_queue->isVisible();
    if (!m_queueWanted && m_queue->isAncestorOf(QApplication::focusWidget()))
        setFocus();
    refresh();
}

void PlayerPage::toggleStatistics()
{
    if (m_statisticsAgain.isActive()) {
        m_statisticsAgain.stop();
        m_statistics->hide();
        return;
    }
    m_statisticsAgain.start();
    refreshStatistics();
}

void PlayerPage::refreshStatistics()
{
    if (m_playback.state() == State::Idle) {
        m_statistics->hide();
        return;
    }
    m_statistics->setText(statisticsText(m_node.snapshot().viewing, m_playback));
    m_statistics->adjustSize();
    m_statistics->move(margin, margin);
    showOver(m_statistics, true);
}

void PlayerPage::toggleMute()
{
    m_playback.setMuted(!m_playback.isMuted());
    noteMouse();
}

void PlayerPage::retryPlayback()
{
    const QUrl gateway = m_node.snapshot().viewing.gateway;
    const auto position = m_playback.position();
    if (!gateway.isEmpty())
        m_playback.open(gateway, position);
}

void PlayerPage::replay()
{
    const node::Viewing& viewing = m_node.snapshot().viewing;
    const bool allHere = viewing.segmentsTotal > 0 && viewing.segmentsHere >= viewing.segmentsTotal;
    if (viewing.stage != Stage::Playing && !allHere)
        Q_EMIT reopenWanted();
    else if (m_playback.state() == State::Ended)
        m_playback.play();
    else
        m_playback.open(viewing.gateway, 0ms);
}

void PlayerPage::cancel()
{
    if (m_problemWanted) {
        m_problemWanted = false;
        m_playback.play();
        refresh();
        return;
    }
    stop();
}

void PlayerPage::stop()
{
    m_playback.stop();
    m_node.finish(tr("closed by the viewer"));
}

void PlayerPage::chooseWayOut(node::WayOut wayOut)
{
    switch (wayOut) {
    case node::WayOut::Retry:
    case node::WayOut::OtherSeeder:
        m_node.retry(wayOut);
        break;
    case node::WayOut::TopUp:
        Q_EMIT topUpWanted();
        break;
    case node::WayOut::RaiseCap: // from the banner, which has no room for a field
        m_problemWanted = true;
        m_playback.pause();
        refresh();
        break;
    }
}

} // namespace mutoscope::ui
