#pragma once

#include <QObject>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/buffer_gate.h"

namespace mutoscope::ui
{

class Playback;

/// Holds a film that ran dry until the BufferGate lets it go on. UI thread; all that it is given must outlive it.
class Buffering : public QObject
{
    Q_OBJECT

public:
    Buffering(node::Node& node, Playback& playback, const base::Clock& clock);

    /// The person has gone elsewhere in the film: what comes now is no lack.
    void sought();
    /// Percent of what has to be here before it goes on; nothing where it does not wait for that.
    [[nodiscard]] std::optional<int> percent() const;

private:
    void noteState();
    void judge();
    [[nodiscard]] BufferGate::Supply supply() const;

    node::Node& m_node;
    Playback& m_playback;
    const base::Clock& m_clock;
    BufferGate m_gate;
    bool m_ran = false; ///< since it was opened or sought
};

} // namespace mutoscope::ui
