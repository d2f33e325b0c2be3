#include "ui/film_card.h"

#include <algorithm>

#include <QBuffer>
#include <QPainter>
#include <QPainterPath>

#include "ui/format.h"
#include "ui/poster_picture.h"
#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int inset = 8;
constexpr int corner = 9;
constexpr QSize keptSize{640, 360};
constexpr std::int64_t quickMs = 400; ///< a connection over half the world, with its TLS, takes so long
constexpr int healthBars = 3;
constexpr int rowsOfText = 3;

} // namespace

FilmCard::FilmCard(node::FoundFilm film) : m_film(std::move(film))
{
    setObjectName(u"filmCard"_s);
    setText(fromUtf8(m_film.title));
    describe();
    setToolTip(m_film.description.empty() ? text() : text() + u"\n\n"_s + fromUtf8(m_film.description));
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FilmCard::describe()
{
    setAccessibleName(tr("%1, %2, %3").arg(text(), details(), seeders()));
    update();
}

void FilmCard::setLeft(std::int64_t ms)
{
    m_leftMs = ms;
    describe();
}

void FilmCard::setHealth(const node::FilmHealth& health)
{
    m_asked = static_cast<int>(health.seeders.size());
    m_answered = static_cast<int>(std::ranges::count_if(health.seeders, [](const node::SeederHealth& each) { return each.answeredMs.has_value(); }));
    m_answerMs = m_answered > 0 ? health.seeders.front().answeredMs.value_or(0) : 0;
    describe();
}

QString FilmCard::details() const
{
    if (m_leftMs)
        return tr("%1 left").arg(formatTime(std::max<std::int64_t>(0, m_film.durationMs - *m_leftMs)));
    const QString price = m_film.price ? tr("about %1 tokens").arg(formatTokens(*m_film.price)) : tr("price not known");
    return tr("%1 · %2").arg(formatTime(m_film.durationMs), price);
}

QString FilmCard::seeders() const
{
    if (m_leftMs)
        return tr("Go on at %1").arg(formatTime(*m_leftMs));
    const QString count = tr("%n seeder(s)", nullptr, static_cast<int>(std::min<std::int64_t>(m_film.seeders, 1'000'000)));
    if (m_asked == 0)
        return count;
    if (m_answered == 0)
        return tr("%1 · no answer").arg(count);
    return m_answered == m_asked ? tr("%1 · %2 ms").arg(count).arg(m_answerMs) : tr("%1 · %2 of %3 answer").arg(count).arg(m_answered).arg(m_asked);
}

std::optional<int> FilmCard::health() const
{
    if (m_asked == 0 || m_leftMs)
        return std::nullopt;
    if (m_answered == 0)
        return 0;
    return m_answered == m_asked && m_answerMs <= quickMs ? 3 : 2 * m_answered >= m_asked ? 2 : 1;
}

void FilmCard::setPoster(const QByteArray& picture)
{
    QBuffer buffer;
    buffer.setData(picture);
    buffer.open(QIODevice::ReadOnly);
    if (const QPixmap poster = readPoster(buffer, keptSize); !poster.isNull())
        m_poster = poster;
    update();
}

QSize FilmCard::sizeHint() const
{
    return {leastWidth, heightForWidth(leastWidth)};
}

int FilmCard::heightForWidth(int width) const
{
    return inset + (width - 2 * inset) * 9 / 16 + rowsOfText * fontMetrics().lineSpacing() + 2 * inset;
}

void FilmCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const Colours& c = coloursOf(this);
    painter.setPen(hasFocus() ? QPen(c.accentText, 1) : QPen(c.line, 1));
    painter.setBrush(underMouse() || isDown() ? c.raised : c.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);

    const double texts = rowsOfText * fontMetrics().lineSpacing() + 2 * inset;
    const QRectF poster(inset, inset, width() - 2 * inset, height() - inset - texts); // what is left, near to 16 : 9
    paintPoster(painter, poster);

    const int line = fontMetrics().lineSpacing();
    QRectF row(inset + 2, poster.bottom() + inset, width() - 2 * inset - 4, line);
    const auto write = [&](const QString& text, const QColor& ink) {
        painter.setPen(ink);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(row.width())));
        row.translate(0, line);
    };
    painter.setFont(scaledFont(font(), 1, QFont::DemiBold));
    write(text(), c.text);
    painter.setFont(font());
    write(details(), c.muted);
    paintHealth(painter, row);
    const auto level = health();
    write(seeders(), level == 0 ? c.bad : level == 1 ? c.warning : m_leftMs ? c.accentText : m_film.seeders > 0 ? c.good : c.muted);
}

void FilmCard::paintPoster(QPainter& painter, const QRectF& where) const
{
    const Colours& c = coloursOf(this);
    QPainterPath shape;
    shape.addRoundedRect(where, corner - 3, corner - 3);
    painter.save();
    painter.setClipPath(shape);
    if (hasPoster()) {
        QRectF whole(QPointF(), QSizeF(m_poster.size()).scaled(where.size(), Qt::KeepAspectRatioByExpanding));
        whole.moveCenter(where.center());
        painter.drawPixmap(whole, m_poster, QRectF(m_poster.rect()));
    } else {
        painter.fillRect(where, c.window);
        const double size = where.height() / 3;
        drawIcon(painter, u"film"_s, QRectF(where.center() - QPointF(size / 2, size / 2), QSizeF(size, size)), c.line);
    }
    if (m_leftMs && m_film.durationMs > 0) {
        constexpr double thickness = 4;
        const QRectF bar(where.left(), where.bottom() - thickness, where.width(), thickness);
        painter.fillRect(bar, QColor(0, 0, 0, 150)); // on any picture
        const double seen = std::clamp(static_cast<double>(*m_leftMs) / static_cast<double>(m_film.durationMs), 0.0, 1.0);
        painter.fillRect(QRectF(bar.topLeft(), QSizeF(bar.width() * seen, thickness)), c.accent);
    }
    painter.restore();
}

/// Three bars, each higher than the one before; what is written beside them says the same. The row begins behind them then.
void FilmCard::paintHealth(QPainter& painter, QRectF& row) const
{
    const auto level = health();
    if (!level)
        return;
    const Colours& c = coloursOf(this);
    const double unit = row.height() / 6;
    for (int i = 0; i < healthBars; ++i) {
        const double height = unit * (i + 2);
        const QRectF bar(row.left() + i * unit * 1.4, row.bottom() - unit - height, unit, height);
        painter.fillRect(bar, i < *level ? (*level == 1 ? c.warning : c.good) : c.line);
    }
    row.setLeft(row.left() + healthBars * unit * 1.4 + unit);
}

} // namespace mutoscope::ui
