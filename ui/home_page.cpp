#include "ui/home_page.h"

#include <algorithm>

#include <QGridLayout>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>

#include "ui/film_card.h"
#include "ui/format.h"
#include "ui/resume_points.h"
#include "ui/seeders_dialog.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int gap = 14;
constexpr int widestCard = 300;
constexpr std::size_t mostToContinue = 8;
constexpr int stillMs = 150; ///< who scrolls on has not come there

QGridLayout* makeGrid()
{
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(gap);
    return grid;
}

} // namespace

HomePage::HomePage(node::Node& node, const ResumePoints& resumePoints) : m_node(node), m_resumePoints(resumePoints)
{
    build();
    connect(m_more, &QPushButton::clicked, this, [this] { ask(m_next); });
    connect(m_button, &QPushButton::clicked, this, &HomePage::goOn);
    m_looks.setSingleShot(true);
    m_looks.setInterval(stillMs);
    connect(&m_looks, &QTimer::timeout, this, &HomePage::checkWhatIsSeen);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, &m_looks, qOverload<>(&QTimer::start));
    connect(&m_node, &node::Node::searched, this, &HomePage::take);
    connect(&m_node, &node::Node::posterCame, this, &HomePage::takePoster);
    connect(&m_node, &node::Node::seedersChecked, this, &HomePage::takeHealth);
}

void HomePage::build()
{
    m_continueHeading = makeLabel(tr("Continue watching"), u"heading"_s);
    m_continueHeading->hide();
    m_continueGrid = makeGrid();
    m_heading = makeLabel(tr("Films"), u"heading"_s);
    m_heading->setObjectName(u"homeHeading"_s);
    m_grid = makeGrid();
    m_more = new Button(tr("More films"), QString(), Button::Kind::Plain);
    m_more->setObjectName(u"moreFilms"_s);
    m_spinner = new Spinner(28);
    m_sentence = makeParagraph(QString(), u"muted"_s);
    m_sentence->setObjectName(u"homeSentence"_s);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_button = new Button(QString(), QString(), Button::Kind::Primary);
    m_button->setObjectName(u"homeButton"_s);
    m_button->setAccessibleName(tr("The way on where no film is listed"));
    m_empty = new QWidget;
    auto* empty = new QVBoxLayout(m_empty);
    empty->addSpacing(60);
    empty->addWidget(m_sentence);
    empty->addSpacing(10);
    empty->addWidget(m_button, 0, Qt::AlignHCenter);

    m_list = new QWidget;
    auto* inner = new QVBoxLayout(m_list);
    inner->setContentsMargins(24, 18, 24, 24);
    inner->setSpacing(12);
    inner->addWidget(m_continueHeading);
    inner->addLayout(m_continueGrid);
    inner->addWidget(m_heading);
    inner->addLayout(m_grid);
    inner->addWidget(m_empty);
    inner->addWidget(m_spinner, 0, Qt::AlignHCenter);
    inner->addWidget(m_more, 0, Qt::AlignHCenter);
    inner->addStretch(1);
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(m_list);
    m_list->setAutoFillBackground(false); // setWidget() has set it
    m_scroll->viewport()->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_scroll);
    m_empty->hide();
    m_more->hide();
    m_spinner->hide();
}

void HomePage::search(const QString& text)
{
    m_begun = true;
    m_text = text.simplified();
    m_tracker = fromUtf8(m_node.snapshot().tracker.link);
    m_heading->setText(m_text.isEmpty() ? tr("Films") : tr("Films with “%1”").arg(m_text));
    clear();
    refreshContinue();
    ask({});
}

/// Films of another tracker, or of one that answers again, are looked up by themselves.
void HomePage::refresh()
{
    if (!m_begun || !isVisible())
        return;
    const node::TrackerStatus& tracker = m_node.snapshot().tracker;
    const bool isAnother = fromUtf8(tracker.link) != m_tracker;
    const bool isBack = m_awaitsTracker && tracker.state == node::TrackerState::Online;
    if (isAnother || isBack)
        search(m_text);
    else
        refreshContinue();
}

void HomePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_begun)
        search({});
    refresh();
}

void HomePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void HomePage::ask(const QString& cursor)
{
    m_asked = cursor;
    m_waiting = true;
    m_awaitsTracker = false;
    m_more->hide();
    m_empty->hide();
    m_spinner->show();
    m_node.search(m_text, cursor);
}

void HomePage::take(const node::FilmPage& page)
{
    if (!m_waiting || fromUtf8(page.text) != m_text || fromUtf8(page.cursor) != m_asked)
        return; // of a search before
    m_waiting = false;
    m_spinner->hide();
    const bool hasFailed = !page.problem.empty();
    m_awaitsTracker = hasFailed && m_node.snapshot().tracker.state != node::TrackerState::Online;
    if (hasFailed && m_tracker.isEmpty())
        return say(tr("No wallet tracker was chosen yet: it knows which films there are, and keeps your tokens."), WayOn::ChooseTracker);
    if (hasFailed)
        return say(inLanguage(page.problem), WayOn::TryAgain);
    for (const node::FoundFilm& film : page.films)
        m_cards.push_back(makeCard(film));
    m_next = fromUtf8(page.next);
    m_more->setVisible(!m_next.isEmpty());
    arrange();
    if (!m_cards.empty())
        return;
    if (m_text.isEmpty())
        say(tr("Nobody seeds a film at this tracker just now."), WayOn::PasteLink);
    else
        say(tr("No film at this tracker has these words."), WayOn::AllFilms);
}

