#include "ui/notices.h"

#include <algorithm>

#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/settings_store.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr std::int64_t leastStep = 100'000; ///< micro-tokens
const QString toldName = u"desktop/tray-told"_s;

} // namespace

const QString Notices::name = u"desktop/notifications"_s;

Notices::Notices(node::Node& node, SettingsStore& settings, QObject* parent) : QObject(parent), m_node(node), m_settings(settings)
{
    connect(&m_node, &node::Node::changed, this, &Notices::look);
    connect(&m_node, &node::Node::published, this, [this](const QString& link, const QString& problem) {
        if (!isWished())
            return;
        if (link.isEmpty())
            Q_EMIT notice(tr("The film was not published"), inLanguage(problem));
        else
            Q_EMIT notice(tr("Published"), tr("Whoever has the link can watch the film."));
    });
}

bool Notices::isWished() const
{
    return m_settings.value(name, false).toBool();
}

/// Income is told once there is a tenth more of it, and a tenth of a token at least: who is paid by the segment is paid often.
void Notices::look()
{
    const node::Wallet& wallet = m_node.snapshot().wallet;
    if (!wallet.income || wallet.stale)
        return;
    const bool isMore = m_income && wallet.income->value() >= m_income->value() + std::max(leastStep, m_income->value() / 10);
    if (isMore && isWished())
        Q_EMIT notice(tr("Seeding has earned something"), tr("%1 tokens are waiting to be paid out.").arg(formatOwn(*wallet.income)));
    if (isMore || !m_income || *wallet.income < *m_income)
        m_income = wallet.income;
}

void Notices::wentToTray()
{
    if (m_settings.value(toldName, false).toBool())
        return;
    m_settings.setValue(toldName, true);
    Q_EMIT notice(tr("Mutoscope goes on in the tray"), tr("It seeds until you choose Quit there."));
}

} // namespace mutoscope::ui
