#include "ui/theme.h"

#include <array>
#include <utility>

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QWidget>

using namespace Qt::StringLiterals;

// Outside of all namespaces, as Q_INIT_RESOURCE declares a function.
static void initResources()
{
    Q_INIT_RESOURCE(mutoscope);
}

namespace mutoscope::ui
{
namespace
{

constexpr auto schemeProperty = "darkScheme";

QColor rgb(unsigned value)
{
    return QColor::fromRgb(value);
}

QByteArray svg(const QString& name, const QColor& colour)
{
    QFile file(u":/mutoscope/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("#000", colour.name().toLatin1());
}

/// A pixmap engine would be blurred on another screen's pixel ratio.
class SvgEngine final : public QIconEngine
{
public:
    SvgEngine(QString name, const QColor& colour) : m_name(std::move(name)), m_colour(colour) {}

    void paint(QPainter* painter, const QRect& where, QIcon::Mode mode, QIcon::State) override
    {
        QColor colour = m_colour;
        if (mode == QIcon::Disabled)
            colour.setAlphaF(0.45F);
        drawIcon(*painter, m_name, where, colour);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        QPixmap pixmap(size); // in device pixels
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new SvgEngine(m_name, m_colour); }
    QString key() const override { return u"mutoscope"_s; }

private:
    QString m_name;
    QColor m_colour;
};

QString points(const QFont& base, double factor)
{
    const double size = base.pointSizeF() > 0 ? base.pointSizeF() : 10.0;
    return QString::number(size * factor, 'f', 1) + u"pt"_s;
}

} // namespace

const Colours& colours(bool dark)
{
    // Neutral greys with a little warmth, brass as the only colour; contrasts hold WCAG AA.
    static const Colours darkColours{rgb(0x18181a), rgb(0x202023), rgb(0x2a2a2e), rgb(0x35353a), rgb(0x726e67),
                                     rgb(0xebe8e2), rgb(0xa29e96), rgb(0xdca64a), rgb(0x201703),
                                     rgb(0xdca64a), rgb(0x7cc48f), rgb(0xe5b45f), rgb(0xf19a8e)};
    static const Colours lightColours{rgb(0xf6f4f0), rgb(0xffffff), rgb(0xefece5), rgb(0xdfdbd2), rgb(0x8a857a),
                                      rgb(0x23211d), rgb(0x6a655b), rgb(0xdca64a), rgb(0x201703),
                                      rgb(0x8a5a00), rgb(0x23713b), rgb(0x8a5a00), rgb(0xb3261e)};
    return dark ? darkColours : lightColours;
}

const Colours& coloursOf(const QWidget* widget)
{
    for (; widget; widget = widget->parentWidget()) {
        const QVariant dark = widget->property(schemeProperty);
        if (dark.isValid())
            return colours(dark.toBool());
    }
    return colours(systemIsDark());
}

void markScheme(QWidget* window, bool dark)
{
    window->setProperty(schemeProperty, dark);
}

bool systemIsDark()
{
    const QPalette given = QApplication::palette();
    return given.color(QPalette::Window).lightness() < given.color(QPalette::WindowText).lightness();
}

QPalette themePalette(bool dark)
{
    const Colours& c = colours(dark);
    QPalette result(c.text, c.surface, c.raised, c.line, c.muted, c.text, c.text, c.surface, c.window);
    result.setColor(QPalette::Highlight, c.accent);
    result.setColor(QPalette::HighlightedText, c.onAccent);
    result.setColor(QPalette::PlaceholderText, c.muted);
    result.setColor(QPalette::Link, c.accentText);
    result.setColor(QPalette::Mid, c.line);
    result.setColor(QPalette::ToolTipBase, c.surface);
    result.setColor(QPalette::ToolTipText, c.text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, c.muted);
    return result;
}

QString themeStyleSheet(bool dark, const QFont& font)
{
    QFile file(u":/mutoscope/style.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    const Colours& c = colours(dark);
    // A name that another one begins with comes after it.
    const std::array<std::pair<QString, QString>, 19> names{{
        {u"@accentHover"_s, c.accent.lighter(112).name()},
        {u"@accentText"_s, c.accentText.name()},
        {u"@onAccent"_s, c.onAccent.name()},
        {u"@accent"_s, c.accent.name()},
        {u"@window"_s, c.window.name()},
        {u"@surface"_s, c.surface.name()},
        {u"@raised"_s, c.raised.name()},
        {u"@line"_s, c.line.name()},
        {u"@edge"_s, c.edge.name()},
        {u"@text"_s, c.text.name()},
        {u"@muted"_s, c.muted.name()},
        {u"@good"_s, c.good.name()},
        {u"@warning"_s, c.warning.name()},
        {u"@bad"_s, c.bad.name()},
        {u"@fontTitle"_s, points(font, 1.55)},
        {u"@fontHeading"_s, points(font, 1.15)},
        {u"@fontFigure"_s, points(font, 1.7)},
        {u"@fontSmall"_s, points(font, 0.9)},
        {u"@fontNormal"_s, points(font, 1.0)},
    }};
    for (const auto& [name, value] : names)
        text.replace(name, value);
    return text;
}

void prepareApplication()
{
    static bool done = false;
    if (std::exchange(done, true))
        return;
    initResources();
    if (QApplication::style()->name().compare(u"fusion"_s, Qt::CaseInsensitive) != 0)
        QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setWindowIcon(applicationIcon());
}

void drawIcon(QPainter& painter, const QString& name, const QRectF& where, const QColor& colour)
{
    QSvgRenderer renderer(svg(name, colour));
    const qreal before = painter.opacity();
    painter.setOpacity(before * colour.alphaF());
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(&painter, where);
    painter.setOpacity(before);
}

QIcon themedIcon(const QString& name, const QColor& colour)
{
    return QIcon(new SvgEngine(name, colour));
}

QIcon applicationIcon()
{
    initResources();
    QIcon result;
    QSvgRenderer renderer(u":/mutoscope/mutoscope.svg"_s);
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        result.addPixmap(pixmap);
    }
    return result;
}

QFont scaledFont(const QFont& base, double factor, QFont::Weight weight)
{
    QFont font = base;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}

} // namespace mutoscope::ui
