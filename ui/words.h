#pragma once

#include <QCoreApplication>

namespace mutoscope::ui
{

/// tr() for functions that belong to no class.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(mutoscope::ui)
};

} // namespace mutoscope::ui
