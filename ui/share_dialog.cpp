#include "ui/share_dialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/qr_code.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int codeSize = 300; ///< a link with a tracker is long, and so its code is fine
constexpr int dialogWidth = 380;

} // namespace

ShareDialog::ShareDialog(const QString& title, const QString& link, const QString& directLink, QWidget* parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setObjectName(u"shareDialog"_s);
    setWindowTitle(tr("Share a film"));
    auto* heading = new ElidedLabel(u"heading"_s);
    heading->setWhole(title.isEmpty() ? tr("This film") : title);
    auto* code = new QrCode(codeSize);
    code->setObjectName(u"shareCode"_s);
    code->setAccessibleName(tr("QR code of the film's link"));
    auto* text = new QLineEdit;
    text->setObjectName(u"shareLink"_s);
    text->setReadOnly(true);
    text->setAccessibleName(tr("The film's link"));
    auto* direct = new QCheckBox(tr("Name this computer as a seeder"));
    direct->setObjectName(u"shareDirect"_s);
    direct->setAccessibleName(direct->text());
    direct->setToolTip(tr("Then the film is found here without the tracker. Whoever has the link sees your address."));
    direct->setVisible(!directLink.isEmpty());
    auto* copy = new Button(tr("Copy link"), u"copy"_s, Button::Kind::Primary);
    copy->setObjectName(u"copyLink"_s);
    copy->setDefault(true);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Plain);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);
    heading->setMinimumWidth(dialogWidth);
    column->addWidget(heading);
    column->addWidget(code, 0, Qt::AlignHCenter);
    const auto showLink = [text, code](const QString& shown) {
        text->setText(shown);
        text->setCursorPosition(0);
        code->setText(shown);
        code->setVisible(code->modules() > 0); // no code holds everything
    };
    showLink(link);
    column->addWidget(text);
    column->addWidget(direct);
    column->addWidget(makeParagraph(tr("Whoever opens it pays with a wallet at the same tracker, or at one that takes contracts with it."), u"muted"_s));
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(copy);
    column->addLayout(row);
    connect(direct, &QCheckBox::toggled, this, [link, directLink, showLink](bool on) { showLink(on ? directLink : link); });
    connect(copy, &QPushButton::clicked, this, [text, copy] { copyText(text->text(), copy); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace mutoscope::ui
