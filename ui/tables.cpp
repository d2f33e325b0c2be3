#include "ui/tables.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

namespace mutoscope::ui
{
namespace
{

constexpr int rowsMeasured = 40; ///< for a column as wide as what is in it; 0 would measure all of a table that isn't shown yet

} // namespace

void prepareTable(QTableView* table, int rowHeight)
{
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(rowHeight);
    table->verticalHeader()->setMinimumSectionSize(rowHeight);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionsClickable(true);
    table->horizontalHeader()->setMinimumSectionSize(40);
    table->horizontalHeader()->setResizeContentsPrecision(rowsMeasured);
}

QVBoxLayout* makeScrollingColumn(QWidget* page, int maxWidth)
{
    auto* content = new QWidget;
    content->setMaximumWidth(maxWidth);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 18, 24, 20);
    column->setSpacing(14);

    auto* centred = new QWidget;
    auto* row = new QHBoxLayout(centred);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);

    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(centred);
    // A scroll area paints its view port and content with the palette's base otherwise.
    scroll->viewport()->setAutoFillBackground(false);
    centred->setAutoFillBackground(false);

    auto* outer = new QVBoxLayout(page);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    return column;
}

} // namespace mutoscope::ui
