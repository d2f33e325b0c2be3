#pragma once

#include <map>

#include <QToolButton>

#include "p2p/node/snapshot.h"

class QAction;

namespace mutoscope::ui
{

/// "Sources 2": how many ways to find seeders are in use; pressed, the list of all with how each stands, to be switched on
/// and off.
class SourcesMenu : public QToolButton
{
    Q_OBJECT

public:
    SourcesMenu();
    void refresh(const std::vector<node::SourceStatus>& sources);
    /// "Local network"
    [[nodiscard]] static QString nameOf(node::SourceKind kind);
    /// "2 found"
    [[nodiscard]] static QString stateOf(const node::SourceStatus& source);

Q_SIGNALS:
    void switched(mutoscope::node::SourceKind kind, bool on);

private:
    std::map<node::SourceKind, QAction*> m_rows;
};

} // namespace mutoscope::ui
