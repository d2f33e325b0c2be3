#include "ui/first_run_steps.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QStandardPaths>

#include "ui/format.h"
#include "ui/key_dialog.h"
#include "ui/language_box.h"
#include "ui/sentences.h"
#include "ui/tracker_field.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using node::KeyState;

QVBoxLayout* makeStepColumn(QWidget* step, const QString& name, const QString& about)
{
    auto* column = new QVBoxLayout(step);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(makeLabel(name, u"title"_s));
    column->addWidget(makeParagraph(about, QString()));
    return column;
}

// ---- welcome ----

WelcomeStep::WelcomeStep(node::Node& node, SettingsStore& settings, Trial* trial) : m_trial(trial)
{
    QVBoxLayout* column = makeStepColumn(this, tr("Welcome to Mutoscope"),
                                         tr("Films come from other people's computers, piece by piece, and each piece is paid for as it comes. What you have "
                                            "watched, you can give to others and be paid for."));
    column->addWidget(makeParagraph(tr("Whoever sends you a film, and whoever gets one from you, sees your network address."), u"warning"_s));
    auto* language = new LanguageBox(settings);
    connect(language, &LanguageBox::chosen, this, &WelcomeStep::languageChosen);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    auto* name = makeLabel(tr("Language"), QString());
    name->setBuddy(language);
    row->addWidget(name);
    row->addWidget(language);
    row->addStretch(1);
    column->addLayout(row);
    column->addSpacing(4);
    column->addWidget(makeLabel(tr("Your account"), u"heading"_s));
    column->addWidget(makeParagraph(tr("A wallet tracker keeps your tokens and knows who has which film. Whoever runs one gives you its link; a film's link "
                                       "often names one, too."),
                                    u"muted"_s));
    m_tracker = new TrackerField;
    m_tracker->setTracker(fromUtf8(node.snapshot().tracker.link));
    column->addWidget(m_tracker);
    if (m_trial)
        column->addWidget(makeTrial());
    column->addStretch(1);
}

WelcomeStep::~WelcomeStep()
{
    if (m_isTrying) {
        m_trial->disconnect(this);
        m_trial->cancel();
    }
}

QWidget* WelcomeStep::makeTrial()
{
    auto* card = new QFrame;
    card->setProperty("role", u"card"_s);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Try it here"), u"heading"_s));
    m_trialState = makeParagraph(tr("A tracker, a seeder and a film on this computer: nothing leaves it, and the tokens are for play."), u"muted"_s);
    m_trialState->setObjectName(u"trialState"_s);
    column->addWidget(m_trialState);
    m_try = new Button(tr("Try it"), u"play"_s, Button::Kind::Plain);
    m_try->setObjectName(u"tryHere"_s);
    m_tryOwn = new Button(tr("With a film of mine…"), QString(), Button::Kind::Quiet);
    m_tryOwn->setObjectName(u"tryOwn"_s);
    m_spinner = new Spinner(20);
    m_end = new Button(tr("End the trial"), QString(), Button::Kind::Plain);
    m_end->setObjectName(u"endTrial"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_spinner);
    row->addWidget(m_try);
    row->addWidget(m_end);
    row->addWidget(m_tryOwn);
    row->addStretch(1);
    column->addLayout(row);
    setRunning(false);
    connect(m_try, &QPushButton::clicked, this, [this] { tryWith({}); });
    connect(m_tryOwn, &QPushButton::clicked, this, &WelcomeStep::chooseFilm);
    connect(m_end, &QPushButton::clicked, m_trial, &Trial::cancel);
    connect(m_trial, &Trial::stepped, this, &WelcomeStep::showStep);
    connect(m_trial, &Trial::ended, this, &WelcomeStep::showOutcome);
    return card;
}

void WelcomeStep::tryWith(const QString& film)
{
    setRunning(true);
    m_trial->start(film);
}

void WelcomeStep::chooseFilm()
{
    auto* dialog = new QFileDialog(this, tr("A film to try it with"), QStandardPaths::writableLocation(QStandardPaths::MoviesLocation));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &WelcomeStep::tryWith);
    dialog->open();
}

void WelcomeStep::setRunning(bool on)
{
    m_isTrying = on;
    m_spinner->setVisible(on);
    m_end->setVisible(on);
    m_try->setVisible(!on);
    m_tryOwn->setVisible(!on);
    if (on)
        setStyleProperty(m_trialState, "role", u"muted"_s);
}

