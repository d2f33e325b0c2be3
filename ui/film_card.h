#pragma once

#include <QAbstractButton>
#include <QPixmap>

#include "p2p/node/film_page.h"

namespace mutoscope::ui
{

/// One film: poster, title, length, what all of it costs, who seeds it.
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
    /// "1:30:00 · about 0.42 tokens"
    [[nodiscard]] QString details() const;
    [[nodiscard]] QString seeders() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    node::FoundFilm m_film;
    QPixmap m_poster;
};

} // namespace mutoscope::ui
