#include <algorithm>

#include <QApplication>
#include <QGraphicsOpacityEffect>
#include <QLabel>
#include <QMouseEvent>
#include <QStyle>

#include "player/video_output.h"
#include "ui/banner.h"
#include "ui/control_bar.h"
#include "ui/format.h"
#include "ui/hover_card.h"
#include "ui/playback.h"
#include "ui/queue_panel.h"
#include "ui/series.h"
#include "ui/player_page.h"
#include "ui/seek_bar.h"
#include "ui/stage_overlay.h"
#include "ui/subtitle_view.h"
#include "ui/subtitles.h"
#include "ui/thumbnails.h"
#include "ui/track_menus.h"

// The film, what lies over it and where, what hides, and the mouse.

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using player::State;

namespace
{

constexpr double volumeStep = 0.05;

} // namespace

std::unique_ptr<QWidget> PlayerPage::releaseFilm()
{
    m_film->removeEventFilter(this);
    m_film->setParent(nullptr);
    return std::unique_ptr<QWidget>(m_film);
}

void PlayerPage::buildStage(std::unique_ptr<QWidget> film)
{
    m_stage = new QWidget;
    m_stage->setMouseTracking(true);
    m_stage->installEventFilter(this);
    m_film = film.release();
    if (m_nativeFilm) {
        // Qt hangs an embedded window that is not in a native widget directly below the top-level window, above all of
        // us.
        m_film->setAttribute(Qt::WA_NativeWindow);
        for (QWidget* inner : m_film->findChildren<QWidget*>())
            inner->setAttribute(Qt::WA_NativeWindow);
    }
    m_film->setParent(m_stage);
    m_film->setObjectName(u"film"_s);
    m_film->setAccessibleName(tr("Film"));
    m_film->setMouseTracking(true);
    m_film->installEventFilter(this);
    m_bar = new ControlBar;
    m_subtitleView = new SubtitleView(m_stage, m_nativeFilm);
    m_subtitles = new Subtitles(m_node, m_playback, *m_subtitleView);
    new SubtitleDrop(*m_stage, [this](const QString& file) { m_subtitles->openFile(file); });
    if (const auto* output = qobject_cast<player::VideoOutput*>(m_film))
        connect(output, &player::VideoOutput::pictureSizeChanged, this, &PlayerPage::placeSubtitles);
    m_tracks = new TrackMenus(m_node, m_playback, *m_subtitles, *m_bar);
    connect(m_tracks, &TrackMenus::noticed, this, &PlayerPage::notice);
    m_overlay = new StageOverlay;
    m_banner = new Banner;
    m_hover = new HoverCard;
    m_notice = new QLabel;
    m_notice->setObjectName(u"notice"_s);
    m_notice->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_queue = new QueuePanel(m_series);
    m_statistics = new QLabel;
    m_statistics->setObjectName(u"statistics"_s);
    m_statistics->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_statistics->setAccessibleName(tr("Statistics"));
    for (QWidget* over : std::initializer_list<QWidget*>{m_statistics, m_bar, m_banner, m_overlay, m_queue, m_hover, m_notice}) {
        if (m_nativeFilm)
            over->setAttribute(Qt::WA_NativeWindow);
        over->setParent(m_stage);
        over->setAttribute(Qt::WA_NoMousePropagation, over != m_bar);
        over->hide();
    }
    m_bar->installEventFilter(this);

    connect(m_bar, &ControlBar::playPressed, this, &PlayerPage::togglePlay);
    connect(m_bar, &ControlBar::mutePressed, this, &PlayerPage::toggleMute);
    connect(m_bar, &ControlBar::volumeChosen, this, [this](double volume) {
        m_playback.setMuted(false);
        m_playback.setVolume(volume);
    });
    connect(m_bar, &ControlBar::fullScreenPressed, this, [this] { Q_EMIT fullScreenWanted(!m_isFullScreen); });
    connect(m_bar, &ControlBar::previousPressed, &m_series, &Series::previous);
    connect(m_bar, &ControlBar::nextPressed, &m_series, &Series::next);
    connect(m_bar, &ControlBar::queuePressed, this, &PlayerPage::toggleQueue);
    connect(m_bar->seekBar(), &SeekBar::sought, this,
            [this](qint64 ms) { seekTo(std::chrono::milliseconds(ms), true); });
    connect(m_bar->seekBar(), &SeekBar::hovered, this, &PlayerPage::showHover);
    connect(m_bar->seekBar(), &SeekBar::left, this, &PlayerPage::hideHover);
    connect(m_thumbnails.get(), &Thumbnails::arrived, this, [this] {
        if (m_hovered)
            showHover(m_hovered->first, m_hovered->second);
    });
}

void PlayerPage::layOut()
{
    const QRect all = m_stage->rect();
    m_film->setGeometry(all);
    const int barHeight = m_bar->sizeHint().height();
    m_bar->setGeometry(0, all.height() - barHeight, all.width(), barHeight);

    QRect room = all.adjusted(margin / 2, margin / 2, -margin / 2, -margin / 2);
    if (m_overlay->kind() == OverlayKind::Done)
        room.setBottom(all.height() - m_bar->controlsHeight());
    const QSize size = m_overlay->fittingSize(room.size());
    m_overlay->setGeometry(QStyle::alignedRect(Qt::LeftToRight, Qt::AlignCenter, size, room));

    placeSubtitles();
    const QSize queueSize = m_queue->fittingSize({all.width() - 2 * margin, all.height() - m_bar->controlsHeight() - 2 * margin});
    m_queue->setGeometry(all.width() - queueSize.width() - margin, margin, queueSize.width(), queueSize.height());
    const QSize bannerSize = m_banner->fittingSize(all.width() - 2 * margin);
    m_banner->setGeometry((all.width() - bannerSize.width()) / 2, margin, bannerSize.width(), bannerSize.height());
    placeNotice();
}

