#include "ui/sources_menu.h"

#include <QMenu>

#include "ui/format.h"
#include "ui/sentences.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

QString SourcesMenu::nameOf(node::SourceKind kind)
{
    switch (kind) {
    case node::SourceKind::Tracker:
        return tr("Tracker");
    case node::SourceKind::Link:
        return tr("Seeders named in links");
    case node::SourceKind::LocalNetwork:
        return tr("Local network");
    case node::SourceKind::Dht:
        return tr("BitTorrent DHT");
    }
    return {};
}

QString SourcesMenu::stateOf(const node::SourceStatus& source)
{
    switch (source.state) {
    case node::SourceState::Off:
        return tr("off");
    case node::SourceState::Ready:
        return tr("ready");
    case node::SourceState::Looking:
        return tr("looking …");
    case node::SourceState::Found:
        return tr("%1 found").arg(source.found);
    case node::SourceState::Cannot:
        return tr("cannot: %1").arg(inLanguage(source.problem));
    }
    return {};
}

SourcesMenu::SourcesMenu()
{
    setObjectName(u"sources"_s);
    setPopupMode(QToolButton::InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("Where seeders are looked for"));
    auto* menu = new QMenu(this);
    for (const node::SourceKind kind : {node::SourceKind::Tracker, node::SourceKind::Link, node::SourceKind::LocalNetwork, node::SourceKind::Dht}) {
        QAction* row = menu->addAction(nameOf(kind));
        row->setCheckable(true);
        m_rows[kind] = row;
        connect(row, &QAction::triggered, this, [this, kind](bool on) { Q_EMIT switched(kind, on); });
    }
    setMenu(menu);
    refresh({});
}

void SourcesMenu::refresh(const std::vector<node::SourceStatus>& sources)
{
    int used = 0;
    for (const node::SourceStatus& source : sources) {
        QAction* row = m_rows.at(source.kind);
        row->setChecked(source.state != node::SourceState::Off);
        row->setText(tr("%1 — %2").arg(nameOf(source.kind), stateOf(source)).replace(u'&', u"&&"_s));
        used += source.state != node::SourceState::Off && source.state != node::SourceState::Cannot ? 1 : 0;
    }
    setText(tr("Sources %1").arg(used));
    setAccessibleName(tr("Where seeders are looked for, %1 in use").arg(used));
    setVisible(!sources.empty());
}

} // namespace mutoscope::ui
