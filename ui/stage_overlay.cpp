#include "ui/stage_overlay.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>

#include "ui/choice_cards.h"
#include "ui/stage_cards.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int cardWidth = 440;
constexpr int emptyIcon = 56;

} // namespace

StageOverlay::StageOverlay()
{
    setObjectName(u"filmCard"_s);
    m_empty = makeEmpty();
    m_progress = new ProgressCard;
    m_approval = new ApprovalCard;
    m_problem = new ProblemCard;
    m_buffering = makeBuffering();
    m_done = new DoneCard;
    m_resume = new ResumeCard;
    m_next = new NextCard;

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    for (QWidget* card : {m_empty, static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_approval),
                          static_cast<QWidget*>(m_problem), m_buffering, static_cast<QWidget*>(m_done),
                          static_cast<QWidget*>(m_resume), static_cast<QWidget*>(m_next)}) {
        card->hide();
        layout->addWidget(card);
    }

    connect(m_progress, &ProgressCard::cancelled, this, &StageOverlay::cancelled);
    connect(m_approval, &ApprovalCard::approved, this, &StageOverlay::approved);
    connect(m_approval, &ApprovalCard::cancelled, this, &StageOverlay::cancelled);
    connect(m_approval, &ApprovalCard::topUpWanted, this, &StageOverlay::topUpWanted);
    connect(m_approval, &ApprovalCard::readAheadChosen, this, &StageOverlay::readAheadChosen);
    connect(m_problem, &ProblemCard::wayOutChosen, this, &StageOverlay::wayOutChosen);
    connect(m_problem, &ProblemCard::capRaised, this, &StageOverlay::capRaised);
    connect(m_problem, &ProblemCard::playerRetryWanted, this, &StageOverlay::playerRetryWanted);
    connect(m_problem, &ProblemCard::reopenWanted, this, &StageOverlay::reopenWanted);
    connect(m_problem, &ProblemCard::linkWanted, this, &StageOverlay::linkWanted);
    connect(m_problem, &ProblemCard::cancelled, this, &StageOverlay::cancelled);
    connect(m_resume, &ResumeCard::chosen, this, &StageOverlay::startChosen);
    connect(m_next, &NextCard::nowWanted, this, &StageOverlay::nextWanted);
    connect(m_next, &NextCard::stayWanted, this, &StageOverlay::stayWanted);
    connect(m_done, &DoneCard::replayWanted, this, &StageOverlay::replayWanted);
    connect(m_done, &DoneCard::linkWanted, this, &StageOverlay::linkWanted);
}

void StageOverlay::setReadAhead(std::chrono::milliseconds readAhead)
{
    m_approval->setReadAhead(readAhead);
}

QWidget* StageOverlay::makeEmpty()
{
    auto* card = new QWidget;
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(14);
    auto* picture = new QLabel;
    picture->setPixmap(applicationIcon().pixmap(QSize(emptyIcon, emptyIcon), 2.0));
    picture->setAlignment(Qt::AlignCenter);
    QLabel* sentence = makeParagraph(tr("Open a mutoscope: link, and you pay for what you watch, segment by segment."),
                                     u"muted"_s, Ground::Film);
    sentence->setAlignment(Qt::AlignCenter);
    m_paste = new Button(tr("Paste a link"), u"link"_s, Button::Kind::Primary, Ground::Film);
    m_paste->setObjectName(u"pasteLink"_s);
    column->addWidget(picture);
    column->addWidget(sentence);
    column->addWidget(m_paste, 0, Qt::AlignCenter);
    connect(m_paste, &QPushButton::clicked, this, &StageOverlay::linkWanted);
    return card;
}

QWidget* StageOverlay::makeBuffering()
{
    auto* card = new QWidget;
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(16, 12, 20, 12);
    row->setSpacing(12);
    row->addWidget(new Spinner(22));
    m_bufferingText = makeLabel(QString(), u"plain"_s, Ground::Film);
    row->addWidget(m_bufferingText);
    return card;
}

QWidget* StageOverlay::cardOf(OverlayKind kind) const
{
    switch (kind) {
    case OverlayKind::None:
        return nullptr;
    case OverlayKind::Empty:
        return m_empty;
    case OverlayKind::Progress:
        return m_progress;
    case OverlayKind::Approval:
        return m_approval;
    case OverlayKind::Problem:
        return m_problem;
    case OverlayKind::Buffering:
        return m_buffering;
    case OverlayKind::Done:
        return m_done;
    case OverlayKind::Resume:
        return m_resume;
    case OverlayKind::Next:
        return m_next;
    }
    return nullptr;
}

void StageOverlay::present(const Overlay& overlay, const node::Viewing& viewing, const node::Wallet& wallet)
{
    switch (overlay.kind) {
    case OverlayKind::None:
    case OverlayKind::Empty:
        break;
    case OverlayKind::Progress:
        m_progress->present(overlay);
        break;
    case OverlayKind::Approval:
        m_approval->present(viewing, wallet);
        break;
    case OverlayKind::Problem:
        m_problem->present(overlay, viewing);
        break;
    case OverlayKind::Buffering:
        m_bufferingText->setText(overlay.sentence);
        break;
    case OverlayKind::Done:
        m_done->present(overlay, viewing);
        break;
    case OverlayKind::Resume:
        m_resume->present(overlay);
        break;
    case OverlayKind::Next:
        m_next->present(overlay);
        break;
    }
    if (overlay.kind == m_kind)
        return;
    if (QWidget* old = cardOf(m_kind))
        old->hide();
    m_kind = overlay.kind;
    if (QWidget* card = cardOf(m_kind))
        card->show();
    setStyleProperty(this, "bare", m_kind == OverlayKind::Empty); // nothing to frame where nothing plays
}

QSize StageOverlay::fittingSize(QSize room) const
{
    const QWidget* card = cardOf(m_kind);
    if (!card)
        return {};
    for (QWidget* part : card->findChildren<QWidget*>())
        part->ensurePolished(); // sizes of new buttons follow the style sheet only then
    card->layout()->invalidate();
    const int frame = 2;
    int width = std::min(m_kind == OverlayKind::Buffering ? card->sizeHint().width() + frame : cardWidth, room.width());
    width = std::max(width, std::min(card->minimumSizeHint().width() + frame, room.width()));
    int height = card->hasHeightForWidth() ? card->heightForWidth(width - frame) : card->sizeHint().height();
    height = std::max(height, card->minimumSizeHint().height());
    return {width, std::min(height + frame, room.height())};
}

QWidget* StageOverlay::mainButton() const
{
    switch (m_kind) {
    case OverlayKind::None:
    case OverlayKind::Progress:
    case OverlayKind::Buffering:
        return nullptr;
    case OverlayKind::Empty:
        return m_paste;
    case OverlayKind::Approval:
        return m_approval->mainButton();
    case OverlayKind::Problem:
        return m_problem->mainButton();
    case OverlayKind::Done:
        return m_done->mainButton();
    case OverlayKind::Resume:
        return m_resume->mainButton();
    case OverlayKind::Next:
        return m_next->mainButton();
    }
    return nullptr;
}

} // namespace mutoscope::ui
