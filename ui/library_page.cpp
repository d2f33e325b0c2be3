#include "ui/library_page.h"

#include <algorithm>

#include <QComboBox>
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
constexpr int stateColumn = 240;

/// Those of a kind that have the words.
class KindFilter final : public QSortFilterProxyModel
{
public:
    KindFilter(LibraryModel& model, QObject* parent) : QSortFilterProxyModel(parent), m_model(model) { setSourceModel(&m_model); }
    void choose(LibraryModel::Kind kind)
    {
        m_kind = kind;
        invalidateFilter();
    }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        return m_model.isOf(row, m_kind) && QSortFilterProxyModel::filterAcceptsRow(row, parent);
    }

private:
    LibraryModel& m_model;
    LibraryModel::Kind m_kind = LibraryModel::Kind::All;
};

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
    makeKinds();
    buildTable();
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_filtered->setFilterFixedString(words);
        showTableOrSentence();
    });

    auto* names = new QVBoxLayout;
    names->setSpacing(1);
    names->addWidget(makeLabel(tr("Library"), u"title"_s));
    names->addWidget(m_space);
    m_head = new QWidget;
    auto* head = new QVBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(12);
    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    top->addLayout(names);
    top->addStretch();
    top->addWidget(m_continue);
    head->addLayout(top);
    auto* choice = new QHBoxLayout;
    choice->setSpacing(10);
    choice->addWidget(m_kinds);
    choice->addStretch();
    choice->addWidget(m_filter);
    head->addLayout(choice);
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

void LibraryPage::makeKinds()
{
    m_kinds = new QComboBox;
    m_kinds->setObjectName(u"libraryKind"_s);
    m_kinds->setAccessibleName(tr("Which films of the library"));
    m_kinds->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (int i = 0; i < LibraryModel::kinds; ++i)
        m_kinds->addItem(QString());
}

/// Each with what it takes of the disk.
void LibraryPage::showKinds()
{
    for (int i = 0; i < LibraryModel::kinds; ++i) {
        const auto kind = static_cast<LibraryModel::Kind>(i);
        QString name;
        switch (kind) {
        case LibraryModel::Kind::All:
            name = tr("All films");
            break;
        case LibraryModel::Kind::Published:
            name = tr("Published by me");
            break;
        case LibraryModel::Kind::Watched:
            name = tr("Watched");
            break;
        case LibraryModel::Kind::Left:
            name = tr("Left in the middle");
            break;
        }
        const LibraryModel::Sum sum = m_model->sumOf(kind);
        const QString text = tr("%1: %2, %3").arg(name).arg(sum.films).arg(formatBytes(sum.here));
        if (m_kinds->itemText(i) != text)
            m_kinds->setItemText(i, text);
    }
}

void LibraryPage::buildTable()
{
    auto* filtered = new KindFilter(*m_model, this);
    m_filtered = filtered;
    connect(m_kinds, &QComboBox::currentIndexChanged, this, [this, filtered](int kind) {
        filtered->choose(static_cast<LibraryModel::Kind>(kind));
        showTableOrSentence();
    });
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
    header->resizeSection(LibraryModel::State, stateColumn);
    header->resizeSection(LibraryModel::Remove, removeColumn);
    for (const auto& [column, least] : {std::pair{LibraryModel::Length, numberColumn}, {LibraryModel::Here, numberColumn}, {LibraryModel::OnOff, switchColumn}})
        header->resizeSection(column, std::max(least, header->sectionSizeHint(column)));
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
    m_sentence = makeParagraph(QString(), u"muted"_s);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_wayOn = new Button(QString(), u"search"_s, Button::Kind::Primary);
    m_wayOn->setObjectName(u"findFilm"_s);
    m_wayOn->setAccessibleName(tr("Find a film"));
    connect(m_wayOn, &QPushButton::clicked, this, &LibraryPage::goOn);
    column->addStretch(1);
    column->addWidget(m_sentence);
    column->addSpacing(14);
    column->addWidget(m_wayOn, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return box;
}

void LibraryPage::showTableOrSentence()
{
    const bool hasFilms = m_films && !m_films->empty();
    const bool showsFilms = m_filtered->rowCount() > 0;
    m_table->setVisible(showsFilms);
    m_empty->setVisible(!showsFilms && m_node.snapshot().library);
    m_sentence->setText(hasFilms ? tr("No film here fits.") : tr("What you watch or publish is kept here."));
    m_wayOn->setText(hasFilms ? tr("Show all") : tr("Find a film"));
    m_wayOn->setAccessibleName(m_wayOn->text());
}

void LibraryPage::goOn()
{
    if (!m_films || m_films->empty())
        return Q_EMIT homeWanted();
    m_filter->clear();
    m_kinds->setCurrentIndex(0);
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
    showKinds();
    m_head->setVisible(!films->empty());
    showTableOrSentence();

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
    auto film = films.end();
    for (const base::ContentId& content : m_resumePoints.newest()) {
        film = std::ranges::find(films, content, &node::LibraryFilm::content);
        if (film != films.end())
            break;
    }
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
