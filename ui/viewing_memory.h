#pragma once

#include <QObject>

#include "ui/resume_points.h"

namespace mutoscope::ui
{

class Playback;

/// Keeps what the next start shall find as it was: the volume, and where each film was left. The speed is not kept. UI thread;
/// all that it is given must outlive it.
class ViewingMemory : public QObject
{
    Q_OBJECT

public:
    /// Sets the volume that was kept.
    ViewingMemory(SettingsStore& settings, const base::Clock& clock, Playback& playback);

    /// The playback has been given this film.
    void follow(const base::ContentId& film);
    [[nodiscard]] std::optional<std::chrono::milliseconds> resumePoint(const base::ContentId& film) const { return m_points.of(film); }
    [[nodiscard]] const ResumePoints& resumePoints() const { return m_points; }

private:
    void noteState();
    void notePosition();
    void note();

    SettingsStore& m_settings;
    ResumePoints m_points;
    Playback& m_playback;
    std::optional<base::ContentId> m_film;
    bool m_ended = false; ///< and has not been played since
    std::chrono::milliseconds m_noted{0};
};

} // namespace mutoscope::ui
