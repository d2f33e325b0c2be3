#include "ui/tray.h"

#include "ui/format.h"
#include "ui/theme.h"

namespace mutoscope::ui
{
namespace
{

constexpr int noticeMs = 8'000;

} // namespace

Tray::Tray(node::Node& node, QObject* parent) : QObject(parent), m_node(node)
{
    connect(&m_node, &node::Node::changed, this, &Tray::look);
    connect(&m_node, &node::Node::published, this, [this](const QString& link, const QString& problem) {
        if (link.isEmpty())
            say(tr("The film was not published"), problem);
        else
            say(tr("Published"), tr("Whoever has the link can watch the film."));
    });
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

/// Income is told once there is a tenth more of it, and a tenth of a token at least: who is paid by the segment is paid often.
void Tray::look()
{
    if (!m_icon)
        return;
    const node::Wallet& wallet = m_node.snapshot().wallet;
    m_icon->setToolTip(tr("Mutoscope · %1 tokens earned and not paid out").arg(formatOwn(wallet.income)));
    if (!wallet.income || wallet.stale)
        return;
    constexpr std::int64_t leastStep = 100'000;
    if (m_income && wallet.income->value() >= m_income->value() + std::max(leastStep, m_income->value() / 10))
        say(tr("Seeding has earned something"), tr("%1 tokens are waiting to be paid out.").arg(formatOwn(*wallet.income)));
    else if (m_income && *wallet.income >= *m_income)
        return;
    m_income = wallet.income;
}

void Tray::say(const QString& title, const QString& sentence)
{
    if (m_icon && m_notifies)
        m_icon->showMessage(title, sentence, applicationIcon(), noticeMs);
}

} // namespace mutoscope::ui
