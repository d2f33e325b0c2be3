#pragma once

#include <array>

#include <QWidget>

#include "ui/overlay.h"

class QHBoxLayout;
class QComboBox;
class QLabel;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;
class Spinner;
class TokenField;

/// On the way to the first picture, step by step.
class ProgressCard : public QWidget
{
    Q_OBJECT

public:
    ProgressCard();
    void present(const Overlay& overlay);

Q_SIGNALS:
    void cancelled();

private:
    struct Row {
        QLabel* mark = nullptr;
        Spinner* spinner = nullptr;
        QLabel* name = nullptr;
    };
    ElidedLabel* m_title = nullptr;
    std::array<Row, 4> m_rows;
};

/// What the film costs and what will be reserved for it, before anything is spent.
class ApprovalCard : public QWidget
{
    Q_OBJECT

public:
    ApprovalCard();
    /// A cap that was typed stays as long as it is the same film.
    void present(const node::Viewing& viewing, const node::Wallet& wallet);
    /// Offers this beside the usual ones.
    void setReadAhead(std::chrono::milliseconds readAhead);
    [[nodiscard]] Button* mainButton() const { return m_play; }

Q_SIGNALS:
    void approved(mutoscope::base::Tokens cap);
    void cancelled();
    void topUpWanted();
    void readAheadChosen(std::chrono::seconds readAhead);

private:
    void judge();

    std::optional<base::ContentId> m_content;
    std::optional<base::Tokens> m_mostCap;
    std::optional<base::Tokens> m_priceOfRest;
    std::optional<base::Tokens> m_free;
    ElidedLabel* m_title = nullptr;
    ElidedLabel* m_about = nullptr;
    QLabel* m_price = nullptr;
    QLabel* m_holds = nullptr;
    QLabel* m_hint = nullptr;
    TokenField* m_cap = nullptr;
    QComboBox* m_readAhead = nullptr;
    Button* m_topUp = nullptr;
    Button* m_play = nullptr;
};

/// What went wrong, and a button for each way out.
class ProblemCard : public QWidget
{
    Q_OBJECT

public:
    ProblemCard();
    void present(const Overlay& overlay, const node::Viewing& viewing);
    [[nodiscard]] Button* mainButton() const { return m_first; }

Q_SIGNALS:
    void wayOutChosen(mutoscope::node::WayOut wayOut); ///< all but RaiseCap
    void capRaised(mutoscope::base::Tokens cap);
    void playerRetryWanted();
    void reopenWanted();
    void linkWanted();
    void cancelled();

private:
    void rebuild(const Overlay& overlay);
    void judge();

    std::optional<Overlay> m_built; ///< that the buttons were made for
    std::optional<base::Tokens> m_oldCap;
    QLabel* m_title = nullptr;
    QLabel* m_sentence = nullptr;
    QWidget* m_capRow = nullptr;
    TokenField* m_cap = nullptr;
    QHBoxLayout* m_buttons = nullptr;
    Button* m_first = nullptr;
    Button* m_raise = nullptr;
};

/// After the film: what was spent and what came back.
class DoneCard : public QWidget
{
    Q_OBJECT

public:
    DoneCard();
    void present(const Overlay& overlay, const node::Viewing& viewing);
    [[nodiscard]] Button* mainButton() const { return m_replay; }

Q_SIGNALS:
    void replayWanted();
    void linkWanted();

private:
    ElidedLabel* m_title = nullptr;
    QLabel* m_spent = nullptr;
    QLabel* m_returned = nullptr;
    QLabel* m_receipted = nullptr;
    QLabel* m_hint = nullptr;
    Button* m_replay = nullptr;
};

} // namespace mutoscope::ui
