#include "ui/subtitle_view.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <QPainter>
#include <QTextLayout>

namespace mutoscope::ui
{
namespace
{

constexpr double letterShare = 0.052; ///< of the picture's height
constexpr double leastLetter = 13;    ///< pixels
constexpr double mostLetter = 90;
constexpr double outlineShare = 0.14;  ///< of a letter
constexpr double widthShare = 0.9;     ///< of the picture
constexpr double marginShare = 0.035;  ///< of the picture's height, to its edge

/// A block of lines, laid out.
struct Block {
    std::unique_ptr<QTextLayout> layout;
    double height = 0;
};

QTextCharFormat formatOf(const player::Cue::Format& format)
{
    QTextCharFormat result;
    result.setFontItalic(format.isItalic);
    if (format.isBold)
        result.setFontWeight(QFont::Black);
    return result;
}

Block layOutCue(const player::Cue& cue, const QFont& font, double width)
{
    QString text = cue.text;
    text.replace(u'\n', QChar::LineSeparator);
    Block block{.layout = std::make_unique<QTextLayout>(text, font)};
    QTextOption option(Qt::AlignHCenter);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    block.layout->setTextOption(option);
    QList<QTextLayout::FormatRange> formats;
    for (const player::Cue::Format& format : cue.formats)
        formats << QTextLayout::FormatRange{static_cast<int>(format.start), static_cast<int>(format.length), formatOf(format)};
    block.layout->setFormats(formats);
    block.layout->beginLayout();
    for (QTextLine line = block.layout->createLine(); line.isValid(); line = block.layout->createLine()) {
        line.setLineWidth(width);
        line.setPosition(QPointF(0, block.height));
        block.height += line.height();
    }
    block.layout->endLayout();
    return block;
}

void draw(QPainter& painter, const Block& block, QPointF at, double outline)
{
    // The outline first, all around; the letters then, so that it does not thin them.
    QTextCharFormat edge;
    edge.setTextOutline(QPen(QColor(0, 0, 0, 235), outline * 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    edge.setForeground(Qt::black);
    const int length = static_cast<int>(block.layout->text().size());
    block.layout->draw(&painter, at, {QTextLayout::FormatRange{0, length, edge}});
    painter.setPen(QColor(0xfa, 0xf8, 0xf2));
    block.layout->draw(&painter, at);
}

} // namespace

SubtitleView::SubtitleView(QWidget* parent, bool isNative) : QWidget(parent), m_isNative(isNative)
{
    setObjectName(QStringLiteral("subtitles"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Subtitles"));
    if (isNative)
        setAttribute(Qt::WA_NativeWindow);
    hide();
}

void SubtitleView::show(const std::vector<player::Cue>& cues)
{
    if (cues == m_cues)
        return;
    m_cues = cues;
    layOut();
}

void SubtitleView::place(const QRect& area, const QRect& picture)
{
    if (area == m_area && picture == m_picture)
        return;
    m_area = area;
    m_picture = picture;
    layOut();
}

void SubtitleView::layOut()
{
    if (m_cues.empty() || m_area.isEmpty() || m_picture.isEmpty()) {
        m_drawn = {};
        hide();
        return;
    }
    const double letter = std::clamp(m_picture.height() * letterShare, leastLetter, mostLetter);
    const double outline = std::max(1.0, letter * outlineShare / 2);
    QFont letters = font();
    letters.setPixelSize(qRound(letter));
    letters.setWeight(QFont::DemiBold);
    const int width = std::min(m_area.width(), qRound(m_picture.width() * widthShare));

    // Cues at the same edge stand one over the other, the first one on top.
    const bool isOnTop = std::ranges::all_of(m_cues, &player::Cue::isOnTop);
    std::vector<Block> blocks;
    double height = 2 * outline;
    QStringList texts;
    for (const player::Cue& cue : m_cues) {
        blocks.push_back(layOutCue(cue, letters, width - 2 * outline));
        height += blocks.back().height;
        texts << cue.text;
    }
    const QSize size(width, std::min(static_cast<int>(std::ceil(height)), m_area.height()));
    const int margin = std::max(4, qRound(m_picture.height() * marginShare));
    const int below = m_area.bottom() + 1 - (m_picture.bottom() + 1);
    int top = 0;
    if (isOnTop)
        top = std::max(m_area.top(), m_picture.top() + margin);
    else if (below >= size.height() + 4)
        top = m_picture.bottom() + 1 + std::min(margin, below - size.height());
    else
        top = std::min(m_picture.bottom() + 1 - margin, m_area.bottom() + 1) - size.height();
    top = std::max(top, m_area.top());

    const double ratio = devicePixelRatioF();
    m_drawn = QPixmap(size * ratio);
    m_drawn.setDevicePixelRatio(ratio);
    m_drawn.fill(m_isNative ? Qt::black : Qt::transparent);
    QPainter painter(&m_drawn);
    painter.setRenderHint(QPainter::Antialiasing);
    QPointF at(outline, outline);
    for (const Block& block : blocks) {
        draw(painter, block, at, outline);
        at.ry() += block.height;
    }
    painter.end();
    setAccessibleDescription(texts.join(u'\n'));
    setGeometry(QRect(QPoint(m_picture.center().x() - width / 2, top), size));
    QWidget::show();
    update();
}

void SubtitleView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_drawn);
}

} // namespace mutoscope::ui
