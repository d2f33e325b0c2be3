#pragma once

#include <array>

#include <QDialog>

#include "p2p/node/node.h"
#include "ui/trial.h"

class QLabel;
class QScrollArea;
class QStackedWidget;

namespace mutoscope::ui
{

class Button;
class RulesForm;
class SettingsStore;
class WalletStep;
class WelcomeStep;

/// The first run, in four steps that can each be skipped: what this is and where the account is, the wallet, what may be spent, seeding.
/// What is chosen holds at once; closing it skips the rest. Window-modal; deletes itself.
class FirstRun : public QDialog
{
    Q_OBJECT

public:
    enum class Step { Welcome, Wallet, Spending, Seeding };

    struct Parts { ///< must outlive it
        node::Node& node;
        SettingsStore& settings;
        Trial* trial = nullptr; ///< null: nothing can be tried here
    };

    static const QString doneName; ///< in the SettingsStore: it was shown once

    FirstRun(Parts parts, Step first, QWidget* parent);

    [[nodiscard]] Step step() const { return m_step; }
    /// The node's snapshot is another one.
    void refresh();

Q_SIGNALS:
    void approvalChosen(mutoscope::base::Tokens upTo); ///< 0: always ask
    void dailyCapChosen(mutoscope::base::Tokens cap);  ///< 0: none
    void languageChosen(const QString& language);

private:
    QWidget* makeSpendingStep();
    QWidget* makeSeedingStep();
    void goTo(Step step);
    void goOn(bool skips);
    void judge();

    Parts m_parts;
    Step m_step = Step::Welcome;
    QLabel* m_where = nullptr;
    QScrollArea* m_scroll = nullptr;
    QStackedWidget* m_steps = nullptr;
    WelcomeStep* m_welcome = nullptr;
    WalletStep* m_wallet = nullptr;
    RulesForm* m_rules = nullptr;
    QLabel* m_noSeeding = nullptr;
    Button* m_back = nullptr;
    Button* m_skip = nullptr;
    Button* m_next = nullptr;
};

} // namespace mutoscope::ui
