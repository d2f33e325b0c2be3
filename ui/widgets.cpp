#include "ui/widgets.h"

#include <array>

#include <QClipboard>
#include <QCoreApplication>
#include <QEvent>
#include <QGuiApplication>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include "ui/format.h"
#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int buttonPicture = 18;
constexpr int turnMs = 40;
constexpr int turnDegrees = 14;

void place(QWidget* widget, Ground ground)
{
    if (ground == Ground::Film)
        widget->setProperty("onFilm", true);
}

QColor filmText()
{
    return QColor(0xef, 0xec, 0xe6);
}

} // namespace

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

QLabel* makeLabel(const QString& text, const QString& role, Ground ground)
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", role);
    place(label, ground);
    return label;
}

QLabel* makeParagraph(const QString& text, const QString& role, Ground ground)
{
    QLabel* label = makeLabel(text, role, ground);
    label->setWordWrap(true);
    return label;
}

ElidedLabel::ElidedLabel(const QString& role, Ground ground, Qt::TextElideMode mode) : m_mode(mode)
{
    setTextFormat(Qt::PlainText);
    setProperty("role", role);
    place(this, ground);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setWhole(const QString& text)
{
    if (m_whole == text)
        return;
    m_whole = text;
    m_whole.replace(u'\n', u' ');
    setAccessibleName(m_whole);
    updateGeometry();
    elide();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 3, fontMetrics().height() + 2};
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_whole) + 2, fontMetrics().height() + 2};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    elide();
}

void ElidedLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        elide();
    }
}

void ElidedLabel::elide()
{
    const QString shown = fontMetrics().elidedText(m_whole, m_mode, contentsRect().width());
    if (shown != text())
        setText(shown);
    setToolTip(shown == m_whole ? QString() : m_whole);
}

Button::Button(const QString& text, const QString& iconName, Kind kind, Ground ground)
    : QPushButton(text), m_icon(iconName), m_kind(kind), m_ground(ground)
{
    static constexpr std::array names{"plain", "primary", "quiet", "chip"};
    setProperty("kind", QString::fromLatin1(names.at(static_cast<std::size_t>(kind))));
    setAccessibleName(text);
    setAutoDefault(true); // Enter presses what has the focus
    setIconSize({buttonPicture, buttonPicture});
    setCursor(Qt::PointingHandCursor);
    place(this, ground);
    colourIcon();
}

void Button::colourIcon()
{
    if (m_icon.isEmpty())
        return;
    const Colours& scheme = coloursOf(this);
    QColor colour = m_ground == Ground::Film ? filmText() : scheme.text;
    if (m_kind == Kind::Primary)
        colour = scheme.onAccent;
    if (m_kind == Kind::Chip)
        colour = scheme.accentText;
    setIcon(themedIcon(m_icon, colour));
}

void Button::changeEvent(QEvent* event)
{
    QPushButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::ParentChange)
        colourIcon();
}

IconButton::IconButton(const QString& iconName, const QString& name, Ground ground) : m_ground(ground)
{
    setFocusPolicy(Qt::TabFocus);
    setIconSize({22, 22});
    setCursor(Qt::PointingHandCursor);
    place(this, ground);
    become(iconName, name);
}

void IconButton::become(const QString& iconName, const QString& name)
{
    if (accessibleName() != name) {
        setToolTip(name);
        setAccessibleName(name);
    }
    if (m_icon != iconName) {
        m_icon = iconName;
        colourIcon();
    }
}

void IconButton::colourIcon()
{
    setIcon(themedIcon(m_icon, m_ground == Ground::Film ? filmText() : coloursOf(this).text));
}

void IconButton::changeEvent(QEvent* event)
{
    QToolButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::ParentChange)
        colourIcon();
}

Spinner::Spinner(int size)
{
    setFixedSize(size, size);
    setAccessibleName(tr("Working"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void Spinner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = std::max(1.8, height() / 11.0);
    const QRectF circle = QRectF(rect()).adjusted(width, width, -width, -width);
    painter.setPen(QPen(QColor(128, 124, 116, 90), width));
    painter.drawEllipse(circle);
    painter.setPen(QPen(colours(true).accent, width, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(circle, -m_angle * 16, 100 * 16);
}

void Spinner::showEvent(QShowEvent*)
{
    m_timer.start(turnMs, this);
}

void Spinner::hideEvent(QHideEvent*)
{
    m_timer.stop();
}

void Spinner::timerEvent(QTimerEvent*)
{
    m_angle = (m_angle + turnDegrees) % 360;
    update();
}

TokenField::TokenField(const QString& name, Ground ground)
{
    setAccessibleName(name);
    setAlignment(Qt::AlignRight);
    setMaxLength(18);
    setPlaceholderText(formatTokens(base::Tokens(0)));
    place(this, ground);
    connect(this, &QLineEdit::textChanged, this,
            [this] { setStyleProperty(this, "bad", !text().isEmpty() && !amount()); });
}

void TokenField::setAmount(base::Tokens amount)
{
    // Without group separators: they are easily taken for a decimal point.
    QLocale plain;
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    setText(formatTokens(amount, Sign::IfNegative, plain));
}

std::optional<base::Tokens> TokenField::amount() const
{
    return parseTokens(text());
}

void copyText(const QString& text, QWidget* near)
{
    QGuiApplication::clipboard()->setText(text);
    QToolTip::showText(near->mapToGlobal(QPoint(near->width() / 2, near->height())),
                       QCoreApplication::translate("mutoscope::ui", "Copied"), near);
}

} // namespace mutoscope::ui
