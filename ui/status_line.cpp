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
namespace
{

constexpr int margin = 14;
constexpr int between = 28; ///< two parts, the space of the layout included
constexpr int leastTracker = 24; ///< letters

} // namespace

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
    m_rate->setObjectName(u"rates"_s);
    m_free = makeLabel(QString(), u"muted"_s);
    m_free->setObjectName(u"freeDisk"_s);
    m_sources = new SourcesMenu;
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(margin, 2, margin, 2);
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
    row->addSpacing(12);
    row->addWidget(m_free);
}

void StatusLine::refresh(const node::Snapshot& snapshot)
{
    const node::TrackerStatus& tracker = snapshot.tracker;
    const bool isOffline = tracker.state == node::TrackerState::Offline;
    m_tracker->setWhole(trackerInWords(tracker));
    setStyleProperty(m_tracker, "role", isOffline ? u"problem"_s : u"muted"_s);
    setStyleProperty(m_dot, "role", isOffline ? u"problem"_s : tracker.state == node::TrackerState::Online ? u"good"_s : u"warning"_s);
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
    const bool sending = snapshot.sentPerSecond > 0;
    QStringList rates;
    if (receiving)
        rates << u"↓ %1"_s.arg(formatRate(rate));
    if (sending)
        rates << u"↑ %1"_s.arg(formatRate(snapshot.sentPerSecond));
    m_rate->setText(rates.join(u"  "_s));
    m_rate->setAccessibleName(tr("Received %1, sent %2").arg(formatRate(receiving ? rate : 0), formatRate(snapshot.sentPerSecond)));
    m_rate->setVisible(receiving || sending);
    m_free->setText(tr("%1 free").arg(snapshot.disk && snapshot.disk->free ? formatBytes(*snapshot.disk->free) : unknownText()));
    m_free->setToolTip(tr("On the disk that films are kept on"));
    fit();
}

/// The disk is what is least missed where there is little room.
void StatusLine::fit()
{
    int needed = 2 * margin + leastTracker * fontMetrics().averageCharWidth();
    for (const QWidget* each : {static_cast<QWidget*>(m_sources), static_cast<QWidget*>(m_seeding), static_cast<QWidget*>(m_reach),
                                static_cast<QWidget*>(m_peers), static_cast<QWidget*>(m_rate), static_cast<QWidget*>(m_free)})
        needed += each->isHidden() && each != m_free ? 0 : each->sizeHint().width() + between;
    m_free->setVisible(needed <= width());
}

void StatusLine::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fit();
}

} // namespace mutoscope::ui
