#include "ui/seeding_page.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <QApplication>
#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStandardPaths>
#include <QStyledItemDelegate>
#include <QTableView>

#include "ui/bar_chart.h"
#include "ui/draft_line.h"
#include "ui/format.h"
#include "ui/permit_dialog.h"
#include "ui/publish_dialog.h"
#include "ui/reach_text.h"
#include "ui/rules_form.h"
#include "ui/seeding_model.h"
#include "ui/table_delegates.h"
#include "ui/tables.h"
#include "ui/theme.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int rowHeight = 44;
constexpr int narrow = 700;
constexpr int middling = 900;
constexpr int leastState = 84;
constexpr int widestPage = 1480;
constexpr int sideLetters = 56; ///< as wide as so many letters
constexpr int besideSide = 840;
constexpr int switchColumn = 64;
constexpr int linkColumn = 48;

/// Problems in the colour of problems.
class StateDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const bool bad = index.data(SeedingModel::ProblemRole).toBool();
        if (bad)
            option->palette.setColor(QPalette::Text, coloursOf(option->widget).bad);
    }
};

} // namespace

SeedingPage::SeedingPage(node::Node& node, const base::Clock& clock, FilmPackagerFactory packager, QString workFolder)
    : m_node(node), m_clock(clock), m_packager(std::move(packager)), m_workFolder(std::move(workFolder))
{
    setObjectName(u"page"_s);
    m_model = new SeedingModel(this);
    connect(m_model, &SeedingModel::switched, this,
            [this](const base::ContentId& content, bool on) { m_node.setSeeding(content, on); });
    connect(m_model, &SeedingModel::priced, this,
            [this](const base::ContentId& content, base::Tokens price) { m_node.setPrice(content, price); });

    auto* publishButton = new Button(tr("Publish a film…"), u"publish"_s, Button::Kind::Primary);
    publishButton->setObjectName(u"publish"_s);
    connect(publishButton, &QPushButton::clicked, this, &SeedingPage::chooseFile);
    m_earned = makeLabel(QString(), u"figure"_s);
    m_earned->setObjectName(u"totalEarned"_s);
    m_summary = makeParagraph(QString(), u"caption"_s);
    auto* sums = new QVBoxLayout;
    sums->setSpacing(1);
    sums->addWidget(m_earned);
    sums->addWidget(m_summary);
    m_reach = makeParagraph(QString(), u"caption"_s);
    m_reach->setObjectName(u"reachAdvice"_s);
    sums->addWidget(m_reach);
    sums->addStretch();
    m_head = new QWidget;
    auto* head = new QVBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(12);
    auto* top = new QHBoxLayout;
    top->addWidget(makeLabel(tr("Seeding"), u"title"_s));
    top->addStretch();
    m_rulesButton = new Button(tr("Rules…"), u"settings"_s, Button::Kind::Plain);
    m_rulesButton->setObjectName(u"seedingRules"_s);
    connect(m_rulesButton, &QPushButton::clicked, this, &SeedingPage::rulesWanted);
    top->addWidget(m_rulesButton);
    top->addWidget(publishButton);
    head->addLayout(top);
    auto* figures = new QHBoxLayout;
    figures->setSpacing(24);
    figures->addLayout(sums, 1);
    m_chart = new SpanChart(m_clock, [this](Span span, base::UnixMs now) { return earned(span, now); });
    m_chart->setObjectName(u"earningsChart"_s);
    figures->addWidget(m_chart, 1);
    head->addLayout(figures);

    buildTable();
    m_empty = makeEmpty();
    auto* content = new QWidget;
    content->setMaximumWidth(widestPage);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 18, 24, 20);
    column->setSpacing(14);
    column->addWidget(m_head);
    m_drafts = new DraftLine(m_workFolder);
    connect(m_drafts, &DraftLine::goOnWanted, this,
            [this](const node::Draft& draft) { show(new PublishDialog(m_node, m_clock, m_packager(), draft, m_workFolder, this)); });
    column->addWidget(m_drafts);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(18);
    middle->addWidget(m_table, 1);
    middle->addWidget(m_empty, 1);
    middle->addWidget(makeSide());
    column->addLayout(middle, 1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);
    refresh();
}

std::vector<BarChart::Series> SeedingPage::earned(Span span, base::UnixMs now) const
{
    const node::Wallet& wallet = m_node.snapshot().wallet;
    return isKnown(wallet, span, now) ? std::vector{BarChart::Series{tr("Earned"), earningsOf(*wallet.history, span, now)}}
                                      : std::vector<BarChart::Series>();
}

QWidget* SeedingPage::makeSide()
{
    m_rules = new RulesForm(m_node);
    auto* card = new QFrame;
    card->setProperty("role", u"card"_s);
    card->setFixedWidth(sideLetters * fontMetrics().averageCharWidth());
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Rules"), u"heading"_s));
    column->addWidget(m_rules);
    column->addStretch();
    m_side = card;
    return card;
}

