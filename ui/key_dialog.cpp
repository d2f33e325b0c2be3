#include "ui/key_dialog.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int dialogWidth = 460;
constexpr int columnsOfWords = 4;
constexpr int countOfWords = 24;

crypto::SharedSecret secretOf(const QString& text)
{
    if (text.isEmpty())
        return nullptr;
    QByteArray bytes = text.toUtf8();
    auto secret = std::make_shared<const crypto::SecretBytes>(
        crypto::SecretBytes::copyOf({bytes.constData(), static_cast<std::size_t>(bytes.size())}));
    crypto::wipe(bytes.data(), static_cast<std::size_t>(bytes.size()));
    return secret;
}

QLineEdit* makeSecretField(QVBoxLayout* column, const QString& name)
{
    auto* field = new QLineEdit;
    field->setEchoMode(QLineEdit::Password);
    field->setAccessibleName(name);
    column->addWidget(makeLabel(name, u"caption"_s));
    column->addWidget(field);
    return field;
}

} // namespace

KeyDialog::KeyDialog(node::Node& node, Task task, QWidget* parent) : QDialog(parent), m_node(node), m_task(task)
{
    setObjectName(u"keyDialog"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    m_go = new Button(QString(), QString(), Button::Kind::Primary);
    m_go->setObjectName(u"go"_s);
    addFields(column);
    m_hint = makeParagraph(QString(), u"caption"_s);
    m_hint->setObjectName(u"keyHint"_s);
    m_hint->setMinimumWidth(dialogWidth);
    column->addWidget(m_hint);
    m_spinner = new Spinner(20);
    m_spinner->hide();
    m_cancel = new Button(tr("Not now"), QString(), Button::Kind::Quiet);
    m_go->setDefault(true);
    auto* buttons = new QHBoxLayout;
    if (m_other)
        buttons->addWidget(m_other);
    buttons->addWidget(m_spinner);
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    column->addSpacing(4);
    column->addLayout(buttons);

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &KeyDialog::act);
    connect(&m_node, &node::Node::keysDone, this, &KeyDialog::finish);
    connect(&m_node, &node::Node::wordsCame, this, &KeyDialog::showWords);
    goTo(Step::Asking);
}

KeyDialog::~KeyDialog()
{
    for (QLineEdit* field : findChildren<QLineEdit*>())
        field->clear();
    m_words->clear();
}

void KeyDialog::addFields(QVBoxLayout* column)
{
    QString title;
    switch (m_task) {
    case Task::Create:
        title = tr("A new wallet");
        m_go->setText(tr("Make the wallet"));
        m_other = new Button(tr("I have 24 words…"), QString(), Button::Kind::Plain);
        m_other->setObjectName(u"haveWords"_s);
        connect(m_other, &QPushButton::clicked, this, [this] {
            reject();
            Q_EMIT restoreWanted();
        });
        break;
    case Task::Restore:
        title = tr("Restore the wallet");
        m_go->setText(tr("Restore"));
        break;
    case Task::Unlock:
        title = tr("Unlock the wallet");
        m_go->setText(tr("Unlock"));
        break;
    case Task::BackUp:
        title = tr("Back up the wallet");
        break;
    case Task::ChangePassphrase:
        title = tr("Another passphrase");
        m_go->setText(tr("Change it"));
        break;
    case Task::Move:
        title = place() == node::KeyPlace::Keychain ? tr("Move the key into the keychain") : tr("Move the key into a file");
        m_go->setText(tr("Move it"));
        break;
    }
    setWindowTitle(title);
    column->addWidget(makeLabel(title, u"heading"_s));
    m_intro = makeParagraph(QString(), u"muted"_s);
    column->addWidget(m_intro);
    m_shown = new QWidget;
    m_shown->setObjectName(u"words"_s);
    column->addWidget(m_shown);
    m_words = new QPlainTextEdit;
    m_words->setObjectName(u"typedWords"_s);
    m_words->setAccessibleName(tr("The 24 words"));
    m_words->setPlaceholderText(tr("24 words with spaces between"));
    m_words->setTabChangesFocus(true);
    m_words->setMaximumHeight(5 * fontMetrics().lineSpacing());
    column->addWidget(m_words);
    connect(m_words, &QPlainTextEdit::textChanged, this, &KeyDialog::judge);
    if (!isMaking() && m_node.snapshot().keys.sealed) {
        m_passphrase = makeSecretField(column, m_task == Task::ChangePassphrase || m_task == Task::Move ? tr("Passphrase until now") : tr("Passphrase"));
        m_passphrase->setObjectName(u"passphrase"_s);
        connect(m_passphrase, &QLineEdit::textChanged, this, &KeyDialog::judge);
    }
    if (isMaking() || m_task == Task::ChangePassphrase || m_task == Task::Move) {
        m_next = makeSecretField(column, isMaking() ? tr("Passphrase for it on this computer (may be empty)") : tr("Passphrase from now on (may be empty)"));
        m_next->setObjectName(isMaking() ? u"passphrase"_s : u"newPassphrase"_s);
        m_again = makeSecretField(column, tr("The passphrase once more"));
        m_again->setObjectName(u"passphraseAgain"_s);
        for (const QLineEdit* field : {m_next, m_again})
            connect(field, &QLineEdit::textChanged, this, &KeyDialog::judge);
    }
}

