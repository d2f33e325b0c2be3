#pragma once

#include <QFrame>

#include "ui/overlay.h"

class QLabel;

namespace mutoscope::ui
{

class ApprovalCard;
class Button;
class DoneCard;
class NextCard;
class ProblemCard;
class ProgressCard;
class ResumeCard;

/// The one card over the film. Its page places it and sizes it by fittingSize().
class StageOverlay : public QFrame
{
    Q_OBJECT

public:
    StageOverlay();

    void present(const Overlay& overlay, const node::Viewing& viewing, const node::Wallet& wallet);
    /// What the question before a film says of it.
    void setReadAhead(std::chrono::milliseconds readAhead);
    [[nodiscard]] OverlayKind kind() const { return m_kind; }
    [[nodiscard]] QSize fittingSize(QSize room) const;
    /// The button that Enter should press, null if none.
    [[nodiscard]] QWidget* mainButton() const;

Q_SIGNALS:
    void linkWanted();
    void approved(mutoscope::base::Tokens cap);
    void cancelled();
    void wayOutChosen(mutoscope::node::WayOut wayOut);
    void capRaised(mutoscope::base::Tokens cap);
    void topUpWanted();
    void playerRetryWanted();
    void reopenWanted();
    void replayWanted();
    void startChosen(std::chrono::milliseconds position);
    void nextWanted();
    void stayWanted();
    void readAheadChosen(std::chrono::seconds readAhead);

private:
    QWidget* makeEmpty();
    QWidget* makeBuffering();
    [[nodiscard]] QWidget* cardOf(OverlayKind kind) const;

    OverlayKind m_kind = OverlayKind::None;
    QWidget* m_empty = nullptr;
    Button* m_paste = nullptr;
    ProgressCard* m_progress = nullptr;
    ApprovalCard* m_approval = nullptr;
    ProblemCard* m_problem = nullptr;
    QWidget* m_buffering = nullptr;
    QLabel* m_bufferingText = nullptr;
    DoneCard* m_done = nullptr;
    ResumeCard* m_resume = nullptr;
    NextCard* m_next = nullptr;
};

} // namespace mutoscope::ui
