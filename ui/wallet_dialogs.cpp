#include "ui/wallet_dialogs.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "p2p/base/encoding.h"
#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int dialogWidth = 420;
constexpr int addressDigits = 64;
constexpr int longestMemo = 100; // characters; 200 bytes on the wire

} // namespace

WalletDialog::WalletDialog(node::Node& node, Action action, QWidget* parent)
    : QDialog(parent), m_node(node), m_action(action)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(24, 20, 24, 20);
    m_column->setSpacing(8);
    addFields();

    m_hint = makeParagraph(QString(), u"caption"_s);
    m_hint->setMinimumWidth(dialogWidth);
    m_hint->setMinimumHeight(2 * m_hint->fontMetrics().height());
    m_hint->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_column->addWidget(m_hint);

    m_spinner = new Spinner(20);
    m_spinner->hide();
    m_cancel = new Button(tr("Cancel"), QString(), Button::Kind::Quiet);
    m_go->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_spinner);
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_go);
    m_column->addSpacing(4);
    m_column->addLayout(buttons);

    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &WalletDialog::act);
    for (QLineEdit* field : {m_to, static_cast<QLineEdit*>(m_amount)}) {
        if (field)
            connect(field, &QLineEdit::textChanged, this, &WalletDialog::judge);
    }
    connect(&m_node, &node::Node::changed, this, [this] {
        if (!m_waiting)
            judge();
    });
    connect(&m_node, &node::Node::walletActionDone, this, [this](const QString& problem) {
        if (!m_waiting)
            return;
        m_waiting = false;
        if (problem.isEmpty()) {
            accept();
            return;
        }
        m_spinner->hide();
        judge();
        say(inLanguage(problem), u"problem"_s);
    });
    judge();
}

void WalletDialog::addFields()
{
    QString title;
    QString sentence;
    QString verb;
    switch (m_action) {
    case Action::TopUp:
        title = tr("Top up");
        sentence = tr("Moves tokens from your ordinary address to the spend address, from which films are paid.");
        verb = tr("Top up");
        break;
    case Action::Send:
        title = tr("Send tokens");
        sentence = tr("From your ordinary address to another one. This can't be taken back.");
        verb = tr("Send");
        break;
    case Action::PayOut:
        title = tr("Pay out income");
        sentence = tr("Moves all that you earned by seeding to your ordinary address.");
        verb = tr("Pay out");
        break;
    case Action::CloseSpend:
        title = tr("Close the spend address");
        sentence = tr("What is on it goes back to your ordinary address, and you get a new spend address. Whoever still sends tokens to the "
                      "old one gets an error.");
        verb = tr("Close it");
        break;
    }
    setWindowTitle(title);
    m_column->addWidget(makeLabel(title, u"heading"_s));
    m_column->addWidget(makeParagraph(sentence, u"muted"_s));
    m_column->addSpacing(6);

    const auto addField = [this](const QString& name, QLineEdit* field) {
        QLabel* label = makeLabel(name, u"caption"_s);
        label->setBuddy(field);
        m_column->addWidget(label);
        m_column->addWidget(field);
    };
    if (m_action == Action::Send) {
        m_to = new QLineEdit;
        m_to->setObjectName(u"to"_s);
        m_to->setAccessibleName(tr("Address of the receiver"));
        m_to->setMaxLength(addressDigits + 16); // white space around what was pasted
        addField(tr("To address"), m_to);
    }
    if (m_action == Action::TopUp || m_action == Action::Send) {
        m_amount = new TokenField(tr("Amount in tokens"));
        m_amount->setObjectName(u"amount"_s);
        m_amount->setAlignment(Qt::AlignLeft);
        addField(tr("Amount in tokens"), m_amount);
    }
    if (m_action == Action::Send) {
        m_memo = new QLineEdit;
        m_memo->setAccessibleName(tr("Note, can be read by the receiver and the tracker"));
        m_memo->setMaxLength(longestMemo);
        addField(tr("Note (optional, the receiver and the tracker can read it)"), m_memo);
    }
    m_go = new Button(verb, QString(), Button::Kind::Primary);
    m_go->setObjectName(u"go"_s);
}

std::optional<base::Tokens> WalletDialog::available() const
{
    const node::Wallet& wallet = m_node.snapshot().wallet;
    switch (m_action) {
    case Action::PayOut:
        return wallet.income;
    case Action::CloseSpend:
        return wallet.spend;
    case Action::TopUp:
    case Action::Send:
        break;
    }
    return wallet.ordinary;
}

std::optional<base::Address> WalletDialog::recipient() const
{
    return base::fixedFromHex<base::Address>(m_to->text().trimmed().toLower().toStdString());
}

void WalletDialog::say(const QString& text, const QString& role)
{
    m_hint->setText(text);
    setStyleProperty(m_hint, "role", role);
}

void WalletDialog::judge()
{
    const auto free = available();
    const auto amount = m_amount ? m_amount->amount() : free;
    bool ready = amount && (amount->value() > 0 || m_action == Action::CloseSpend);
    say((m_action == Action::CloseSpend ? tr("On it: %1 tokens") : tr("Available: %1 tokens")).arg(formatTokens(free)), u"caption"_s);
    if (m_amount && !m_amount->text().isEmpty() && !amount)
        say(tr("An amount has digits and at most six decimals."), u"warning"_s);
    if (amount && free && *free < *amount) {
        say(tr("That is more than the %1 tokens that are available.").arg(formatTokens(*free)), u"warning"_s);
        ready = false;
    }
    if (m_action == Action::PayOut && free && free->value() == 0)
        say(tr("Nothing has been earned since the last time."), u"caption"_s);
    if (m_to && !recipient()) {
        if (!m_to->text().isEmpty())
            say(tr("An address has %1 digits 0–9 and a–f.").arg(addressDigits), u"warning"_s);
        ready = false;
    }
    m_go->setEnabled(ready && !m_waiting);
}

void WalletDialog::act()
{
    m_waiting = true;
    m_go->setEnabled(false);
    m_spinner->setVisible(true);
    say(tr("Asking the tracker …"), u"caption"_s);
    switch (m_action) {
    case Action::TopUp:
        m_node.topUp(*m_amount->amount());
        break;
    case Action::Send:
        m_node.send(*recipient(), *m_amount->amount(), m_memo->text().trimmed());
        break;
    case Action::PayOut:
        m_node.payOutIncome();
        break;
    case Action::CloseSpend:
        m_node.closeSpendAddress();
        break;
    }
}

} // namespace mutoscope::ui
