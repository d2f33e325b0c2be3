#include "ui/home_page.h"

#include <algorithm>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>

#include "ui/film_card.h"
#include "ui/format.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int gap = 14;
constexpr int widestCard = 300;

} // namespace

HomePage::HomePage(node::Node& node) : m_node(node)
{
    m_heading = makeLabel(tr("Films"), u"heading"_s);
    m_heading->setObjectName(u"homeHeading"_s);
    m_list = new QWidget;
    m_grid = new QGridLayout;
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(gap);
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

    auto* inner = new QVBoxLayout(m_list);
    inner->setContentsMargins(24, 0, 24, 24);
    inner->addLayout(m_grid);
    inner->addWidget(m_empty);
    inner->addWidget(m_spinner, 0, Qt::AlignHCenter);
    inner->addSpacing(6);
    inner->addWidget(m_more, 0, Qt::AlignHCenter);
    inner->addStretch(1);
    m_scroll = new QScrollArea;
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(m_list);
    m_list->setAutoFillBackground(false); // setWidget() has set it
    m_scroll->viewport()->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 18, 0, 0);
    column->setSpacing(12);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(24, 0, 24, 0);
    top->addWidget(m_heading);
    column->addLayout(top);
    column->addWidget(m_scroll, 1);
    m_empty->hide();
    m_more->hide();
    m_spinner->hide();

    connect(m_more, &QPushButton::clicked, this, [this] { ask(m_next); });
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_text.isEmpty() && m_button->text() == tr("Paste a link"))
            Q_EMIT linkWanted();
        else if (m_button->text() == tr("Try again"))
            ask(m_asked);
        else
            search({});
    });
    connect(&m_node, &node::Node::searched, this, &HomePage::take);
    connect(&m_node, &node::Node::posterCame, this, &HomePage::takePoster);
}

void HomePage::search(const QString& text)
{
    m_begun = true;
    m_text = text.simplified();
    m_heading->setText(m_text.isEmpty() ? tr("Films") : tr("Films with “%1”").arg(m_text));
    clear();
    ask({});
}

void HomePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_begun)
        search({});
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
    if (!page.problem.empty())
        return say(fromUtf8(page.problem), tr("Try again"));
    for (const node::FoundFilm& film : page.films) {
        auto* card = new FilmCard(film);
        m_cards.push_back(card);
        connect(card, &QAbstractButton::clicked, this, [this, card] { Q_EMIT filmChosen(fromUtf8(card->film().link)); });
        card->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(card, &QWidget::customContextMenuRequested, this, [this, card](const QPoint& at) { offerMenu(card, at); });
        if (film.poster)
            m_node.fetchPoster(film.content, *film.poster);
    }
    m_next = fromUtf8(page.next);
    m_more->setVisible(!m_next.isEmpty());
    arrange();
    if (!m_cards.empty())
        return;
    if (m_text.isEmpty())
        say(tr("Nobody seeds a film at this tracker just now."), tr("Paste a link"));
    else
        say(tr("No film at this tracker has these words."), tr("All films"));
}

void HomePage::takePoster(const base::ContentId& content, const QByteArray& picture)
{
    for (FilmCard* card : m_cards) {
        if (card->film().content == content)
            card->setPoster(picture);
    }
}

void HomePage::offerMenu(FilmCard* card, const QPoint& at)
{
    const QString link = fromUtf8(card->film().link);
    auto* menu = new QMenu(card);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy link")), &QAction::triggered, card, [link, card] { copyText(link, card); });
    connect(menu->addAction(tr("Link and QR code …")), &QAction::triggered, this, [this, title = card->text(), link] { Q_EMIT shareWanted(title, link); });
    menu->popup(card->mapToGlobal(at));
}

/// As many columns as have room; the last row's cards are as wide as the others.
void HomePage::arrange()
{
    const int room = width() - 2 * 24 - m_scroll->verticalScrollBar()->sizeHint().width();
    const int columns = std::max(1, (room + gap) / (FilmCard::leastWidth + gap));
    for (int column = 0; column < m_grid->columnCount(); ++column)
        m_grid->setColumnStretch(column, 0);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const int at = static_cast<int>(i);
        m_cards[i]->setMaximumWidth(widestCard);
        m_grid->addWidget(m_cards[i], at / columns, at % columns, Qt::AlignTop);
    }
    for (int column = 0; column < columns; ++column)
        m_grid->setColumnStretch(column, 1);
}

void HomePage::clear()
{
    for (FilmCard* card : m_cards)
        delete card;
    m_cards.clear();
    m_next.clear();
    m_scroll->verticalScrollBar()->setValue(0);
}

void HomePage::say(const QString& sentence, const QString& button)
{
    m_sentence->setText(sentence);
    m_button->setText(button);
    if (!button.isEmpty())
        m_button->setAccessibleName(button);
    m_empty->show();
}

} // namespace mutoscope::ui
