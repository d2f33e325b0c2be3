#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>

#include "ui/link_list.h"

namespace mutoscope::ui
{

/// The films that were opened together, one of which is being watched. It opens none: it says which is wanted, and each then goes
/// the same way, through its price and the consent to it, as one that was opened alone. UI thread.
class Series : public QObject
{
    Q_OBJECT

public:
    static constexpr int secondsToNext = 5;

    /// `second` is shorter in tests.
    explicit Series(std::chrono::milliseconds second = std::chrono::milliseconds(1'000), QObject* parent = nullptr);

    /// Starts with the first of them; nothing where there is none.
    void start(std::vector<FilmLink> films);
    void goTo(std::size_t number);
    void next();
    void previous();

    [[nodiscard]] const std::vector<FilmLink>& films() const { return m_films; }
    [[nodiscard]] std::size_t current() const { return m_current; }
    /// More than one film.
    [[nodiscard]] bool isList() const { return m_films.size() > 1; }
    [[nodiscard]] bool canGoNext() const { return m_current + 1 < m_films.size(); }
    [[nodiscard]] bool canGoPrevious() const { return m_current > 0; }
    /// What a list shows: its title, or its number and the beginning of its link.
    [[nodiscard]] QString nameOf(std::size_t number) const;

    /// The current film's title has become known.
    void nameCurrent(const QString& title);
    /// It was watched to its end: the next one follows in a while, unless stay() or anything else comes first.
    void ended();
    void stay();
    /// Until the next film follows by itself; nothing where it doesn't.
    [[nodiscard]] std::optional<int> secondsLeft() const;

Q_SIGNALS:
    void wanted(const QString& link);
    void changed();

private:
    void count();

    std::vector<FilmLink> m_films;
    std::size_t m_current = 0;
    QTimer m_second;
    int m_left = 0;
};

} // namespace mutoscope::ui
