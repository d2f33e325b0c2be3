#pragma once

#include <QFrame>

#include "p2p/node/snapshot.h"

class QLabel;

namespace mutoscope::ui
{

class ElidedLabel;
class SourcesMenu;

/// The node's state in one line: tracker, sources, what is seeded, connections, rates, free disk.
class StatusLine : public QFrame
{
    Q_OBJECT

public:
    StatusLine();
    void refresh(const node::Snapshot& snapshot);
    [[nodiscard]] SourcesMenu* sources() const { return m_sources; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    QLabel* m_dot = nullptr;
    ElidedLabel* m_tracker = nullptr;
    QLabel* m_seeding = nullptr;
    QLabel* m_reach = nullptr;
    QLabel* m_peers = nullptr;
    QLabel* m_rate = nullptr; ///< both ways
    QLabel* m_free = nullptr;
    SourcesMenu* m_sources = nullptr;
};

} // namespace mutoscope::ui
