#pragma once

#include <QFrame>

#include "p2p/node/snapshot.h"

class QLabel;

namespace mutoscope::ui
{

class ElidedLabel;

/// The node's state in one line: tracker, what is seeded, connections, rate.
class StatusLine : public QFrame
{
    Q_OBJECT

public:
    StatusLine();
    void refresh(const node::Snapshot& snapshot);

private:
    QLabel* m_dot = nullptr;
    ElidedLabel* m_tracker = nullptr;
    QLabel* m_seeding = nullptr;
    QLabel* m_peers = nullptr;
    QLabel* m_rate = nullptr;
};

} // namespace mutoscope::ui
