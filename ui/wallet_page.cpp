#include "ui/wallet_page.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QSaveFile>
#include <QStandardPaths>
#include <QTableView>
#include <QVBoxLayout>

#include "p2p/base/encoding.h"
#include "p2p/wire/relaying.h"
#include "ui/contract_dialog.h"
#include "ui/format.h"
#include "ui/history_csv.h"
#include "ui/history_model.h"
#include "ui/key_line.h"
#include "ui/qr_code.h"
#include "ui/settings_store.h"
#include "ui/span_chart.h"
#include "ui/tables.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int widestPage = 1080;
constexpr int narrowPage = 640; // below this the figures stand above each other
constexpr int qrSize = 148;
constexpr int rowHeight = 38;
constexpr int leastTableHeight = 260;

} // namespace

WalletPage::WalletPage(node::Node& node, const base::Clock& clock, SettingsStore& settings) : m_node(node), m_settings(settings)
{
    setObjectName(u"page"_s);
    m_history = new HistoryModel(clock, this);
    QVBoxLayout* column = makeScrollingColumn(this, widestPage);

    m_topUp = new Button(tr("Top up"), u"topup"_s, Button::Kind::Primary);
    m_send = new Button(tr("Send"), u"send"_s, Button::Kind::Plain);
    m_payOut = new Button(tr("Pay out income"), u"payout"_s, Button::Kind::Plain);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(makeLabel(tr("Wallet"), u"title"_s));
    m_hide = new Button(QString(), u"eye-off"_s, Button::Kind::Quiet);
    m_hide->setObjectName(u"hideAmounts"_s);
    m_hide->setCheckable(true);
    m_hide->setAccessibleName(tr("Hide amounts"));
    m_hide->setToolTip(tr("Hide amounts"));
    head->addWidget(m_hide);
    head->addStretch();
    head->addWidget(m_payOut);
    head->addWidget(m_send);
    head->addWidget(m_topUp);
    column->addLayout(head);

    m_figures = new QBoxLayout(QBoxLayout::LeftToRight);
    m_figures->setSpacing(12);
    m_available = addFigure(tr("Available"), u"available"_s);
    m_locked = addFigure(tr("Locked in contracts"), u"locked"_s);
    m_income = addFigure(tr("Income not yet paid out"), u"income"_s);
    column->addLayout(m_figures);
    column->addWidget(makeAddresses());
    m_chart = new SpanChart(clock, [this](Span span, base::UnixMs now) {
        const node::Wallet& wallet = m_node.snapshot().wallet;
        if (!isKnown(wallet, span, now))
            return std::vector<BarChart::Series>();
        return std::vector{BarChart::Series{tr("Spent"), spendingOf(m_history->rows(), span, now)},
                           BarChart::Series{tr("Earned"), earningsOf(*wallet.history, span, now)}};
    });
    m_chart->setObjectName(u"walletChart"_s);
    column->addWidget(m_chart);
    column->addWidget(makeHistory(), 1);
    m_key = new KeyLine(node);
    column->addWidget(m_key);

    loadLabels();
    connect(m_history, &HistoryModel::labelled, this, [this](const QString& key, const QString& label) {
        const QString name = Names::labels + u'/' + key;
        if (label.isEmpty())
            m_settings.remove(name);
        else
            m_settings.setValue(name, label);
    });
    connect(m_hide, &QAbstractButton::clicked, this, [this] { hide(!areAmountsHidden()); });
    connect(m_topUp, &QPushButton::clicked, this, [this] { startAction(WalletDialog::Action::TopUp); });
    connect(m_send, &QPushButton::clicked, this, [this] { startAction(WalletDialog::Action::Send); });
    connect(m_payOut, &QPushButton::clicked, this, [this] { startAction(WalletDialog::Action::PayOut); });
    refresh();
}

WalletPage::Figure WalletPage::addFigure(const QString& name, const QString& objectName)
{
    auto* card = new QFrame;
    card->setProperty("role", u"card"_s);
    Figure figure;
    figure.amount = makeLabel(unknownText(), u"figure"_s);
    figure.amount->setObjectName(objectName);
    figure.amount->setAccessibleName(name);
    figure.note = makeParagraph(QString(), u"caption"_s);
    figure.name = makeLabel(name, u"caption"_s);
    figure.grid = new QGridLayout(card);
    figure.grid->setVerticalSpacing(2);
    figure.grid->setColumnStretch(0, 1);
    arrange(figure, false);
    m_figures->addWidget(card, 1);
    return figure;
}

WalletPage::AddressRow WalletPage::addAddress(QVBoxLayout* column, const QString& name, const QString& use)
{
    AddressRow row;
    row.address = new ElidedLabel(u"mono"_s, Ground::Page, Qt::ElideMiddle);
    row.copy = new Button(tr("Copy"), u"copy"_s, Button::Kind::Plain);
    row.copy->setAccessibleName(tr("Copy: %1").arg(name));
    auto* head = new QVBoxLayout;
    head->setSpacing(1);
    head->addWidget(makeLabel(name, u"heading"_s));
    head->addWidget(makeParagraph(use, u"caption"_s));
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(row.address, 1);
    line->addWidget(row.copy);
    column->addLayout(head);
    column->addLayout(line);
    row.line = line;
    connect(row.copy, &QPushButton::clicked, this, [row] { copyText(row.address->whole(), row.copy); });
    return row;
}

