#pragma once

#include <QCoreApplication>

namespace mutoscope::player
{

/// tr() for sentences that a person will read.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(mutoscope::player)
};

} // namespace mutoscope::player
