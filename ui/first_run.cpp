#include "ui/first_run.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>

#include "ui/first_run_steps.h"
#include "ui/rules_form.h"
#include "ui/spending_form.h"
#include "ui/tracker_field.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int countOfSteps = 4;
constexpr int lettersWide = 104; ///< as wide as so many letters
constexpr int linesHigh = 40;

} // namespace

const QString FirstRun::doneName = u"general/first-run"_s;

FirstRun::FirstRun(Parts parts, Step first, QWidget* parent) : QDialog(parent), m_parts(parts)
{
    setObjectName(u"firstRun"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Welcome to Mutoscope"));
    m_welcome = new WelcomeStep(m_parts.node, m_parts.settings, m_parts.trial);
    m_wallet = new WalletStep(m_parts.node);
    m_steps = new QStackedWidget; // in the order of Step
    m_steps->addWidget(m_welcome);
    m_steps->addWidget(m_wallet);
    m_steps->addWidget(makeSpendingStep());
    m_steps->addWidget(makeSeedingStep());
    auto* inner = new QWidget;
    auto* margin = new QVBoxLayout(inner);
    margin->setContentsMargins(24, 20, 24, 12);
    margin->addWidget(m_steps);
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    m_scroll->viewport()->setAutoFillBackground(false);

    m_scroll->setMinimumWidth(inner->minimumSizeHint().width() + m_scroll->verticalScrollBar()->sizeHint().width());

    m_where = makeLabel(QString(), u"caption"_s);
    m_where->setObjectName(u"whichStep"_s);
    m_back = new Button(tr("Back"), QString(), Button::Kind::Quiet);
    m_back->setObjectName(u"back"_s);
    m_skip = new Button(tr("Skip"), QString(), Button::Kind::Quiet);
    m_skip->setObjectName(u"skip"_s);
    m_next = new Button(tr("Continue"), QString(), Button::Kind::Primary);
    m_next->setObjectName(u"next"_s);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(24, 8, 24, 16);
    buttons->setSpacing(8);
    buttons->addWidget(m_where);
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_skip);
    buttons->addWidget(m_next);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_scroll, 1);
    column->addLayout(buttons);
    m_next->setDefault(true);
    resize(lettersWide * fontMetrics().averageCharWidth(), linesHigh * fontMetrics().lineSpacing());

    connect(m_welcome, &WelcomeStep::languageChosen, this, &FirstRun::languageChosen);
    connect(m_welcome->tracker(), &TrackerField::edited, this, &FirstRun::judge);
    connect(m_back, &QPushButton::clicked, this, [this] { goTo(static_cast<Step>(static_cast<int>(m_step) - 1)); });
    connect(m_skip, &QPushButton::clicked, this, [this] { goOn(true); });
    connect(m_next, &QPushButton::clicked, this, [this] { goOn(false); });
    connect(&m_parts.node, &node::Node::changed, this, &FirstRun::refresh);
    goTo(first);
}

QWidget* FirstRun::makeSpendingStep()
{
    auto* step = new QWidget;
    QVBoxLayout* column = makeStepColumn(step, tr("What may be spent"),
                                         tr("Before a film plays, you see what all of it costs, and the most that can be taken from your wallet. Nothing is spent beyond that."));
    auto* form = new SpendingForm(m_parts.settings);
    connect(form, &SpendingForm::approvalChosen, this, &FirstRun::approvalChosen);
    connect(form, &SpendingForm::dailyCapChosen, this, &FirstRun::dailyCapChosen);
    column->addWidget(form);
    column->addStretch(1);
    return step;
}

QWidget* FirstRun::makeSeedingStep()
{
    auto* step = new QWidget;
    QVBoxLayout* column = makeStepColumn(step, tr("Seeding"),
                                         tr("Who seeds gives films to others and is paid for each piece of them. It is off until you switch it on, here, or for single films later."));
    m_noSeeding = makeParagraph(tr("There is no wallet to earn with yet; these can be chosen in the settings once there is one."), u"warning"_s);
    column->addWidget(m_noSeeding);
    m_rules = new RulesForm(m_parts.node, RulesForm::Extent::Brief);
    column->addWidget(m_rules);
    column->addStretch(1);
    return step;
}

void FirstRun::goTo(Step step)
{
    m_step = step;
    const int number = static_cast<int>(step);
    m_steps->setCurrentIndex(number);
    m_scroll->verticalScrollBar()->setValue(0);
    m_where->setText(tr("%1 of %2").arg(number + 1).arg(countOfSteps));
    m_where->setAccessibleName(tr("Step %1 of %2").arg(number + 1).arg(countOfSteps));
    m_back->setEnabled(step != Step::Welcome);
    m_next->setText(step == Step::Seeding ? tr("Done") : tr("Continue"));
    m_next->setAccessibleName(m_next->text());
    refresh();
    (m_next->isEnabled() ? m_next : m_skip)->setFocus();
}

/// A tracker that is skipped stays as it was; all else holds since it was chosen.
void FirstRun::goOn(bool skips)
{
    if (m_step == Step::Welcome && !skips && !m_welcome->tracker()->tracker().isEmpty())
        m_parts.node.setTracker(m_welcome->tracker()->tracker());
    if (m_step == Step::Seeding)
        return accept();
    goTo(static_cast<Step>(static_cast<int>(m_step) + 1));
}

void FirstRun::refresh()
{
    m_wallet->refresh();
    m_rules->refresh();
    m_rules->setEnabled(m_wallet->isDone());
    m_noSeeding->setVisible(!m_wallet->isDone());
    judge();
}

/// "Continue" only where there is something to go on with; there is always "Skip".
void FirstRun::judge()
{
    const bool isReady = m_step == Step::Welcome  ? !m_welcome->tracker()->tracker().isEmpty()
                         : m_step == Step::Wallet ? m_wallet->isDone()
                                                  : true;
    m_next->setEnabled(isReady);
    m_skip->setVisible(m_step != Step::Seeding);
    m_skip->setDefault(!isReady);
    m_next->setDefault(isReady);
}

} // namespace mutoscope::ui
