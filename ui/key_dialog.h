#pragma once

#include <QDialog>

#include "p2p/node/node.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace mutoscope::ui
{

class Button;
class Spinner;

/// What is done with the wallet's secret: making one, restoring it from its words, unlocking it, writing its words down, which are
/// then typed again, another passphrase, and another place for it. Window-modal; deletes itself. The words are on the screen only, never
/// in the clipboard.
class KeyDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Task { Create, Restore, Unlock, BackUp, ChangePassphrase, Move };

    KeyDialog(node::Node& node, Task task, QWidget* parent);
    ~KeyDialog() override; ///< wipes its fields as far as they can be

Q_SIGNALS:
    /// Instead of making a new wallet.
    void restoreWanted();

private:
    enum class Step { Asking, Showing, Retyping };

    void addFields(QVBoxLayout* column);
    void goTo(Step step);
    void judge();
    void act();
    void showWords(const crypto::SharedSecret& words, const QString& problem);
    void finish(const QString& problem);
    [[nodiscard]] bool isMaking() const { return m_task == Task::Create || m_task == Task::Restore; }
    /// Where the key will rest.
    [[nodiscard]] node::KeyPlace place() const;
    [[nodiscard]] QString introduction() const;
    [[nodiscard]] static crypto::SharedSecret textOf(const QLineEdit* field);

    node::Node& m_node;
    Task m_task;
    Step m_step = Step::Asking;
    bool m_waiting = false;
    QLabel* m_intro = nullptr;
    QLineEdit* m_passphrase = nullptr; ///< of the wallet that there is
    QLineEdit* m_next = nullptr;     ///< from now on
    QLineEdit* m_again = nullptr;    ///< that once more
    QPlainTextEdit* m_words = nullptr; ///< that are typed
    QWidget* m_shown = nullptr;      ///< the words
    QLabel* m_hint = nullptr;
    Spinner* m_spinner = nullptr;
    Button* m_other = nullptr; ///< Create only
    Button* m_cancel = nullptr;
    Button* m_go = nullptr;
};

} // namespace mutoscope::ui
