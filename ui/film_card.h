#pragma once

#include <optional>

#include <QAbstractButton>
#include <QPixmap>

#include "p2p/node/film_page.h"
#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// One film: poster, title, length, what all of it costs, who seeds it and whether they are there; or how far it was seen.
class FilmCard : public QAbstractButton
{
    Q_OBJECT

public:
    static constexpr int leastWidth = 200;

    explicit FilmCard(node::FoundFilm film);

    [[nodiscard]] const node::FoundFilm& film() const { return m_film; }
    /// A picture that can't be read, or is larger than any poster, is left out.
    void setPoster(const QByteArray& picture);
    [[nodiscard]] bool hasPoster() const { return !m_poster.isNull(); }
    /// It was left there: what it costs and who seeds it is not said then.
    void setLeft(std::int64_t ms);
    void setHealth(const node::FilmHealth& health);
    /// "1:30:00 · about 0.42 tokens"
    [[nodiscard]] QString details() const;
    /// "3 seeders · 35 ms"
    [[nodiscard]] QString seeders() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();
    void paintPoster(QPainter& painter, const QRectF& where) const;
    void paintHealth(QPainter& painter, QRectF& row) const;
    /// 0: nobody answers; 3: all, and quickly. None: not known.
    [[nodiscard]] std::optional<int> health() const;

    node::FoundFilm m_film;
    QPixmap m_poster;
    std::optional<std::int64_t> m_leftMs;
    int m_asked = 0; ///< seeders
    int m_answered = 0;
    std::int64_t m_answerMs = 0; ///< of the quickest
};

} // namespace mutoscope::ui
