#pragma once

#include <memory>

#include <QMenu>
#include <QSystemTrayIcon>

#include "p2p/node/node.h"

namespace mutoscope::ui
{

/// The program's place in the desktop's tray, only where there is one and only while it is asked for: shows the window, and ends the
/// program.
class Tray : public QObject
{
    Q_OBJECT

public:
    Tray(node::Node& node, QObject* parent);

    [[nodiscard]] static bool isAvailable() { return QSystemTrayIcon::isSystemTrayAvailable(); }
    void setOn(bool on);
    [[nodiscard]] bool isOn() const { return m_icon != nullptr; }

Q_SIGNALS:
    void windowWanted();
    void quitWanted();

private:
    void look();

    node::Node& m_node;
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
};

} // namespace mutoscope::ui
