#include "ui/contract_dialog.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QSaveFile>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "p2p/base/encoding.h"
#include "p2p/wire/papers.h"
#include "p2p/wire/permit.h"
#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int dialogWidth = 520;
constexpr std::size_t rangesShown = 8;

/// "0–12, 15", counted from 1 as people do.
QString inWords(const wire::SegmentRanges& segments)
{
    QStringList parts;
    for (const auto& range : segments.ranges()) {
        if (parts.size() == rangesShown) {
            parts << u"…"_s;
            break;
        }
        parts << (range.first == range.last ? QString::number(range.first + 1)
                                            : QString::number(range.first + 1) + u'–' + QString::number(range.last + 1));
    }
    return parts.join(u", "_s);
}

QString keyInWords(const base::PublicKey& key)
{
    return QString::fromStdString(wire::keyText(key));
}

} // namespace

ContractDialog::ContractDialog(node::Node& node, const base::ContractId& contract, const QString& film, QWidget* parent)
    : QDialog(parent), m_node(node)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setObjectName(u"contractDialog"_s);
    setWindowTitle(tr("Contract"));
    m_page.id = contract;
    auto* heading = new ElidedLabel(u"heading"_s);
    heading->setWhole(film.isEmpty() ? tr("Contract %1").arg(shortId(base::toHex(contract))) : film);
    heading->setMinimumWidth(dialogWidth);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(24);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 1);
    m_outcome = makeParagraph(QString(), u"caption"_s);
    m_outcome->setObjectName(u"contractOutcome"_s);
    m_outcome->setMinimumHeight(2 * m_outcome->fontMetrics().height());
    m_outcome->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    m_save = new Button(tr("Save the papers…"), QString(), Button::Kind::Plain);
    m_save->setObjectName(u"savePapers"_s);
    m_verify = new Button(tr("Verify"), u"check"_s, Button::Kind::Primary);
    m_verify->setObjectName(u"verify"_s);
    m_verify->setToolTip(tr("Checks the signatures and the amount on this computer, without the tracker"));
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Quiet);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_save);
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(m_verify);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);
    column->addWidget(heading);
    column->addLayout(m_grid);
    column->addWidget(m_outcome);
    column->addStretch();
    column->addLayout(buttons);
    for (Button* button : {m_save, m_verify})
        button->setEnabled(false);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_save, &QPushButton::clicked, this, &ContractDialog::save);
    connect(m_verify, &QPushButton::clicked, this, &ContractDialog::verify);
    connect(&m_node, &node::Node::contractCame, this, [this](const node::ContractPage& page) {
        if (page.id == m_page.id)
            take(page);
    });
    say(tr("Asking the tracker …"), u"caption"_s);
    m_node.fetchContract(contract);
}

void ContractDialog::take(const node::ContractPage& page)
{
    if (!m_page.contract.empty())
        return; // asked for by somebody else; what is shown stays
    if (!page.problem.empty())
        return say(tr("The tracker does not show this contract: %1.").arg(inLanguage(page.problem)), u"problem"_s);
    m_page = page;
    for (Button* button : {m_save, m_verify})
        button->setEnabled(true);
    showTerms();
    say(page.receipt.empty() ? tr("There is no receipt with it. Verify checks both signatures of the contract.")
                             : tr("Verify checks both signatures of the contract, the receipt's, and that they fit."),
        u"caption"_s);
    adjustSize();
}

/// As the papers say it, checked or not.
void ContractDialog::showTerms()
{
    const auto contract = wire::readContract(m_page.contract);
    if (!contract)
        return say(inLanguage(contract.error().message), u"problem"_s);
    const auto tokens = [](base::Tokens amount) { return tr("%1 tokens").arg(formatOwn(amount)); };
    addRow(tr("Film"), QString::fromStdString(base::toHex(contract->content)));
    addRow(tr("Seeder"), keyInWords(contract->seeder));
    addRow(tr("Viewer"), keyInWords(contract->viewer));
    addRow(tr("Price for each MiB"), tr("%1 tokens").arg(formatTokens(contract->pricePerMiB)));
    addRow(tr("Reserved"), tokens(contract->maxAmount));
    addRow(tr("Opened"), formatMoment(m_page.opened));
    switch (m_page.state) {
    case wire::ContractState::Open:
        addRow(tr("State"), tr("open"));
        break;
    case wire::ContractState::Closing:
        addRow(tr("State"), tr("being closed"));
        break;
    case wire::ContractState::Closed:
        addRow(tr("Closed"), m_page.closed ? formatMoment(*m_page.closed) : unknownText());
        addRow(tr("Paid"), tokens(m_page.paid));
        addRow(tr("Came back"), tokens(m_page.returned));
        break;
    }
    const auto receipt = wire::readReceipt(m_page.receipt);
    if (!receipt)
        return addRow(tr("Receipt"), tr("none"));
    addRow(tr("Segments"), tr("%1 of them: %2").arg(receipt->segments.count()).arg(inWords(receipt->segments)));
    addRow(tr("Bytes"), formatBytes(receipt->bytes));
    addRow(tr("Last receipt"), tr("number %1, for %2").arg(receipt->seq).arg(tokens(receipt->amount)));
}

void ContractDialog::addRow(const QString& name, const QString& value)
{
    const int row = m_grid->rowCount();
    auto* field = new ElidedLabel(u"plain"_s, Ground::Page, Qt::ElideMiddle);
    field->setWhole(value);
    field->setAccessibleName(name);
    field->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_grid->addWidget(makeLabel(name, u"caption"_s), row, 0, Qt::AlignTop);
    m_grid->addWidget(field, row, 1);
}

void ContractDialog::verify()
{
    const auto papers = wire::checkPapers(m_page.contract, m_page.receipt);
    if (!papers)
        return say(tr("These papers prove nothing: %1.").arg(inLanguage(papers.error().message)), u"problem"_s);
    if (papers->id != m_page.id)
        return say(tr("These are the papers of another contract."), u"problem"_s);
    if (!papers->receipt)
        return say(tr("Both have signed the contract. Nothing was receipted."), u"good"_s);
    if (m_page.state == wire::ContractState::Closed && m_page.paid > papers->receipt->amount)
        return say(tr("The tracker has paid more than the receipt says."), u"problem"_s);
    say(papers->seederSignedReceipt
            ? tr("Both have signed the contract and the receipt, and the amount is the price of the bytes.")
            : tr("Both have signed the contract and the viewer the receipt, and the amount is the price of the bytes."),
        u"good"_s);
}

void ContractDialog::save()
{
    auto* dialog = new QFileDialog(this, tr("Save the papers"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + u"/contract-"_s +
                                       QString::fromStdString(base::toHex(m_page.id)).left(8) + u".json"_s,
                                   tr("Papers (*.json)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        const std::string text = wire::papersFile(m_page.contract, m_page.receipt);
        if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0 || !file.commit())
            say(tr("The papers can't be written: %1.").arg(file.errorString()), u"problem"_s);
    });
    dialog->open();
}

void ContractDialog::say(const QString& text, const QString& role)
{
    m_outcome->setText(text);
    setStyleProperty(m_outcome, "role", role);
}

} // namespace mutoscope::ui
