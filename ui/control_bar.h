#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QSlider;

namespace mutoscope::ui
{

class ElidedLabel;
class IconButton;
class SeekBar;

/// The bar over the film's lower edge. Shows values and says what was pressed, nothing more.
class ControlBar : public QWidget
{
    Q_OBJECT

public:
    ControlBar();

    void setPlaying(bool playing);
    void setTimes(std::int64_t positionMs, std::int64_t durationMs);
    void setVolume(double volume, bool muted);
    void setFullScreen(bool on);
    /// The buttons of a list of films; hidden where there is none.
    void setSeries(bool isList, bool canGoPrevious, bool canGoNext);
    /// In full screen, where the line under the film is not there.
    void setSpending(const QString& line);
    void setTitle(const QString& title);
    /// A button before the volume.
    void addTool(QWidget* tool);
    [[nodiscard]] SeekBar* seekBar() const { return m_seekBar; }
    /// Without the shade above the title.
    [[nodiscard]] int controlsHeight() const;

Q_SIGNALS:
    void playPressed();
    void volumeChosen(double volume);
    void mutePressed();
    void fullScreenPressed();
    void previousPressed();
    void nextPressed();
    void queuePressed();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SeekBar* m_seekBar = nullptr;
    QHBoxLayout* m_tools = nullptr;
    IconButton* m_play = nullptr;
    IconButton* m_previous = nullptr;
    IconButton* m_next = nullptr;
    IconButton* m_queue = nullptr;
    IconButton* m_mute = nullptr;
    IconButton* m_fullScreen = nullptr;
    QSlider* m_volume = nullptr;
    QLabel* m_time = nullptr;
    ElidedLabel* m_title = nullptr;
    ElidedLabel* m_spending = nullptr;
    bool m_isFullScreen = false;
};

} // namespace mutoscope::ui
