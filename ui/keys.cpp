#include "ui/keys.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

bool isModifier(int key)
{
    return key == Qt::Key_Shift || key == Qt::Key_Control || key == Qt::Key_Alt || key == Qt::Key_Meta || key == Qt::Key_AltGr ||
           key == Qt::Key_unknown;
}

/// They always do the same; see MainWindow::addFixedKeys().
bool isFixed(const QKeySequence& key)
{
    const auto code = key[0].key();
    return key[0].keyboardModifiers() == Qt::NoModifier && (code == Qt::Key_Escape || (code >= Qt::Key_0 && code <= Qt::Key_9));
}

QString textOf(const QKeySequence& key)
{
    return key.toString(QKeySequence::NativeText);
}

} // namespace

KeysDialog::KeysDialog(KeyMap& map, QWidget* parent) : QDialog(parent), m_map(map)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(u"keysDialog"_s);
    setWindowTitle(tr("Keys"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Keys"), u"heading"_s));
    m_hint = makeLabel(QString(), u"muted"_s);
    m_hint->setObjectName(u"keysHint"_s);
    m_hint->setWordWrap(true);
    column->addWidget(m_hint);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list = new QWidget;
    scroll->setWidget(m_list);
    m_list->setAutoFillBackground(false); // setWidget() has set it
    scroll->viewport()->setAutoFillBackground(false);
    column->addWidget(scroll, 1);

    auto* reset = new Button(tr("All as they were"), QString(), Button::Kind::Quiet);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Plain);
    close->setDefault(true);
    auto* row = new QHBoxLayout;
    row->addWidget(reset);
    row->addStretch(1);
    row->addWidget(close);
    column->addLayout(row);
    connect(reset, &QPushButton::clicked, &m_map, &KeyMap::reset);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(&m_map, &KeyMap::changed, this, &KeysDialog::fill);
    fill();
    resize(520, 620);
}

void KeysDialog::say(const QString& sentence)
{
    m_hint->setText(sentence);
}

void KeysDialog::fill()
{
    qDeleteAll(m_list->findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    delete m_list->layout();
    auto* grid = new QGridLayout(m_list);
    grid->setContentsMargins(0, 0, 12, 0);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const ActionInfo& info : allActions()) {
        grid->addWidget(makeLabel(info.what, u"muted"_s), row, 0);
        auto* keys = new QHBoxLayout;
        keys->setSpacing(6);
        keys->addStretch(1);
        for (const QKeySequence& key : m_map.keys(info.action)) {
            auto* button = new Button(textOf(key), QString(), Button::Kind::Chip);
            button->setToolTip(tr("Take this key away"));
            button->setAccessibleName(tr("%1: take away %2").arg(info.what, textOf(key)));
            button->setAutoDefault(false);
            connect(button, &QPushButton::clicked, this, [this, action = info.action, key] { m_map.remove(action, key); });
            keys->addWidget(button);
        }
        auto* more = new Button(u"+"_s, QString(), Button::Kind::Quiet);
        more->setObjectName(u"add-"_s + info.id);
        more->setToolTip(tr("Another key for this"));
        more->setAccessibleName(tr("%1: another key").arg(info.what));
        more->setAutoDefault(false);
        connect(more, &QPushButton::clicked, this, [this, action = info.action] { await(action); });
        keys->addWidget(more);
        grid->addLayout(keys, row, 1);
        ++row;
    }
    grid->addWidget(makeLabel(tr("To so many tenths of the film"), u"muted"_s), row, 0);
    grid->addWidget(makeLabel(u"0 – 9"_s, u"strong"_s), row++, 1, Qt::AlignRight);
    grid->addWidget(makeLabel(tr("Leave full screen"), u"muted"_s), row, 0);
    grid->addWidget(makeLabel(textOf(Qt::Key_Escape), u"strong"_s), row++, 1, Qt::AlignRight);
    grid->setRowStretch(row, 1);
    say(tr("A click on a key takes it away, + adds one."));
}

void KeysDialog::await(Action action)
{
    m_awaited = action;
    say(tr("Press the new key now, or Esc to leave it as it is."));
    setFocus();
}

bool KeysDialog::event(QEvent* event)
{
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (!m_awaited || !isKey)
        return QDialog::event(event);
    const auto* pressed = static_cast<QKeyEvent*>(event);
    event->accept();
    if (event->type() == QEvent::ShortcutOverride || isModifier(pressed->key()))
        return true;
    const Action action = *std::exchange(m_awaited, std::nullopt);
    // Of "?" the keyboard says Shift and "?": the sign alone is meant.
    auto modifiers = pressed->modifiers() & ~Qt::KeypadModifier;
    if (!pressed->text().isEmpty() && pressed->text().at(0).isPrint() && !pressed->text().at(0).isLetterOrNumber())
        modifiers &= ~Qt::ShiftModifier;
    const QKeySequence key(QKeyCombination(modifiers, static_cast<Qt::Key>(pressed->key())));
    if (pressed->key() == Qt::Key_Escape) {
        say(tr("A click on a key takes it away, + adds one."));
    } else if (isFixed(key)) {
        say(tr("%1 always does the same.").arg(textOf(key)));
    } else {
        m_map.add(action, key);
        say(tr("%1 does it now.").arg(textOf(key)));
    }
    return true;
}

} // namespace mutoscope::ui
