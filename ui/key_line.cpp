#include "ui/key_line.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/key_dialog.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using node::KeyPlace;

namespace
{

QString sentenceOf(const node::KeyStatus& keys)
{
    if (keys.place == KeyPlace::Keychain)
        return keys.sealed ? KeyLine::tr("The wallet's key rests in your desktop's keychain, under a passphrase of its own.")
                           : KeyLine::tr("The wallet's key rests in your desktop's keychain.");
    return keys.sealed ? KeyLine::tr("The wallet's key rests in a file on this computer, under a passphrase.")
                       : KeyLine::tr("The wallet's key rests in a file on this computer without a passphrase: whoever reads that file has your tokens.");
}

} // namespace

KeyLine::KeyLine(node::Node& node) : m_node(node)
{
    setObjectName(u"keyLine"_s);
    m_sentence = makeParagraph(QString(), u"caption"_s);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    const auto add = [&](const QString& name, const QString& text, auto action) {
        auto* const button = new Button(text, QString(), Button::Kind::Plain);
        button->setObjectName(name);
        connect(button, &QPushButton::clicked, this, action);
        row->addWidget(button);
        return button;
    };
    const auto ask = [this](KeyDialog::Task task) { return [this, task] { (new KeyDialog(m_node, task, window()))->open(); }; };
    m_words = add(u"showWords"_s, tr("24 words…"), ask(KeyDialog::Task::BackUp));
    m_words->setAccessibleName(tr("Show the wallet's 24 words"));
    m_passphrase = add(u"changePassphrase"_s, tr("Passphrase…"), ask(KeyDialog::Task::ChangePassphrase));
    m_passphrase->setAccessibleName(tr("Change the passphrase of the wallet's key"));
    m_move = add(u"moveKey"_s, QString(), ask(KeyDialog::Task::Move));
    m_move->setAccessibleName(tr("Move the wallet's key"));
    m_lock = add(u"lockKey"_s, tr("Lock"), [this] { m_node.lock(); });
    m_lock->setAccessibleName(tr("Lock the wallet"));
    row->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeLabel(tr("Key"), u"heading"_s));
    column->addWidget(m_sentence);
    column->addLayout(row);
    refresh();
}

void KeyLine::refresh()
{
    const node::KeyStatus& keys = m_node.snapshot().keys;
    const bool isOpen = keys.state == node::KeyState::Open;
    setVisible(isOpen); // else the banner says what is to be done
    if (!isOpen)
        return;
    m_sentence->setText(sentenceOf(keys));
    m_move->setText(keys.place == KeyPlace::File ? tr("Move into the keychain…") : tr("Move into a file…"));
    m_move->setAccessibleName(m_move->text());
}

} // namespace mutoscope::ui
