#pragma once

#include <QWidget>

#include "p2p/node/node.h"
#include "ui/trial.h"

class QLabel;
class QVBoxLayout;

namespace mutoscope::ui
{

class Button;
class LanguageBox;
class SettingsStore;
class Spinner;
class TrackerField;

/// A step's column: its name, and what it is about.
[[nodiscard]] QVBoxLayout* makeStepColumn(QWidget* step, const QString& name, const QString& about);

/// What this is, who sees one's address, where the account is; and all of it to be tried here.
class WelcomeStep : public QWidget
{
    Q_OBJECT

public:
    /// `trial` may be null, and must outlive it.
    WelcomeStep(node::Node& node, SettingsStore& settings, Trial* trial);
    ~WelcomeStep() override; ///< ends a trial

    [[nodiscard]] TrackerField* tracker() const { return m_tracker; }

Q_SIGNALS:
    void languageChosen(const QString& language);

private:
    QWidget* makeTrial();
    void tryWith(const QString& film);
    void chooseFilm();
    void showStep(Trial::Step step);
    void showOutcome(const Trial::Outcome& outcome);
    void setRunning(bool on);

    TrackerField* m_tracker = nullptr;
    Trial* m_trial = nullptr;
    bool m_isTrying = false;
    QLabel* m_trialState = nullptr;
    Spinner* m_spinner = nullptr;
    Button* m_try = nullptr;
    Button* m_tryOwn = nullptr;
    Button* m_end = nullptr;
};

/// Making the wallet, or restoring it; whatever its key needs.
class WalletStep : public QWidget
{
    Q_OBJECT

public:
    explicit WalletStep(node::Node& node);

    void refresh();
    [[nodiscard]] bool isDone() const;

private:
    void act();

    node::Node& m_node;
    QLabel* m_state = nullptr;
    Button* m_go = nullptr;
    Button* m_restore = nullptr;
    Spinner* m_spinner = nullptr;
};

} // namespace mutoscope::ui