node::KeyPlace KeyDialog::place() const
{
    const node::KeyPlace now = m_node.snapshot().keys.place;
    if (m_task != Task::Move)
        return now;
    return now == node::KeyPlace::File ? node::KeyPlace::Keychain : node::KeyPlace::File;
}

void KeyDialog::goTo(Step step)
{
    m_step = step;
    m_shown->setVisible(step == Step::Showing);
    m_words->setVisible(step == Step::Retyping || m_task == Task::Restore);
    if (m_passphrase && m_task == Task::BackUp)
        m_passphrase->setEnabled(step == Step::Asking);
    if (m_task == Task::BackUp)
        m_go->setText(step == Step::Asking ? tr("Show the words") : step == Step::Showing ? tr("I have written them down") : tr("Check"));
    m_intro->setText(introduction());
    m_go->setAccessibleName(m_go->text());
    m_hint->setText(QString());
    judge();
    adjustSize();
}

QString KeyDialog::introduction() const
{
    const bool inFile = place() == node::KeyPlace::File;
    switch (m_task) {
    case Task::Create:
        return inFile ? tr("The wallet's key will rest in a file on this computer. Without a passphrase, whoever reads that file has your tokens.")
                      : tr("The wallet's key will rest in your desktop's keychain.");
    case Task::Restore:
        return tr("Your addresses, balances and history come back from the tracker, and the films that you watched into the library.");
    case Task::Unlock:
        return tr("A locked wallet is shown, but it does not sign: nothing is paid or earned.");
    case Task::ChangePassphrase:
        return inFile ? tr("It opens the file with the wallet's key on this computer. Without one, whoever reads that file has your tokens. The 24 words stay as they are.")
                      : tr("It is asked for beside your desktop's keychain. The 24 words stay as they are.");
    case Task::Move:
        return inFile ? tr("The wallet's key goes from your desktop's keychain into a file on this computer. Without a passphrase, whoever reads that file has your tokens.")
                      : tr("The wallet's key goes from the file into your desktop's keychain, which opens when you log in. It is taken from the file only when it surely is there.");
    case Task::BackUp:
        break;
    }
    return m_step == Step::Asking    ? tr("24 words are your wallet. Whoever has them has your tokens; if this computer is lost, nothing else brings them back. Take paper and a pen.")
           : m_step == Step::Showing ? tr("Write these words down, in this order.")
                                     : tr("Now type them from the paper, so that it is certain they can be read.");
}

crypto::SharedSecret KeyDialog::textOf(const QLineEdit* field)
{
    return field ? secretOf(field->text()) : nullptr;
}

void KeyDialog::judge()
{
    const bool typesWords = !m_words->isHidden();
    const auto count = typesWords ? m_words->toPlainText().simplified().split(u' ', Qt::SkipEmptyParts).size() : 0;
    const bool isSame = !m_again || m_again->text() == m_next->text();
    const bool isGiven = !m_passphrase || !m_passphrase->text().isEmpty();
    m_go->setEnabled(!m_waiting && isSame && isGiven && (!typesWords || count == countOfWords));
    setStyleProperty(m_hint, "role", u"caption"_s);
    if (!isSame)
        m_hint->setText(tr("The two passphrases differ."));
    else if (typesWords && count > 0)
        m_hint->setText(tr("%1 of %2 words").arg(count).arg(countOfWords));
    else
        m_hint->setText(QString());
}

void KeyDialog::act()
{
    if (m_step == Step::Showing)
        return goTo(Step::Retyping);
    m_waiting = true;
    m_spinner->show();
    judge();
    switch (m_task) {
    case Task::Create:
        return m_node.createWallet(textOf(m_next));
    case Task::Restore:
        return m_node.restoreWallet(secretOf(m_words->toPlainText()), textOf(m_next));
    case Task::Unlock:
        return m_node.unlock(textOf(m_passphrase));
    case Task::ChangePassphrase:
        return m_node.setPassphrase(textOf(m_passphrase), textOf(m_next));
    case Task::Move:
        return m_node.moveKey(place(), textOf(m_passphrase), textOf(m_next));
    case Task::BackUp:
        if (m_step == Step::Asking)
            return m_node.showWords(textOf(m_passphrase));
        return m_node.confirmWords(secretOf(m_words->toPlainText()));
    }
}

void KeyDialog::showWords(const crypto::SharedSecret& words, const QString& problem)
{
    if (!m_waiting || m_step != Step::Asking)
        return;
    if (!words)
        return finish(problem);
    m_waiting = false;
    m_spinner->hide();
    auto* grid = new QGridLayout(m_shown);
    grid->setHorizontalSpacing(18);
    const auto all = QString::fromUtf8(words->view().data(), static_cast<qsizetype>(words->view().size())).split(u' ');
    for (int i = 0; i < all.size(); ++i)
        grid->addWidget(makeLabel(u"%1. %2"_s.arg(i + 1).arg(all[i]), u"mono"_s), i / columnsOfWords, i % columnsOfWords);
    goTo(Step::Showing);
}

void KeyDialog::finish(const QString& problem)
{
    if (!m_waiting)
        return;
    m_waiting = false;
    m_spinner->hide();
    if (problem.isEmpty())
        return accept();
    judge();
    setStyleProperty(m_hint, "role", u"problem"_s);
    m_hint->setText(inLanguage(problem));
    adjustSize();
}

} // namespace mutoscope::ui
