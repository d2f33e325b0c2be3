#include "ui/keys.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QVBoxLayout>

#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

std::vector<KeyHelp> keyHelp()
{
    return {
        {KeysDialog::tr("Space, K"), KeysDialog::tr("Play or pause")},
        {u"←, →"_s, KeysDialog::tr("Back or on by 5 seconds")},
        {u"J, L"_s, KeysDialog::tr("Back or on by 10 seconds")},
        {u"0 – 9"_s, KeysDialog::tr("To so many tenths of the film")},
        {u"↑, ↓"_s, KeysDialog::tr("Louder, softer")},
        {u"M"_s, KeysDialog::tr("Sound off or on")},
        {u"F, F11"_s, KeysDialog::tr("Full screen")},
        {KeysDialog::tr("Esc"), KeysDialog::tr("Leave full screen")},
        {u"Ctrl+U"_s, KeysDialog::tr("Paste a link")},
        {u"Ctrl+1 … 3"_s, KeysDialog::tr("Player, Seeding, Wallet")},
        {u"Ctrl+Q"_s, KeysDialog::tr("Quit")},
        {u"?"_s, KeysDialog::tr("This list")},
    };
}

KeysDialog::KeysDialog(QWidget* parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keys"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Keys"), u"heading"_s));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(28);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const KeyHelp& help : keyHelp()) {
        grid->addWidget(makeLabel(help.keys, u"strong"_s), row, 0);
        grid->addWidget(makeLabel(help.what, u"muted"_s), row, 1);
        ++row;
    }
    column->addLayout(grid);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Plain);
    close->setDefault(true);
    column->addSpacing(4);
    column->addWidget(close, 0, Qt::AlignRight);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace mutoscope::ui
