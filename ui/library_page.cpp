#include "ui/library_page.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMessageBox>
#include <QSortFilterProxyModel>
#include <QTableView>

#include "ui/format.h"
#include "ui/library_model.h"
#include "ui/resume_points.h"
#include "ui/table_delegates.h"
#include "ui/tables.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int rowHeight = 44;
constexpr int widestPage = 1480;
constexpr int switchColumn = 64;
constexpr int removeColumn = 48;
constexpr int numberColumn = 96;
constexpr int narrow = 720;
constexpr int stateColumn = 200;

} // namespace

LibraryPage::LibraryPage(node::Node& node, const ResumePoints& resumePoints, const base::Clock& clock)
    : m_node(node), m_resumePoints(resumePoints), m_clock(clock)
{
    setObjectName(u"page"_s);
    m_model = new LibraryModel(this);
    connect(m_model, &LibraryModel::switched, this, [this](const base::ContentId& content, bool on) { m_node.setSeeding(content, on); });
    m_space = makeLabel(QString(), u"caption"_s);
    m_space->setObjectName(u"librarySpace"_s);
    m_filter = new QLineEdit;
    m_filter->setObjectName(u"libraryFilter"_s);
    m_filter->setAccessibleName(tr("Filter the library"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setMaximumWidth(220);
    m_continue = new Button(QString(), u"play"_s, Button::Kind::Primary);
    m_continue->setObjectName(u"continueWatching"_s);
    m_continue->setAccessibleName(tr("Continue the film that was left last"));
    connect(m_continue, &QPushButton::clicked, this, [this] { Q_EMIT filmChosen(m_continueLink); });
    buildTable();
    connect(m_filter, &QLineEdit::textChanged, m_filtered, &QSortFilterProxyModel::setFilterFixedString);

    auto* names = new QVBoxLayout;
    names->setSpacing(1);
    names->addWidget(makeLabel(tr("Library"), u"title"_s));
    names->addWidget(m_space);
    m_head = new QWidget;
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(10);
    head->addLayout(names);
    head->addStretch();
    head->addWidget(m_filter);
    head->addWidget(m_continue);
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
}

void LibraryPage::buildTable()
{
    m_filtered = new QSortFilterProxyModel(this);
    m_filtered->setSourceModel(m_model);
    m_filtered->setFilterKeyColumn(LibraryModel::Title);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filtered->setSortRole(LibraryModel::SortRole);
    m_filtered->setSortLocaleAware(true);
    m_table = new QTableView;
    m_table->setObjectName(u"library"_s);
    m_table->setAccessibleName(tr("Films on this computer"));
    m_table->setModel(m_filtered);
    m_table->setMouseTracking(true);
    prepareTable(m_table, rowHeight);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(LibraryModel::Title, Qt::AscendingOrder);
    m_table->setItemDelegateForColumn(LibraryModel::OnOff, new SwitchDelegate(this));
    m_table->setItemDelegateForColumn(LibraryModel::Remove, new IconDelegate(u"close"_s, this));
    QHeaderView* header = m_table->horizontalHeader(); // fixed: a thousand rows are not measured
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(LibraryModel::Title, QHeaderView::Stretch);
    header->resizeSection(LibraryModel::Length, numberColumn);
    header->resizeSection(LibraryModel::Here, numberColumn);
    header->resizeSection(LibraryModel::State, stateColumn);
    header->resizeSection(LibraryModel::OnOff, switchColumn);
    header->resizeSection(LibraryModel::Remove, removeColumn);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == LibraryModel::Remove)
            act(index);
    });
    connect(m_table, &QTableView::activated, this, &LibraryPage::act); // Enter, or a double click
}

QWidget* LibraryPage::makeEmpty()
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    QLabel* sentence = makeParagraph(tr("What you watch or publish is kept here."), u"muted"_s);
    sentence->setAlignment(Qt::AlignCenter);
    auto* button = new Button(tr("Find a film"), u"search"_s, Button::Kind::Primary);
    button->setObjectName(u"findFilm"_s);
    connect(button, &QPushButton::clicked, this, &LibraryPage::homeWanted);
    column->addStretch(1);
    column->addWidget(sentence);
    column->addSpacing(14);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return box;
}

void LibraryPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    for (const auto column : {LibraryModel::Length, LibraryModel::Here})
        m_table->setColumnHidden(column, width() < narrow);
}

void LibraryPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void LibraryPage::refresh()
{
    if (!isVisible())
        return;
    const node::Snapshot& snapshot = m_node.snapshot();
    const auto films = this->films();
    std::map<base::ContentId, std::int64_t> left;
    for (const node::LibraryFilm& film : *films) {
        if (const auto position = m_resumePoints.of(film.content))
            left[film.content] = position->count();
    }
    showContinue(*films, left);
    std::map<base::ContentId, base::UnixMs> expires;
    for (const node::HeldPermit& permit : snapshot.permits)
        expires[permit.content] = permit.expires;
    m_model->setPermits(std::move(expires), m_clock.now());
    m_model->setFilms(films, snapshot.seeding, std::move(left));
    m_head->setVisible(!films->empty());
    m_table->setVisible(!films->empty());
    m_empty->setVisible(snapshot.library && films->empty());

    QString space = snapshot.disk ? tr("%1 on this disk").arg(formatBytes(snapshot.disk->films)) : unknownText();
    if (snapshot.disk && snapshot.rules.quota.value() > 0)
        space = tr("%1 of %2 that films may take").arg(formatBytes(snapshot.disk->films), formatBytes(snapshot.rules.quota));
    if (snapshot.disk && snapshot.disk->free)
        space += tr(" · %1 free").arg(formatBytes(*snapshot.disk->free));
    m_space->setText(tr("%n film(s) · %1", nullptr, static_cast<int>(films->size())).arg(space));
}

/// Those on this computer, and those that wait behind a permit. The same list as long as nothing has changed.
std::shared_ptr<const std::vector<node::LibraryFilm>> LibraryPage::films()
{
    const node::Snapshot& snapshot = m_node.snapshot();
    std::vector<base::ContentId> permitted;
    for (const node::HeldPermit& permit : snapshot.permits)
        permitted.push_back(permit.content);
    if (m_films && snapshot.library == m_here && permitted == m_permitted)
        return m_films;
    m_here = snapshot.library;
    m_permitted = std::move(permitted);
    auto all = m_here ? std::make_shared<std::vector<node::LibraryFilm>>(*m_here) : std::make_shared<std::vector<node::LibraryFilm>>();
    for (const node::HeldPermit& permit : snapshot.permits) {
        if (std::ranges::find(*all, permit.content, &node::LibraryFilm::content) != all->end())
            continue;
        node::LibraryFilm film;
        film.content = permit.content;
        film.title = permit.title;
        film.access = wire::Access::Permit;
        film.link = permit.link;
        all->push_back(std::move(film));
    }
    return m_films = std::move(all);
}

/// The film that was left last, on one button.
void LibraryPage::showContinue(const std::vector<node::LibraryFilm>& films, const std::map<base::ContentId, std::int64_t>& left)
{
    const auto latest = m_resumePoints.latest();
    const auto film = std::ranges::find_if(films, [&](const node::LibraryFilm& each) { return latest == each.content; });
    m_continue->setVisible(film != films.end());
    if (film == films.end())
        return;
    m_continueLink = fromUtf8(film->link);
    const QString title = fromUtf8(film->title);
    m_continue->setText(tr("Continue at %1").arg(formatTime(left.at(film->content))));
    m_continue->setToolTip(title);
    m_continue->setAccessibleName(tr("Continue “%1”").arg(title));
}

void LibraryPage::act(const QModelIndex& index)
{
    const node::LibraryFilm film = m_model->filmAt(m_filtered->mapToSource(index).row());
    if (index.column() == LibraryModel::Remove)
        remove(film);
    else if (index.column() != LibraryModel::OnOff)
        Q_EMIT filmChosen(fromUtf8(film.link));
}

/// A click removes what can be had again; what one has published oneself is asked about.
void LibraryPage::remove(const node::LibraryFilm& film)
{
    if (!film.isOwn)
        return m_node.removeFilm(film.content);
    auto* question = new QMessageBox(QMessageBox::Question, tr("Remove a film"),
                                     tr("“%1” was published here. Nobody can watch it any more unless somebody else seeds it.").arg(fromUtf8(film.title)),
                                     QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    QPushButton* const yes = question->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    yes->setObjectName(u"removeOwn"_s);
    connect(yes, &QPushButton::clicked, this, [this, content = film.content] { m_node.removeFilm(content); });
    question->open();
}

} // namespace mutoscope::ui
