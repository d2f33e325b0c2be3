#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/base/types.h"

namespace mutoscope::ui
{

class SettingsStore;

/// Where each film was left, in the group "resume" of the settings. Only the films that were watched last are kept, and none that
/// was left near its beginning or its end. UI thread; `settings` and `clock` must outlive it.
class ResumePoints
{
public:
    static constexpr int most = 200;
    /// Who left a film before this has hardly begun it.
    static constexpr std::chrono::milliseconds begun{10'000};

    ResumePoints(SettingsStore& settings, const base::Clock& clock) : m_settings(settings), m_clock(clock) {}

    [[nodiscard]] std::optional<std::chrono::milliseconds> of(const base::ContentId& film) const;
    /// All of them, the one that was noted last first.
    [[nodiscard]] std::vector<base::ContentId> newest() const;
    /// The film stands here. Nothing happens as long as its length isn't known.
    void note(const base::ContentId& film, std::chrono::milliseconds position, std::chrono::milliseconds length);
    void forget(const base::ContentId& film);
    /// What is left at this point of a film of this length is not worth coming back for: a twentieth, 5 s to 3 min.
    [[nodiscard]] static bool isNearEnd(std::chrono::milliseconds position, std::chrono::milliseconds length);

private:
    void makeRoom();

    SettingsStore& m_settings;
    const base::Clock& m_clock;
};

} // namespace mutoscope::ui
