#pragma once

#include <functional>

#include <QDialog>

#include "p2p/node/node.h"

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace mutoscope::ui
{

class Button;
class Spinner;
class TokenField;

/// One movement of tokens: asks, has the node do it, waits, and says what came of it. Closes by itself if it went well.
/// Window-modal; deletes itself.
class WalletDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Action { TopUp, Send, PayOut, CloseSpend };

    WalletDialog(node::Node& node, Action action, QWidget* parent);

private:
    void addFields();
    void judge();
    void act();
    void say(const QString& text, const QString& role);
    [[nodiscard]] std::optional<base::Tokens> available() const;
    [[nodiscard]] std::optional<base::Address> recipient() const;

    node::Node& m_node;
    Action m_action;
    bool m_waiting = false;
    QVBoxLayout* m_column = nullptr;
    QLineEdit* m_to = nullptr;      ///< Send only
    QLineEdit* m_memo = nullptr;    ///< Send only
    TokenField* m_amount = nullptr; ///< TopUp and Send
    QLabel* m_hint = nullptr;
    Spinner* m_spinner = nullptr;
    Button* m_cancel = nullptr;
    Button* m_go = nullptr;
};

} // namespace mutoscope::ui
