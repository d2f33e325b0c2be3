#include "ui/status_line.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/reach_text.h"
#include "ui/sources_menu.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

StatusLine::StatusLine()
{
    setObjectName(u"statusLine"_s);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_dot = makeLabel(u"●"_s, u"muted"_s);
    m_tracker = new ElidedLabel(u"muted"_s);
    m_tracker->setObjectName(u"trackerState"_s);
    m_seeding = makeLabel(QString(), u"muted"_s);
    m_reach = makeLabel(QString(), u"muted"_s);
    m_reach->setObjectName(u"reach"_s);
    m_peers = makeLabel(QString(), u"muted"_s);
    m_rate = makeLabel(QString(), u"muted"_s);
    m_sources = new SourcesMenu;
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 2, 14, 2);
    row->setSpacing(8);
    row->addWidget(m_dot);
    row->addWidget(m_tracker, 1);
    row->addSpacing(12);
    row->addWidget(m_sources);
    row->addSpacing(12);
    row->addWidget(m_seeding);
    row->addSpacing(12);
    row->addWidget(m_reach);
    row->addSpacing(12);
    row->addWidget(m_peers);
    row->addSpacing(12);
    row->addWidget(m_rate);
}

void StatusLine::refresh(const node::Snapshot& snapshot)
{
    const node::TrackerStatus& tracker = snapshot.tracker;
    const QString name = fromUtf8(tracker.name);
    switch (tracker.state) {
    case node::TrackerState::Connecting:
        m_tracker->setWhole(name.isEmpty() ? tr("Connecting to the tracker …") : tr("Connecting to %1 …").arg(name));
        setStyleProperty(m_dot, "role", u"warning"_s);
        setStyleProperty(m_tracker, "role", u"muted"_s);
        break;
    case node::TrackerState::Online:
        m_tracker->setWhole(name.isEmpty() ? tr("Tracker is online") : tr("Tracker: %1").arg(name));
        setStyleProperty(m_dot, "role", u"good"_s);
        setStyleProperty(m_tracker, "role", u"muted"_s);
        break;
    case node::TrackerState::Offline:
        m_tracker->setWhole(tracker.problem.empty() ? tr("The tracker does not answer") : fromUtf8(tracker.problem));
        setStyleProperty(m_dot, "role", u"problem"_s);
        setStyleProperty(m_tracker, "role", u"problem"_s);
        break;
    }
    m_dot->setAccessibleName(m_tracker->whole());
    m_sources->refresh(snapshot.sources);

    const auto seeded = std::count_if(snapshot.seeding.begin(), snapshot.seeding.end(),
                                      [](const node::SeededTitle& title) { return title.seeding; });
    m_seeding->setText(tr("Seeding %1").arg(seeded));
    m_seeding->setVisible(seeded > 0);
    m_seeding->setToolTip(snapshot.listening.empty() ? QString() : tr("On %1").arg(fromUtf8(snapshot.listening)));
    m_reach->setText(reachInShort(snapshot.reach));
    m_reach->setToolTip(reachInWords(snapshot.reach));
    m_reach->setAccessibleName(tr("Whether others can connect to you: %1").arg(m_reach->text()));
    m_reach->setVisible(!m_reach->text().isEmpty());
    setStyleProperty(m_reach, "role", isUnreachable(snapshot.reach) ? u"problem"_s : u"muted"_s);
    m_peers->setText(tr("Peers %1").arg(snapshot.peers));
    const std::int64_t rate = snapshot.viewing.bytesPerSecond;
    const bool receiving = rate > 0 && (snapshot.viewing.stage == node::Stage::Playing ||
                                        snapshot.viewing.stage == node::Stage::FirstSegment);
    m_rate->setText(u"↓ %1"_s.arg(formatRate(rate)));
    m_rate->setVisible(receiving);
}

} // namespace mutoscope::ui
