#include "ui/key_banner.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/key_dialog.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

using node::KeyState;

KeyBanner::KeyBanner(node::Node& node) : m_node(node)
{
    setObjectName(u"keyBanner"_s);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_sentence = makeParagraph(QString(), u"strong"_s);
    m_sentence->setObjectName(u"keySentence"_s);
    m_restore = new Button(tr("Restore…"), QString(), Button::Kind::Plain);
    m_restore->setObjectName(u"restoreWallet"_s);
    m_go = new Button(QString(), QString(), Button::Kind::Primary);
    m_go->setObjectName(u"keyAction"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(10);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_restore);
    row->addWidget(m_go);
    connect(m_go, &QPushButton::clicked, this, &KeyBanner::act);
    connect(m_restore, &QPushButton::clicked, this, &KeyBanner::restore);
    refresh();
}

void KeyBanner::refresh()
{
    const node::KeyStatus& keys = m_node.snapshot().keys;
    const bool asksForNothing = keys.state == KeyState::Looking || (keys.state == KeyState::Open && keys.backedUp);
    setVisible(!asksForNothing);
    m_restore->setVisible(keys.state == KeyState::Unavailable);
    switch (keys.state) {
    case KeyState::Looking:
        break;
    case KeyState::None:
        m_sentence->setText(tr("There is no wallet yet."));
        m_go->setText(tr("Make or restore one…"));
        break;
    case KeyState::Locked:
        m_sentence->setText(tr("The wallet is locked: nothing is paid or earned."));
        m_go->setText(tr("Unlock…"));
        break;
    case KeyState::Unavailable:
        m_sentence->setText(keys.problem.empty() ? tr("The wallet's key can't be had.") : tr("The wallet's key can't be had: %1").arg(inLanguage(keys.problem)));
        m_go->setText(tr("Try again"));
        break;
    case KeyState::Open:
        m_sentence->setText(tr("Your wallet is only on this computer. Write down its 24 words."));
        m_go->setText(tr("Back up…"));
        break;
    }
    m_go->setAccessibleName(m_go->text().isEmpty() ? tr("What the wallet needs") : m_go->text());
}

void KeyBanner::act()
{
    const node::KeyStatus& keys = m_node.snapshot().keys;
    const auto open = [this](KeyDialog::Task task) {
        auto* dialog = new KeyDialog(m_node, task, window());
        connect(dialog, &KeyDialog::restoreWanted, this, &KeyBanner::restore);
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

void KeyBanner::restore()
{
    (new KeyDialog(m_node, KeyDialog::Task::Restore, window()))->open();
}

} // namespace mutoscope::ui