/// Not over the banner's buttons.
void PlayerPage::placeNotice()
{
    const int top = m_banner->isVisibleTo(m_stage) ? m_banner->geometry().bottom() + margin / 2 : margin;
    m_notice->move(m_stage->width() - m_notice->width() - margin, top);
}

/// Over the bar while that is there.
void PlayerPage::placeSubtitles()
{
    const QRect all = m_stage->rect();
    const auto* output = qobject_cast<player::VideoOutput*>(m_film);
    const QSize shape = output && !output->pictureSize().isEmpty() ? output->pictureSize() : all.size();
    const QRect picture = QStyle::alignedRect(Qt::LeftToRight, Qt::AlignCenter, shape.scaled(all.size(), Qt::KeepAspectRatio), all);
    const int bar = m_controlsWanted && m_bar->isVisibleTo(m_stage) ? m_bar->controlsHeight() : 0;
    m_subtitleView->place(all.adjusted(0, 0, 0, -std::max(bar, 4)), picture);
}

bool PlayerPage::eventFilter(QObject* watched, QEvent* event)
{
    const bool onFilm = watched == m_film || watched == m_stage;
    switch (static_cast<int>(event->type())) {
    case QEvent::Resize:
        if (watched == m_stage)
            layOut();
        break;
    case QEvent::MouseMove:
    case QEvent::Enter:
        noteMouse();
        break;
    case QEvent::MouseButtonPress:
        noteMouse();
        if (onFilm && static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) {
            setFocus();
            if (m_playback.state() != State::Idle)
                m_click.start();
            return true;
        }
        if (watched == m_bar)
            return true; // beside a button is not on the film
        break;
    case QEvent::MouseButtonDblClick:
        if (onFilm && static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) {
            if (m_click.isActive())
                m_click.stop();
            else if (m_playback.state() != State::Idle)
                togglePlay(); // takes back what the first click has done
            Q_EMIT fullScreenWanted(!m_isFullScreen);
            return true;
        }
        break;
    case QEvent::Wheel: {
        const int turn = static_cast<QWheelEvent*>(event)->angleDelta().y();
        if (turn != 0 && m_playback.state() != State::Idle) {
            noteMouse();
            changeVolume(turn > 0 ? volumeStep : -volumeStep);
            return true;
        }
        break;
    }
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void PlayerPage::noteMouse()
{
    m_idle.start();
    judgeControls();
}

void PlayerPage::judgeControls()
{
    const OverlayKind kind = m_overlay->kind();
    const bool usable = m_playback.state() != State::Idle &&
                        (kind == OverlayKind::None || kind == OverlayKind::Buffering || kind == OverlayKind::Done);
    const bool used = m_idle.isActive() || m_playback.state() != State::Playing || m_bar->underMouse() ||
                      QApplication::activePopupWidget() || m_bar->isAncestorOf(QApplication::focusWidget());
    fadeControls(usable && used);
    const bool hidePointer = usable && !used;
    for (QWidget* area : {m_stage, m_film}) {
        if (hidePointer)
            area->setCursor(Qt::BlankCursor);
        else
            area->unsetCursor();
    }
    if (!(usable && used))
        hideHover();
}

void PlayerPage::showOver(QWidget* widget, bool visible)
{
    widget->setVisible(visible);
    if (visible && m_nativeFilm)
        widget->raise(); // the film's window comes and goes, and comes on top
}

void PlayerPage::fadeControls(bool in)
{
    if (in == m_controlsWanted && in == m_bar->isVisibleTo(m_stage))
        return;
    if (in == m_controlsWanted && m_fade.state() == QAbstractAnimation::Running)
        return;
    m_controlsWanted = in;
    m_fade.stop();
    m_fade.disconnect(this);
    if (m_nativeFilm || !isVisible()) {
        showOver(m_bar, in);
        placeSubtitles();
        return;
    }
    // The effect draws into a buffer of its own, so it is there only while the bar fades.
    auto* effect = new QGraphicsOpacityEffect(m_bar);
    effect->setOpacity(in ? 0.0 : 1.0);
    m_bar->setGraphicsEffect(effect);
    m_bar->show();
    placeSubtitles();
    connect(&m_fade, &QVariantAnimation::valueChanged, this, [this, in](const QVariant& value) {
        if (auto* running = qobject_cast<QGraphicsOpacityEffect*>(m_bar->graphicsEffect()))
            running->setOpacity(in ? value.toDouble() : 1.0 - value.toDouble());
    });
    connect(&m_fade, &QVariantAnimation::finished, this, [this, in] {
        m_bar->setGraphicsEffect(nullptr);
        m_bar->setVisible(in);
    });
    m_fade.start();
}

void PlayerPage::notice(const QString& text)
{
    if (m_overlay->kind() != OverlayKind::None)
        return;
    m_notice->setText(text);
    m_notice->adjustSize();
    placeNotice();
    showOver(m_notice, true);
    m_noticeOver.start();
}

void PlayerPage::showHover(std::int64_t ms, int x)
{
    if (durationMs() <= 0)
        return;
    m_hovered = {ms, x};
    m_hover->present(formatTime(ms), m_thumbnails->at(ms));
    const QPoint at = m_bar->seekBar()->mapTo(m_stage, QPoint(x, 0));
    const int left = std::clamp(at.x() - m_hover->width() / 2, 4, std::max(4, m_stage->width() - m_hover->width() - 4));
    m_hover->move(left, at.y() - m_hover->height() - 4);
    showOver(m_hover, true);
}

void PlayerPage::hideHover()
{
    m_hovered.reset();
    m_hover->hide();
}

} // namespace mutoscope::ui
