#pragma once

#include "p2p/node/node.h"
#include "ui/remote_control.h"

namespace mutoscope::ui
{

class MainWindow;
class Playback;
class PlayerPage;
class Series;

/// The remote control of a MainWindow, which owns it.
class WindowRemote final : public RemoteControl
{
    Q_OBJECT

public:
    WindowRemote(MainWindow& window, Playback& playback, node::Node& node, Series& series);
    /// The page that is there from now on.
    void follow(PlayerPage& page);

    [[nodiscard]] Status status() const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString filmId() const override;
    [[nodiscard]] std::chrono::milliseconds duration() const override;
    [[nodiscard]] std::chrono::milliseconds position() const override;
    [[nodiscard]] double speed() const override;
    [[nodiscard]] double volume() const override;
    [[nodiscard]] bool isFullScreen() const override;

    [[nodiscard]] bool canGoNext() const override;
    [[nodiscard]] bool canGoPrevious() const override;

    void play() override;
    void pause() override;
    void playPause() override;
    void stop() override;
    void seek(std::chrono::milliseconds position) override;
    void setSpeed(double speed) override;
    void setVolume(double volume) override;
    void setFullScreen(bool on) override;
    void openLink(const QString& link) override;
    void next() override;
    void previous() override;
    void raise() override;
    void quit() override;

private:
    void look();

    MainWindow& m_window;
    PlayerPage* m_page = nullptr;
    Playback& m_playback;
    node::Node& m_node;
    Series& m_series;
    QString m_seen; ///< all that changed() tells of, to tell it once
};

} // namespace mutoscope::ui