QWidget* WalletPage::makeAddresses()
{
    auto* card = new QFrame;
    card->setProperty("role", u"card"_s);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(16, 14, 16, 14);
    row->setSpacing(18);
    auto* column = new QVBoxLayout;
    column->setSpacing(6);
    m_spend = addAddress(column, tr("Spend address"), tr("Films are paid from here. Send tokens here to watch."));
    m_spend.copy->setObjectName(u"copySpend"_s);
    m_closeSpend = new Button(tr("Close…"), QString(), Button::Kind::Quiet);
    m_closeSpend->setObjectName(u"closeSpend"_s);
    m_closeSpend->setAccessibleName(tr("Close the spend address"));
    m_spend.line->addWidget(m_closeSpend);
    connect(m_closeSpend, &QPushButton::clicked, this, [this] { startAction(WalletDialog::Action::CloseSpend); });
    column->addSpacing(8);
    m_ordinary =
        addAddress(column, tr("Ordinary address"), tr("For transfers between people. Income is paid out to here."));
    m_ordinary.copy->setObjectName(u"copyOrdinary"_s);
    column->addStretch();
    m_qr = new QrCode(qrSize);
    m_qr->setAccessibleName(tr("QR code of the spend address"));
    row->addLayout(column, 1);
    row->addWidget(m_qr, 0, Qt::AlignVCenter);
    return card;
}

QWidget* WalletPage::makeHistory()
{
    m_filter = new QLineEdit;
    m_filter->setObjectName(u"historyFilter"_s);
    m_filter->setAccessibleName(tr("Filter the history"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setMaximumWidth(220);
    connect(m_filter, &QLineEdit::textChanged, m_history, &HistoryModel::setFilter);

    m_table = new QTableView;
    m_table->setObjectName(u"history"_s);
    m_table->setAccessibleName(tr("History"));
    m_table->setModel(m_history);
    prepareTable(m_table, rowHeight);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed); // the label
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(HistoryModel::Time, Qt::DescendingOrder);
    m_table->setMinimumHeight(leastTableHeight);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(HistoryModel::About, QHeaderView::Stretch);
    m_noHistory = makeLabel(QString(), u"muted"_s);
    m_noHistory->setAlignment(Qt::AlignCenter);
    auto* over = new QVBoxLayout(m_table->viewport());
    over->addWidget(m_noHistory);

    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("History"), u"heading"_s));
    m_export = new Button(tr("Export…"), QString(), Button::Kind::Plain);
    m_export->setObjectName(u"exportHistory"_s);
    m_export->setAccessibleName(tr("Export what is shown as a table (CSV)"));
    connect(m_export, &QPushButton::clicked, this, &WalletPage::saveCsv);
    m_details = new Button(tr("Contract…"), QString(), Button::Kind::Plain);
    m_details->setObjectName(u"contractDetails"_s);
    m_details->setAccessibleName(tr("Show the contract of the chosen line"));
    m_details->setEnabled(false);
    connect(m_details, &QPushButton::clicked, this, &WalletPage::openContract);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        m_details->setEnabled(now.isValid() && m_history->rowAt(now.row()).contract);
    });
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& at) {
        if (at.column() != HistoryModel::Label)
            openContract();
    });
    m_moreHistory = makeLabel(tr("Older movements are being fetched …"), u"caption"_s);
    m_moreHistory->setObjectName(u"moreHistory"_s);
    m_moreHistory->hide();
    head->addWidget(m_moreHistory);
    head->addStretch();
    head->addWidget(m_filter);
    head->addWidget(m_details);
    head->addWidget(m_export);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(m_table, 1);
    return box;
}

void WalletPage::present(const Figure& figure, const std::optional<base::Tokens>& amount, const QString& note,
                         bool stale)
{
    figure.amount->setText(formatOwn(amount));
    setStyleProperty(figure.amount, "stale", stale || !amount);
    if (!amount)
        figure.note->setText(tr("not known yet"));
    else
        figure.note->setText(stale ? tr("when the tracker last answered") : note);
}

