#include "ui/film_card.h"

#include <algorithm>

#include <QBuffer>
#include <QImageReader>
#include <QPainter>
#include <QPainterPath>

#include "ui/format.h"
#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int inset = 8;
constexpr int corner = 9;
constexpr int mostPixels = 4096; ///< of a side: a small file may unfold into a picture that fills the memory
constexpr QSize keptSize{640, 360};

int posterHeight(int width)
{
    return width * 9 / 16;
}

} // namespace

FilmCard::FilmCard(node::FoundFilm film) : m_film(std::move(film))
{
    setObjectName(u"filmCard"_s);
    setText(fromUtf8(m_film.title));
    setAccessibleName(tr("%1, %2, %3").arg(text(), details(), seeders()));
    setToolTip(m_film.description.empty() ? text() : text() + u"\n\n"_s + fromUtf8(m_film.description));
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QString FilmCard::details() const
{
    const QString price = m_film.price ? tr("about %1 tokens").arg(formatTokens(*m_film.price)) : tr("price not known");
    return tr("%1 · %2").arg(formatTime(m_film.durationMs), price);
}

QString FilmCard::seeders() const
{
    return tr("%n seeder(s)", nullptr, static_cast<int>(std::min<std::int64_t>(m_film.seeders, 1'000'000)));
}

void FilmCard::setPoster(const QByteArray& picture)
{
    QBuffer buffer;
    buffer.setData(picture);
    QImageReader reader(&buffer);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    const bool isPoster = reader.format() == "jpeg" || reader.format() == "png"; // the manifest's kinds, and nobody else's decoder
    if (!isPoster || !size.isValid() || size.width() > mostPixels || size.height() > mostPixels)
        return;
    if (size.width() > keptSize.width())
        reader.setScaledSize(size.scaled(keptSize, Qt::KeepAspectRatioByExpanding));
    m_poster = QPixmap::fromImage(reader.read());
    update();
}

QSize FilmCard::sizeHint() const
{
    return {leastWidth, heightForWidth(leastWidth)};
}

int FilmCard::heightForWidth(int width) const
{
    return inset + posterHeight(width - 2 * inset) + 3 * fontMetrics().lineSpacing() + 3 * inset;
}

void FilmCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const Colours& c = coloursOf(this);
    painter.setPen(hasFocus() ? QPen(c.accentText, 1) : QPen(c.line, 1));
    painter.setBrush(underMouse() || isDown() ? c.raised : c.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);

    const QRectF poster(inset, inset, width() - 2 * inset, posterHeight(width() - 2 * inset));
    QPainterPath shape;
    shape.addRoundedRect(poster, corner - 3, corner - 3);
    painter.save();
    painter.setClipPath(shape);
    if (hasPoster()) {
        QRectF whole(QPointF(), QSizeF(m_poster.size()).scaled(poster.size(), Qt::KeepAspectRatioByExpanding));
        whole.moveCenter(poster.center());
        painter.drawPixmap(whole, m_poster, QRectF(m_poster.rect()));
    } else {
        painter.fillRect(poster, c.window);
        const double size = poster.height() / 3;
        drawIcon(painter, u"film"_s, QRectF(poster.center() - QPointF(size / 2, size / 2), QSizeF(size, size)), c.line);
    }
    painter.restore();

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
    write(seeders(), m_film.seeders > 0 ? c.good : c.muted);
}

} // namespace mutoscope::ui
