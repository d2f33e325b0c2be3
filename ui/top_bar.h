#pragma once

#include <QFrame>

#include "p2p/node/snapshot.h"

class QLabel;
class QLineEdit;

namespace mutoscope::ui
{

class Button;
class IconButton;

/// Where a link is pasted or words are searched for, and what can be spent.
class TopBar : public QFrame
{
    Q_OBJECT

public:
    TopBar();

    void refresh(const node::Wallet& wallet);
    /// Whether there is a film whose link can be handed on.
    void setShareable(bool on);
    void focusLinkField();
    [[nodiscard]] QLineEdit* linkField() const { return m_link; }

    /// Empty if it may be a link to a film, or words to search for; else what is wrong with it. The node reads a link whole.
    [[nodiscard]] static QString problemOf(const QString& text);

Q_SIGNALS:
    void linkEntered(const QString& link);
    void wordsEntered(const QString& words); ///< maybe none
    void balancePressed();
    void sharePressed();
    void problemChanged(); ///< its line came or went

private:
    void enter();
    void setProblem(const QString& problem);

    QLineEdit* m_link = nullptr;
    QLabel* m_problem = nullptr;
    IconButton* m_share = nullptr;
    Button* m_balance = nullptr;
};

} // namespace mutoscope::ui
