#include "ui/share_dialog.h"

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

ShareDialog::ShareDialog(const QString& title, const QString& link, QWidget* parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setObjectName(u"shareDialog"_s);
    setWindowTitle(tr("Share a film"));
    auto* heading = new ElidedLabel(u"heading"_s);
    heading->setWhole(title.isEmpty() ? tr("This film") : title);
    auto* code = new QrCode(codeSize);
    code->setObjectName(u"shareCode"_s);
    code->setText(link);
    code->setAccessibleName(tr("QR code of the film's link"));
    auto* text = new QLineEdit(link);
    text->setObjectName(u"shareLink"_s);
    text->setReadOnly(true);
    text->setCursorPosition(0);
    text->setAccessibleName(tr("The film's link"));
    auto* copy = new Button(tr("Copy link"), u"copy"_s, Button::Kind::Primary);
    copy->setObjectName(u"copyLink"_s);
    copy->setDefault(true);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Plain);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);
    heading->setMinimumWidth(dialogWidth);
    column->addWidget(heading);
    if (code->modules() > 0)
        column->addWidget(code, 0, Qt::AlignHCenter);
    else
        code->deleteLater(); // no code holds so much
    column->addWidget(text);
    column->addWidget(makeParagraph(tr("Whoever opens it pays with a wallet at the same tracker."), u"muted"_s));
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(copy);
    column->addLayout(row);
    connect(copy, &QPushButton::clicked, this, [link, copy] { copyText(link, copy); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

} // namespace mutoscope::ui
