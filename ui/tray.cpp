#include "ui/tray.h"

#include "ui/format.h"
#include "ui/theme.h"

namespace mutoscope::ui
{

Tray::Tray(node::Node& node, QObject* parent) : QObject(parent), m_node(node)
{
    connect(&m_node, &node::Node::changed, this, &Tray::look);
}

void Tray::setOn(bool on)
{
    if (on == isOn() || (on && !isAvailable()))
        return;
    if (!on) {
        m_icon.reset();
        m_menu.reset();
        return;
    }
    m_menu = std::make_unique<QMenu>();
    connect(m_menu->addAction(tr("Show Mutoscope")), &QAction::triggered, this, &Tray::windowWanted);
    connect(m_menu->addAction(tr("Quit")), &QAction::triggered, this, &Tray::quitWanted);
    m_icon = std::make_unique<QSystemTrayIcon>(applicationIcon());
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason != QSystemTrayIcon::Context)
            Q_EMIT windowWanted();
    });
    m_icon->show();
    look();
}

void Tray::look()
{
    if (m_icon)
        m_icon->setToolTip(tr("Mutoscope · %1 tokens earned and not paid out").arg(formatOwn(m_node.snapshot().wallet.income)));
}

} // namespace mutoscope::ui
