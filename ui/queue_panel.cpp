#include "ui/queue_panel.h"

#include <algorithm>

#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/series.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

constexpr int panelWidth = 320;
constexpr int rowHeight = 36;
constexpr int iconSize = 16;

} // namespace

QueuePanel::QueuePanel(Series& series) : m_series(series)
{
    setObjectName(u"queuePanel"_s);
    m_head = makeLabel(QString(), u"caption"_s, Ground::Film);
    m_list = new QListWidget;
    m_list->setObjectName(u"queueList"_s);
    m_list->setAccessibleName(tr("Films of this list"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setUniformItemSizes(true);
    m_list->setIconSize(QSize(iconSize, iconSize));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(6);
    column->addWidget(m_head);
    column->addWidget(m_list, 1);
    const auto go = [this](QListWidgetItem* item) {
        const auto row = static_cast<std::size_t>(m_list->row(item));
        if (row != m_series.current()) // a double click is a click first
            m_series.goTo(row);
    };
    connect(m_list, &QListWidget::itemClicked, this, go);
    connect(m_list, &QListWidget::itemActivated, this, go);
    connect(&m_series, &Series::changed, this, &QueuePanel::fill);
    fill();
}

void QueuePanel::fill()
{
    const auto count = static_cast<int>(m_series.films().size());
    const int current = static_cast<int>(m_series.current());
    m_head->setText(tr("%1 of %2 films").arg(current + 1).arg(count));
    while (m_list->count() > count)
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < count) {
        auto* item = new QListWidgetItem(m_list);
        item->setSizeHint(QSize(0, rowHeight));
    }
    QPixmap empty(iconSize, iconSize); // so that all titles stand in one line
    empty.fill(Qt::transparent);
    const QIcon none(empty);
    for (int row = 0; row < count; ++row) {
        QListWidgetItem* item = m_list->item(row);
        item->setText(m_series.nameOf(static_cast<std::size_t>(row)));
        item->setToolTip(item->text());
        item->setIcon(row == current ? themedIcon(u"play"_s, colours(true).accent) : none);
    }
    m_list->setCurrentRow(count > 0 ? current : -1);
}

QSize QueuePanel::fittingSize(QSize room) const
{
    const int head = m_head->sizeHint().height() + 10 + 10 + 6;
    const int wanted = head + rowHeight * std::max(1, m_list->count()) + 4;
    return {std::min(panelWidth, room.width()), std::min(wanted, room.height())};
}

} // namespace mutoscope::ui