void SeedingPage::buildTable()
{
    m_table = new QTableView;
    m_table->setObjectName(u"seeding"_s);
    m_table->setAccessibleName(tr("Films that you seed"));
    m_table->setModel(m_model);
    m_table->setMouseTracking(true);
    prepareTable(m_table, rowHeight);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed); // the price
    m_table->setItemDelegateForColumn(SeedingModel::State, new StateDelegate(this));
    m_table->setItemDelegateForColumn(SeedingModel::OnOff, new SwitchDelegate(this));
    m_table->setItemDelegateForColumn(SeedingModel::Link, new IconDelegate(u"copy"_s, this));
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(SeedingModel::Title, QHeaderView::Stretch);
    header->setSectionResizeMode(SeedingModel::State, QHeaderView::Interactive);
    header->setSectionResizeMode(SeedingModel::OnOff, QHeaderView::Fixed);
    header->setSectionResizeMode(SeedingModel::Link, QHeaderView::Fixed);
    header->resizeSection(SeedingModel::OnOff, switchColumn);
    header->resizeSection(SeedingModel::Link, linkColumn);
    const auto share = [this](const QModelIndex& index) {
        if (index.column() != SeedingModel::Link)
            return;
        const node::SeededTitle& film = m_model->titleAt(index.row());
        if (film.access == wire::Access::Permit && film.isOwn)
            (new PermitDialog(m_node, m_clock, film, this))->open();
        else
            copyText(fromUtf8(film.link), m_table);
    };
    connect(m_table, &QTableView::clicked, this, share);
    connect(m_table, &QTableView::activated, this, share); // Enter
}

QWidget* SeedingPage::makeEmpty()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setSpacing(14);
    QLabel* sentence = makeParagraph(
        tr("Drop a video file here to publish it, and earn tokens for each segment that somebody watches."),
        u"muted"_s);
    sentence->setAlignment(Qt::AlignCenter);
    auto* button = new Button(tr("Publish a film…"), u"publish"_s, Button::Kind::Primary);
    button->setObjectName(u"publishFirst"_s);
    connect(button, &QPushButton::clicked, this, &SeedingPage::chooseFile);
    column->addStretch(1);
    auto* narrowed = new QHBoxLayout;
    narrowed->addStretch(1);
    narrowed->addWidget(sentence, 4);
    narrowed->addStretch(1);
    column->addLayout(narrowed);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return box;
}

void SeedingPage::refresh()
{
    const auto& titles = m_node.snapshot().seeding;
    m_model->setTitles(titles, m_node.snapshot().reach);
    m_chart->refresh();
    m_rules->refresh();
    const bool empty = titles.empty();
    m_head->setVisible(!empty);
    m_table->setVisible(!empty);
    m_empty->setVisible(empty);
    m_earned->setText(tr("%1 tokens").arg(formatOwn(m_model->totalEarned())));
    const auto seeded = std::count_if(titles.begin(), titles.end(), [](const auto& title) { return title.seeding; });
    const int viewers = std::accumulate(titles.begin(), titles.end(), 0,
                                        [](int sum, const auto& title) { return sum + title.viewersNow; });
    m_summary->setText(
        tr("earned by all titles · %1 of %2 on · %3 watching now").arg(seeded).arg(titles.size()).arg(viewers));
    const node::ReachStatus& reach = m_node.snapshot().reach;
    m_reach->setText(reachInWords(reach));
    m_reach->setVisible(!m_reach->text().isEmpty());
    setStyleProperty(m_reach, "role", isUnreachable(reach) ? u"problem"_s : u"caption"_s);
    fitColumns();
}

void SeedingPage::fitColumns()
{
    const bool hasSide = width() >= m_side->width() + besideSide;
    m_side->setVisible(hasSide);
    m_rulesButton->setVisible(!hasSide);
    m_chart->setVisible(width() >= narrow);
    const int room = std::min(width(), widestPage) - (hasSide ? m_side->width() : 0);
    for (const auto column : {SeedingModel::Size, SeedingModel::Price, SeedingModel::Uploaded})
        m_table->setColumnHidden(column, room < middling);
    m_table->setColumnHidden(SeedingModel::Viewers, room < narrow);
    const int whole = static_cast<QAbstractItemView*>(m_table)->sizeHintForColumn(SeedingModel::State);
    m_table->setColumnWidth(SeedingModel::State, std::clamp(whole, leastState, std::max(leastState, room / 3)));
}

void SeedingPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void SeedingPage::chooseFile()
{
    auto* dialog = new QFileDialog(
        this, tr("Publish a film"), QStandardPaths::writableLocation(QStandardPaths::MoviesLocation),
        tr("Films (*.mp4 *.m4v *.mkv *.webm *.mov *.ts *.avi *.mpg *.mpeg *.ogv *.flv *.m3u8);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &SeedingPage::publish);
    dialog->open();
}

void SeedingPage::publish(const QString& file)
{
    show(new PublishDialog(m_node, m_clock, m_packager(), file, m_workFolder, this));
}

void SeedingPage::show(PublishDialog* dialog)
{
    connect(dialog, &QObject::destroyed, m_drafts, &DraftLine::refresh); // it may have left one, or brought one to its end
    dialog->open();
}

} // namespace mutoscope::ui