void WelcomeStep::showStep(Trial::Step step)
{
    switch (step) {
    case Trial::Step::MakingFilm:
        return m_trialState->setText(tr("A short film is being made …"));
    case Trial::Step::StartingTracker:
        return m_trialState->setText(tr("A wallet tracker is being started …"));
    case Trial::Step::Publishing:
        return m_trialState->setText(tr("A seeder is publishing the film …"));
    case Trial::Step::Watching:
        return m_trialState->setText(tr("A second window has 3 tokens and the film's link. Watch, and see them go; close it to come back here."));
    }
}

void WelcomeStep::showOutcome(const Trial::Outcome& outcome)
{
    setRunning(false);
    setStyleProperty(m_trialState, "role", outcome.problem.isEmpty() ? u"good"_s : u"problem"_s);
    if (!outcome.problem.isEmpty())
        m_trialState->setText(outcome.problem);
    else if (outcome.earned)
        m_trialState->setText(tr("That was it: you paid %1 tokens, and the seeder has earned them.").arg(formatTokens(*outcome.earned)));
    else
        m_trialState->setText(tr("The trial was ended."));
}

// ---- the wallet ----

WalletStep::WalletStep(node::Node& node) : m_node(node)
{
    QVBoxLayout* column = makeStepColumn(this, tr("Your wallet"),
                                         tr("A wallet is one secret key, on this computer only. It signs what you pay and what you earn; 24 words bring it back "
                                            "if the computer is lost."));
    m_state = makeParagraph(QString(), u"muted"_s);
    m_state->setObjectName(u"walletState"_s);
    column->addWidget(m_state);
    m_spinner = new Spinner(20);
    m_go = new Button(QString(), u"wallet"_s, Button::Kind::Plain);
    m_go->setObjectName(u"walletAction"_s);
    m_restore = new Button(tr("I have 24 words…"), QString(), Button::Kind::Quiet);
    m_restore->setObjectName(u"restoreFirst"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_spinner);
    row->addWidget(m_go);
    row->addWidget(m_restore);
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(1);
    connect(m_go, &QPushButton::clicked, this, &WalletStep::act);
    connect(m_restore, &QPushButton::clicked, this, [this] { (new KeyDialog(m_node, KeyDialog::Task::Restore, window()))->open(); });
    refresh();
}

bool WalletStep::isDone() const
{
    return m_node.snapshot().keys.state == KeyState::Open;
}

void WalletStep::refresh()
{
    const node::KeyStatus& keys = m_node.snapshot().keys;
    m_spinner->setVisible(keys.state == KeyState::Looking);
    m_restore->setVisible(keys.state == KeyState::None || keys.state == KeyState::Unavailable);
    m_go->setVisible(keys.state != KeyState::Looking && (keys.state != KeyState::Open || !keys.backedUp));
    switch (keys.state) {
    case KeyState::Looking:
        m_state->setText(tr("The wallet is being looked for …"));
        break;
    case KeyState::None:
        m_state->setText(tr("There is no wallet on this computer yet."));
        m_go->setText(tr("Make a new wallet…"));
        break;
    case KeyState::Locked:
        m_state->setText(tr("There is a wallet on this computer, and it is locked."));
        m_go->setText(tr("Unlock…"));
        break;
    case KeyState::Unavailable:
        m_state->setText(keys.problem.empty() ? tr("The wallet's key can't be had.") : tr("The wallet's key can't be had: %1").arg(inLanguage(keys.problem)));
        m_go->setText(tr("Try again"));
        break;
    case KeyState::Open:
        m_state->setText(keys.backedUp ? tr("Your wallet is here, and its words are on paper.")
                                       : tr("Your wallet is here. Write its 24 words down before there is money in it; that can also wait until you have paper and a pen."));
        m_go->setText(tr("Back up…"));
        break;
    }
    setStyleProperty(m_state, "role", isDone() ? u"good"_s : u"muted"_s);
    m_go->setAccessibleName(m_go->text().isEmpty() ? tr("What the wallet needs") : m_go->text());
}

void WalletStep::act()
{
    const node::KeyStatus& keys = m_node.snapshot().keys;
    const auto open = [this](KeyDialog::Task task) {
        auto* dialog = new KeyDialog(m_node, task, window());
        connect(dialog, &KeyDialog::restoreWanted, m_restore, &QPushButton::click);
        dialog->open();
    };
    switch (keys.state) {
    case KeyState::Looking:
        return;
    case KeyState::None:
        return open(KeyDialog::Task::Create);
    case KeyState::Locked:
    case KeyState::Unavailable:
        return keys.sealed ? open(KeyDialog::Task::Unlock) : m_node.unlock(nullptr);
    case KeyState::Open:
        return open(KeyDialog::Task::BackUp);
    }
}

} // namespace mutoscope::ui
