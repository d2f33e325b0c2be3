#pragma once

#include <chrono>

#include <QObject>
#include <QString>

namespace mutoscope::ui
{

/// The window as somebody sees it who has no eyes for it: a media key, the desktop's player menu. UI thread.
class RemoteControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    enum class Status { Stopped, Paused, Playing };

    [[nodiscard]] virtual Status status() const = 0;
    [[nodiscard]] virtual QString title() const = 0;  ///< empty where no film is open
    [[nodiscard]] virtual QString filmId() const = 0; ///< hex; empty where no film is open
    [[nodiscard]] virtual std::chrono::milliseconds duration() const = 0; ///< 0 where unknown
    [[nodiscard]] virtual std::chrono::milliseconds position() const = 0;
    [[nodiscard]] virtual double speed() const = 0;
    [[nodiscard]] virtual double volume() const = 0;
    [[nodiscard]] virtual bool isFullScreen() const = 0;

    [[nodiscard]] virtual bool canGoNext() const = 0; ///< in the list of films
    [[nodiscard]] virtual bool canGoPrevious() const = 0;

    virtual void play() = 0;
    virtual void pause() = 0;
    virtual void playPause() = 0;
    virtual void stop() = 0;
    virtual void seek(std::chrono::milliseconds position) = 0;
    virtual void setSpeed(double speed) = 0;
    virtual void setVolume(double volume) = 0;
    virtual void setFullScreen(bool on) = 0;
    virtual void openLink(const QString& link) = 0;
    virtual void next() = 0;
    virtual void previous() = 0;
    virtual void raise() = 0;
    virtual void quit() = 0;

Q_SIGNALS:
    void changed();                                    ///< anything but the position
    void sought(std::chrono::milliseconds position);   ///< the position has jumped
};

} // namespace mutoscope::ui
