#pragma once

#include <QWidget>

#include "p2p/base/types.h"

class QCheckBox;
class QRadioButton;

namespace mutoscope::ui
{

class SettingsStore;
class TokenField;

/// What films may cost without a question, and all of them in a day. Kept in the SettingsStore as it is chosen.
class SpendingForm : public QWidget
{
    Q_OBJECT

public:
    struct Names { ///< in the SettingsStore
        static const QString approveUpTo; ///< micro-tokens; 0: always ask
        static const QString dailyCap;    ///< micro-tokens; 0: none
    };

    explicit SpendingForm(SettingsStore& settings);

Q_SIGNALS:
    void approvalChosen(mutoscope::base::Tokens upTo); ///< 0: always ask
    void dailyCapChosen(mutoscope::base::Tokens cap);  ///< 0: none

private:
    void takeApproval();
    void takeDailyCap();
    [[nodiscard]] base::Tokens kept(const QString& name) const;

    SettingsStore& m_settings;
    QRadioButton* m_ask = nullptr;
    QRadioButton* m_approve = nullptr;
    TokenField* m_upTo = nullptr;
    QCheckBox* m_hasCap = nullptr;
    TokenField* m_cap = nullptr;
};

} // namespace mutoscope::ui
