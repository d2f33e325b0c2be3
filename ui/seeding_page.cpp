#include "ui/seeding_page.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <QApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStandardPaths>
#include <QStyledItemDelegate>
#include <QTableView>

#include "ui/format.h"
#include "ui/publish_dialog.h"
#include "ui/reach_text.h"
#include "ui/seeding_model.h"
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
constexpr int switchColumn = 64;
constexpr int linkColumn = 48;
constexpr int iconSize = 18;

/// A check box that is drawn as a switch; toggled by mouse and Space as any check box of a table.
class SwitchDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem row = option;
        row.features &= ~QStyleOptionViewItem::HasCheckIndicator;
        row.widget->style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        const QRectF body = bodyIn(option.rect);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const Colours& c = coloursOf(option.widget);
        painter->setPen(on ? QPen(Qt::NoPen) : QPen(c.muted, 1.2));
        painter->setBrush(on ? c.accent : QColor(Qt::transparent));
        painter->drawRoundedRect(body, body.height() / 2, body.height() / 2);
        const double inset = 3;
        const double size = body.height() - 2 * inset;
        painter->setPen(Qt::NoPen);
        painter->setBrush(on ? c.onAccent : c.muted);
        painter->drawEllipse(
            QRectF(on ? body.right() - inset - size : body.left() + inset, body.top() + inset, size, size));
        painter->restore();
    }

protected:
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem&,
                     const QModelIndex& index) override
    {
        const bool clicked = event->type() == QEvent::MouseButtonRelease;
        const bool pressed =
            event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space;
        if (!clicked && !pressed)
            return event->type() == QEvent::MouseButtonDblClick; // the second click is a click too
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }

private:
    static QRectF bodyIn(const QRect& cell)
    {
        constexpr double width = 34;
        constexpr double height = 18;
        return {cell.center().x() - width / 2, cell.center().y() - height / 2 + 0.5, width, height};
    }
};

/// A cell that is an icon; the table's clicked() says that it was pressed.
class LinkDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        QStyleOptionViewItem row = option;
        row.widget->style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
        const bool hot = option.state.testFlag(QStyle::State_MouseOver);
        const Colours& c = coloursOf(option.widget);
        const QColor ink = hot ? c.accentText : c.muted;
        const QPointF centre = QRectF(option.rect).center();
        drawIcon(*painter, u"copy"_s,
                 QRectF(centre.x() - iconSize / 2.0, centre.y() - iconSize / 2.0, iconSize, iconSize), ink);
    }
};

/// Problems in the colour of problems.
class StateDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const bool bad = !index.data(Qt::ToolTipRole).toString().isEmpty();
        if (bad)
            option->palette.setColor(QPalette::Text, coloursOf(option->widget).bad);
    }
};

} // namespace

SeedingPage::SeedingPage(node::Node& node, FilmPackagerFactory packager, QString workFolder)
    : m_node(node), m_packager(std::move(packager)), m_workFolder(std::move(workFolder))
{
    setObjectName(u"page"_s);
    m_model = new SeedingModel(this);
    connect(m_model, &SeedingModel::switched, this,
            [this](const base::ContentId& content, bool on) { m_node.setSeeding(content, on); });

    auto* publishButton = new Button(tr("Publish a film…"), u"publish"_s, Button::Kind::Primary);
    publishButton->setObjectName(u"publish"_s);
    connect(publishButton, &QPushButton::clicked, this, &SeedingPage::chooseFile);
    m_earned = makeLabel(QString(), u"figure"_s);
    m_earned->setObjectName(u"totalEarned"_s);
    m_summary = makeLabel(QString(), u"caption"_s);
    auto* sums = new QVBoxLayout;
    sums->setSpacing(1);
    sums->addWidget(m_earned);
    sums->addWidget(m_summary);
    m_reach = makeParagraph(QString(), u"caption"_s);
    m_reach->setObjectName(u"reachAdvice"_s);
    sums->addWidget(m_reach);
    m_head = new QWidget;
    auto* head = new QVBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(12);
    auto* top = new QHBoxLayout;
    top->addWidget(makeLabel(tr("Seeding"), u"title"_s));
    top->addStretch();
    top->addWidget(publishButton);
    head->addLayout(top);
    head->addLayout(sums);

    buildTable();
    m_empty = makeEmpty();
    auto* content = new QWidget;
    content->setMaximumWidth(widestPage);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 18, 24, 20);
    column->setSpacing(14);
    column->addWidget(m_head);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);
    refresh();
}

void SeedingPage::buildTable()
{
    m_table = new QTableView;
    m_table->setObjectName(u"seeding"_s);
    m_table->setAccessibleName(tr("Films that you seed"));
    m_table->setModel(m_model);
    m_table->setMouseTracking(true);
    prepareTable(m_table, rowHeight);
    m_table->setItemDelegateForColumn(SeedingModel::State, new StateDelegate(this));
    m_table->setItemDelegateForColumn(SeedingModel::OnOff, new SwitchDelegate(this));
    m_table->setItemDelegateForColumn(SeedingModel::Link, new LinkDelegate(this));
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(SeedingModel::Title, QHeaderView::Stretch);
    header->setSectionResizeMode(SeedingModel::State, QHeaderView::Interactive);
    header->setSectionResizeMode(SeedingModel::OnOff, QHeaderView::Fixed);
    header->setSectionResizeMode(SeedingModel::Link, QHeaderView::Fixed);
    header->resizeSection(SeedingModel::OnOff, switchColumn);
    header->resizeSection(SeedingModel::Link, linkColumn);
    const auto copyLink = [this](const QModelIndex& index) {
        if (index.column() == SeedingModel::Link)
            copyText(fromUtf8(m_model->titleAt(index.row()).link), m_table);
    };
    connect(m_table, &QTableView::clicked, this, copyLink);
    connect(m_table, &QTableView::activated, this, copyLink); // Enter
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
    m_model->setTitles(titles);
    const bool empty = titles.empty();
    m_head->setVisible(!empty);
    m_table->setVisible(!empty);
    m_empty->setVisible(empty);
    m_earned->setText(tr("%1 tokens").arg(formatTokens(m_model->totalEarned())));
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
    const int room = std::min(width(), widestPage);
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
        tr("Films (*.mp4 *.m4v *.mkv *.webm *.mov *.ts *.avi *.mpg *.mpeg *.ogv *.flv);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &SeedingPage::publish);
    dialog->open();
}

void SeedingPage::publish(const QString& file)
{
    auto* dialog = new PublishDialog(m_node, m_packager(), file, m_workFolder, this);
    dialog->open();
}

} // namespace mutoscope::ui