void WalletPage::refresh()
{
    const node::Wallet& wallet = m_node.snapshot().wallet;
    // What can be spent is on the spend address; the rest of what is one's own stands beside it.
    present(m_available, wallet.spend,
            wallet.ordinary ? tr("and %1 on the ordinary address").arg(formatOwn(*wallet.ordinary)) : tr("tokens"),
            wallet.stale);
    present(m_locked, wallet.locked,
            wallet.owed.value() > 0 ? tr("%1 of it spent by now").arg(formatOwn(wallet.owed)) : tr("comes back if not spent"),
            wallet.stale);
    present(m_income, wallet.income, tr("earned by seeding"), wallet.stale);

    const auto hex = [](const base::Address& address) { return QString::fromStdString(base::toHex(address)); };
    m_spend.address->setWhole(wallet.spendAddress ? hex(*wallet.spendAddress) : unknownText());
    m_spend.copy->setEnabled(wallet.spendAddress.has_value());
    m_closeSpend->setEnabled(wallet.spendAddress && wallet.locked && wallet.locked->value() == 0);
    m_qr->setText(wallet.spendAddress ? hex(*wallet.spendAddress) : QString());
    m_qr->setVisible(wallet.spendAddress.has_value());
    m_ordinary.address->setWhole(hex(wallet.ordinaryAddress));

    m_hide->setChecked(areAmountsHidden());
    m_export->setEnabled(m_history->rowCount() > 0);
    m_topUp->setEnabled(wallet.ordinary && wallet.ordinary->value() > 0);
    m_send->setEnabled(wallet.ordinary && wallet.ordinary->value() > 0);
    m_payOut->setEnabled(wallet.income && wallet.income->value() > 0);
    m_key->refresh();
    showHistory();
}

void WalletPage::showHistory()
{
    const node::Snapshot& snapshot = m_node.snapshot();
    const auto& history = snapshot.wallet.history;
    m_moreHistory->setVisible(history && !snapshot.wallet.historyIsWhole);
    Shown shown{history, snapshot.wallet.historyIsWhole, snapshot.library, snapshot.wallet.locked, snapshot.viewing.title, snapshot.seeding.size()};
    if (m_shown && *m_shown == shown)
        return; // it may be long
    m_shown = std::move(shown);
    std::map<base::ContentId, QString> titles{{wire::relayedContent(), tr("Relaying")}};
    if (snapshot.library) {
        for (const node::LibraryFilm& film : *snapshot.library)
            titles[film.content] = fromUtf8(film.title);
    }
    for (const node::SeededTitle& seeded : snapshot.seeding)
        titles[seeded.content] = fromUtf8(seeded.title);
    if (!snapshot.viewing.title.empty())
        titles[snapshot.viewing.content] = fromUtf8(snapshot.viewing.title);
    m_history->setTitles(std::move(titles));
    m_history->setRows(history ? groupHistory(*history, snapshot.wallet.locked) : std::vector<HistoryRow>());
    m_chart->refresh();
    m_noHistory->setText(history ? tr("Nothing has happened yet.") : unknownText());
    m_noHistory->setVisible(m_history->rowCount() == 0);
}

void WalletPage::arrange(const Figure& figure, bool narrow)
{
    for (QLabel* label : {figure.name, figure.amount, figure.note})
        figure.grid->removeWidget(label);
    figure.grid->addWidget(figure.name, 0, 0);
    figure.grid->addWidget(figure.note, narrow ? 1 : 2, 0);
    if (narrow)
        figure.grid->addWidget(figure.amount, 0, 1, 2, 1, Qt::AlignVCenter);
    else
        figure.grid->addWidget(figure.amount, 1, 0);
    const int edge = narrow ? 7 : 12;
    figure.grid->setContentsMargins(16, edge, 16, edge);
}

void WalletPage::hide(bool hidden)
{
    hideAmounts(hidden);
    m_settings.setValue(Names::hideAmounts, hidden);
    m_history->refreshAmounts();
    m_chart->refresh();
    refresh();
    Q_EMIT amountsHidden();
}

void WalletPage::loadLabels()
{
    std::map<QString, QString> labels;
    for (const QString& name : m_settings.names(Names::labels))
        labels[name] = m_settings.value(Names::labels + u'/' + name).toString();
    m_history->setLabels(std::move(labels));
}

void WalletPage::openContract()
{
    const QModelIndex now = m_table->currentIndex();
    if (!now.isValid())
        return;
    const HistoryRow& row = m_history->rowAt(now.row());
    if (!row.contract)
        return;
    auto* dialog = new ContractDialog(m_node, *row.contract, m_history->filmOf(row), this);
    dialog->open();
}

void WalletPage::saveCsv()
{
    auto* dialog = new QFileDialog(this, tr("Export the history"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + u"/mutoscope.csv"_s, tr("Tables (*.csv)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &WalletPage::writeCsv);
    dialog->open();
}

/// What is shown, in its order.
void WalletPage::writeCsv(const QString& path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(historyCsv(*m_history)) >= 0 && file.commit())
        return;
    auto* message = new QMessageBox(QMessageBox::Warning, tr("Export the history"), tr("The table can't be written: %1.").arg(file.errorString()), QMessageBox::Ok, this);
    message->setAttribute(Qt::WA_DeleteOnClose);
    message->setTextFormat(Qt::PlainText);
    message->open();
}

void WalletPage::startAction(WalletDialog::Action action)
{
    auto* dialog = new WalletDialog(m_node, action, this);
    dialog->open();
}

void WalletPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_node.refreshWallet(); // whoever looks wants to know what is there now
    m_chart->refresh();     // another day may have begun
}

void WalletPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < narrowPage;
    m_figures->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_figures->setSpacing(narrow ? 6 : 12);
    for (const Figure& figure : {m_available, m_locked, m_income})
        arrange(figure, narrow);
}

} // namespace mutoscope::ui
