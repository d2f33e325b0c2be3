#pragma once

class QTableView;
class QVBoxLayout;
class QWidget;

namespace mutoscope::ui
{

/// What all our tables share: whole rows, no grid, calm heights.
void prepareTable(QTableView* table, int rowHeight);

/// A page's column: scrolls where it does not fit, and is not wider than a line that the eye can follow.
[[nodiscard]] QVBoxLayout* makeScrollingColumn(QWidget* page, int maxWidth);

} // namespace mutoscope::ui
