#include "ui/series.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

constexpr qsizetype shortLink = 22; // "mutoscope:" and twelve digits

} // namespace

Series::Series(std::chrono::milliseconds second, QObject* parent) : QObject(parent)
{
    m_second.setInterval(second);
    connect(&m_second, &QTimer::timeout, this, &Series::count);
}

void Series::start(std::vector<FilmLink> films)
{
    if (films.empty())
        return;
    m_films = std::move(films);
    goTo(0);
}

void Series::goTo(std::size_t number)
{
    if (number >= m_films.size())
        return;
    m_second.stop();
    m_current = number;
    Q_EMIT wanted(m_films[number].link);
    Q_EMIT changed();
}

void Series::next()
{
    if (canGoNext())
        goTo(m_current + 1);
}

void Series::previous()
{
    if (canGoPrevious())
        goTo(m_current - 1);
}

QString Series::nameOf(std::size_t number) const
{
    const FilmLink& film = m_films.at(number);
    if (!film.title.isEmpty())
        return film.title;
    return tr("Film %1 · %2…").arg(number + 1).arg(film.link.left(shortLink));
}

void Series::nameCurrent(const QString& title)
{
    if (title.isEmpty() || m_current >= m_films.size() || m_films[m_current].title == title)
        return;
    m_films[m_current].title = title;
    Q_EMIT changed();
}

void Series::ended()
{
    if (!canGoNext() || m_second.isActive())
        return;
    m_left = secondsToNext;
    m_second.start();
    Q_EMIT changed();
}

void Series::stay()
{
    if (!m_second.isActive())
        return;
    m_second.stop();
    Q_EMIT changed();
}

std::optional<int> Series::secondsLeft() const
{
    return m_second.isActive() ? std::optional(m_left) : std::nullopt;
}

void Series::count()
{
    if (--m_left <= 0)
        next();
    else
        Q_EMIT changed();
}

} // namespace mutoscope::ui
