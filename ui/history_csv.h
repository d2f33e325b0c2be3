#pragma once

#include <QByteArray>

#include "ui/history_model.h"

namespace mutoscope::ui
{

/// What the model shows, in its order, as comma-separated values (RFC 4180) in UTF-8, with a line of names, times as ISO 8601 in UTC, and amounts with a point,
/// whatever the language is. What people and strangers have written can't become a formula of a spreadsheet.
[[nodiscard]] QByteArray historyCsv(const HistoryModel& model);

} // namespace mutoscope::ui
