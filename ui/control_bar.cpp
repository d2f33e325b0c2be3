#include "ui/control_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>

#include "ui/format.h"
#include "ui/seek_bar.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int volumeSteps = 100;
constexpr int shadeAbove = 28;

class VolumeSlider final : public QSlider
{
public:
    VolumeSlider() : QSlider(Qt::Horizontal)
    {
        setRange(0, volumeSteps);
        setFocusPolicy(Qt::TabFocus);
        setFixedSize(92, 22);
        setCursor(Qt::PointingHandCursor);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        constexpr double knob = 5.5;
        const QRectF line(knob, height() / 2.0 - 2, width() - 2 * knob, 4);
        painter.setBrush(QColor(255, 255, 255, 60));
        painter.drawRoundedRect(line, 2, 2);
        const double at = line.left() + line.width() * value() / maximum();
        painter.setBrush(QColor(0xef, 0xec, 0xe6));
        painter.drawRoundedRect(QRectF(line.left(), line.top(), at - line.left(), line.height()), 2, 2);
        painter.drawEllipse(QPointF(at, line.center().y()), knob, knob);
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colours(true).accent, 2));
            painter.drawEllipse(QPointF(at, line.center().y()), knob - 1, knob - 1);
        }
    }
    void mousePressEvent(QMouseEvent* event) override { choose(event); }
    void mouseMoveEvent(QMouseEvent* event) override
    {
        if (event->buttons() & Qt::LeftButton)
            choose(event);
    }
    void mouseReleaseEvent(QMouseEvent*) override {}
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
    void keyPressEvent(QKeyEvent* event) override { event->ignore(); }

private:
    void choose(const QMouseEvent* event)
    {
        const double share = (event->position().x() - 5.5) / std::max(1.0, width() - 11.0);
        setValue(qRound(std::clamp(share, 0.0, 1.0) * volumeSteps));
    }
};

} // namespace

ControlBar::ControlBar()
{
    m_seekBar = new SeekBar;
    m_play = new IconButton(u"play"_s, tr("Play (Space)"), Ground::Film);
    m_play->setObjectName(u"play"_s);
    m_previous = new IconButton(u"previous"_s, tr("Previous film (P)"), Ground::Film);
    m_previous->setObjectName(u"previousFilm"_s);
    m_next = new IconButton(u"next"_s, tr("Next film (N)"), Ground::Film);
    m_next->setObjectName(u"nextFilm"_s);
    m_queue = new IconButton(u"queue"_s, tr("List of films (Ctrl+L)"), Ground::Film);
    m_queue->setObjectName(u"queue"_s);
    m_mute = new IconButton(u"volume"_s, tr("Mute (M)"), Ground::Film);
    m_fullScreen = new IconButton(u"fullscreen"_s, tr("Full screen (F)"), Ground::Film);
    m_volume = new VolumeSlider;
    m_volume->setAccessibleName(tr("Volume"));
    m_time = makeLabel(QString(), u"plain"_s, Ground::Film);
    m_time->setAccessibleName(tr("Time and length"));
    m_title = new ElidedLabel(u"heading"_s, Ground::Film);
    m_spending = new ElidedLabel(u"caption"_s, Ground::Film);

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_previous);
    row->addWidget(m_play);
    row->addWidget(m_next);
    row->addSpacing(2);
    row->addWidget(m_time);
    row->addSpacing(10);
    row->addWidget(m_spending, 1);
    row->addStretch();
    row->addWidget(m_queue);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(row->spacing());
    row->addLayout(m_tools);
    row->addWidget(m_mute);
    row->addWidget(m_volume);
    row->addSpacing(4);
    row->addWidget(m_fullScreen);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, shadeAbove, 16, 8);
    column->setSpacing(2);
    column->addWidget(m_title);
    column->addSpacing(2);
    column->addWidget(m_seekBar);
    column->addLayout(row);

    connect(m_play, &QToolButton::clicked, this, &ControlBar::playPressed);
    connect(m_previous, &QToolButton::clicked, this, &ControlBar::previousPressed);
    connect(m_next, &QToolButton::clicked, this, &ControlBar::nextPressed);
    connect(m_queue, &QToolButton::clicked, this, &ControlBar::queuePressed);
    connect(m_mute, &QToolButton::clicked, this, &ControlBar::mutePressed);
    connect(m_fullScreen, &QToolButton::clicked, this, &ControlBar::fullScreenPressed);
    connect(m_volume, &QSlider::valueChanged, this,
            [this](int value) { Q_EMIT volumeChosen(value / double(volumeSteps)); });
    setMouseTracking(true);
    setTimes(0, 0);
    setSeries(false, false, false);
}

void ControlBar::setPlaying(bool playing)
{
    if (playing)
        m_play->become(u"pause"_s, tr("Pause (Space)"));
    else
        m_play->become(u"play"_s, tr("Play (Space)"));
}

void ControlBar::setTimes(std::int64_t positionMs, std::int64_t durationMs)
{
    m_seekBar->setDuration(durationMs);
    m_seekBar->setPosition(positionMs);
    const QString end = durationMs > 0 ? formatTime(durationMs) : unknownText();
    m_time->setText(u"%1 / %2"_s.arg(formatTime(positionMs), end));
}

void ControlBar::setVolume(double volume, bool muted)
{
    const QSignalBlocker quiet(m_volume);
    m_volume->setValue(muted ? 0 : qRound(volume * volumeSteps));
    if (muted || volume <= 0)
        m_mute->become(u"muted"_s, tr("Sound on (M)"));
    else
        m_mute->become(u"volume"_s, tr("Mute (M)"));
}

void ControlBar::setSeries(bool isList, bool canGoPrevious, bool canGoNext)
{
    for (IconButton* button : {m_previous, m_next, m_queue})
        button->setVisible(isList);
    m_previous->setEnabled(canGoPrevious);
    m_next->setEnabled(canGoNext);
}

void ControlBar::setFullScreen(bool on)
{
    m_isFullScreen = on;
    m_spending->setVisible(on);
    if (on)
        m_fullScreen->become(u"windowed"_s, tr("Leave full screen (Esc)"));
    else
        m_fullScreen->become(u"fullscreen"_s, tr("Full screen (F)"));
}

void ControlBar::setSpending(const QString& line)
{
    m_spending->setWhole(line);
    m_spending->setVisible(m_isFullScreen);
}

void ControlBar::setTitle(const QString& title)
{
    m_title->setWhole(title);
}

void ControlBar::addTool(QWidget* tool)
{
    m_tools->addWidget(tool);
}

int ControlBar::controlsHeight() const
{
    return sizeHint().height() - shadeAbove;
}

void ControlBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    QLinearGradient shade(0, 0, 0, height());
    shade.setColorAt(0.0, QColor(0, 0, 0, 0));
    shade.setColorAt(0.35, QColor(0, 0, 0, 120));
    shade.setColorAt(1.0, QColor(0, 0, 0, 215));
    painter.fillRect(rect(), shade);
}

} // namespace mutoscope::ui