FilmCard* HomePage::makeCard(node::FoundFilm film)
{
    if (film.poster)
        m_node.fetchPoster(film.content, *film.poster);
    auto* card = new FilmCard(std::move(film));
    card->setMaximumWidth(widestCard);
    connect(card, &QAbstractButton::clicked, this, [this, card] { Q_EMIT filmChosen(fromUtf8(card->film().link)); });
    card->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(card, &QWidget::customContextMenuRequested, this, [this, card](const QPoint& at) { offerMenu(card, at); });
    return card;
}

void HomePage::takePoster(const base::ContentId& content, const QByteArray& picture)
{
    for (const auto* cards : {&m_continue, &m_cards}) {
        for (FilmCard* card : *cards) {
            if (card->film().content == content)
                card->setPoster(picture);
        }
    }
}

void HomePage::takeHealth(const node::FilmHealth& health)
{
    for (FilmCard* card : m_cards) {
        if (card->film().content == health.content)
            card->setHealth(health);
    }
}

/// Nobody is asked for a film that one has not come to.
void HomePage::checkWhatIsSeen()
{
    if (!isVisible())
        return;
    for (const FilmCard* card : m_cards) {
        if (!card->visibleRegion().isEmpty() && m_checked.insert(card->film().content).second)
            m_node.checkSeeders(card->film().content);
    }
}

/// What was left in its middle, and is still in the library, the latest first; not among what was searched for.
void HomePage::refreshContinue()
{
    std::vector<Left> left;
    std::vector<const node::LibraryFilm*> films;
    const auto library = m_node.snapshot().library;
    for (const base::ContentId& content : library && m_text.isEmpty() ? m_resumePoints.newest() : std::vector<base::ContentId>()) {
        const auto film = std::ranges::find(*library, content, &node::LibraryFilm::content);
        const auto position = m_resumePoints.of(content);
        if (film == library->end() || !position)
            continue;
        left.push_back({content, position->count()});
        films.push_back(&*film);
        if (films.size() == mostToContinue)
            break;
    }
    if (left == m_left)
        return;
    m_left = std::move(left);
    for (FilmCard* card : m_continue) { // one of them may be what was clicked
        card->hide();
        card->deleteLater();
    }
    m_continue.clear();
    for (std::size_t i = 0; i < films.size(); ++i) {
        node::FoundFilm film;
        film.content = films[i]->content;
        film.title = films[i]->title;
        film.durationMs = films[i]->durationMs;
        film.poster = films[i]->poster;
        film.link = films[i]->link;
        m_continue.push_back(makeCard(std::move(film)));
        m_continue.back()->setObjectName(u"continueCard"_s);
        m_continue.back()->setLeft(m_left[i].ms);
    }
    arrange();
}

void HomePage::offerMenu(FilmCard* card, const QPoint& at)
{
    const QString link = fromUtf8(card->film().link);
    auto* menu = new QMenu(card);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy link")), &QAction::triggered, card, [link, card] { copyText(link, card); });
    connect(menu->addAction(tr("Link and QR code …")), &QAction::triggered, this, [this, title = card->text(), link] { Q_EMIT shareWanted(title, link); });
    connect(menu->addAction(tr("Seeders …")), &QAction::triggered, this, [this, film = card->film()] { (new SeedersDialog(m_node, film, this))->open(); });
    menu->popup(card->mapToGlobal(at));
}

/// As many columns as have room; the last row's cards are as wide as the others. One row of those to continue.
void HomePage::arrange()
{
    const int room = width() - 2 * 24 - m_scroll->verticalScrollBar()->sizeHint().width();
    const int columns = std::max(1, (room + gap) / (FilmCard::leastWidth + gap));
    const int cardWidth = std::min(widestCard, (room + gap) / columns - gap);
    const auto place = [columns, cardWidth](QGridLayout* grid, const std::vector<FilmCard*>& cards) {
        for (int column = 0; column < std::max(columns, grid->columnCount()); ++column)
            grid->setColumnStretch(column, column < columns ? 1 : 0);
        for (std::size_t i = 0; i < cards.size(); ++i) {
            cards[i]->setFixedHeight(cards[i]->heightForWidth(cardWidth));
            grid->addWidget(cards[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns, Qt::AlignTop);
        }
    };
    place(m_grid, m_cards);
    place(m_continueGrid, m_continue);
    for (std::size_t i = 0; i < m_continue.size(); ++i)
        m_continue[i]->setVisible(static_cast<int>(i) < columns);
    m_continueHeading->setVisible(!m_continue.empty());
    m_looks.start(); // once they have their places
}

void HomePage::clear()
{
    for (FilmCard* card : m_cards)
        delete card;
    m_cards.clear();
    m_checked.clear();
    m_next.clear();
    m_scroll->verticalScrollBar()->setValue(0);
}

void HomePage::say(const QString& sentence, WayOn way)
{
    m_way = way;
    m_sentence->setText(sentence);
    switch (way) {
    case WayOn::None:
        break;
    case WayOn::TryAgain:
        m_button->setText(tr("Try again"));
        break;
    case WayOn::PasteLink:
        m_button->setText(tr("Paste a link"));
        break;
    case WayOn::AllFilms:
        m_button->setText(tr("All films"));
        break;
    case WayOn::ChooseTracker:
        m_button->setText(tr("Choose a tracker…"));
        break;
    }
    m_button->setAccessibleName(m_button->text());
    m_empty->show();
}

void HomePage::goOn()
{
    switch (m_way) {
    case WayOn::None:
        return;
    case WayOn::TryAgain:
        return ask(m_asked);
    case WayOn::PasteLink:
        return Q_EMIT linkWanted();
    case WayOn::AllFilms:
        return search({});
    case WayOn::ChooseTracker:
        return Q_EMIT trackerWanted();
    }
}

} // namespace mutoscope::ui
