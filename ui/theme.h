#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QPainter;
class QWidget;

namespace mutoscope::ui
{

enum class Scheme { System, Light, Dark };

/// The few colours that everything is made of. The film and what lies over it is dark in both schemes.
struct Colours {
    QColor window;  ///< behind everything
    QColor surface; ///< cards, tables, fields
    QColor raised;  ///< hovered or pressed
    QColor line;    ///< hair lines
    QColor edge;    ///< of fields, 3 : 1 on window and surface
    QColor text;
    QColor muted;      ///< second rank, still 4.5 : 1 on window and surface
    QColor accent;     ///< fills
    QColor onAccent;   ///< text on accent
    QColor accentText; ///< text and thin marks in the accent colour
    QColor good;
    QColor warning;
    QColor bad;
};

[[nodiscard]] const Colours& colours(bool dark);
/// Of the window that the widget belongs to. A palette would not do: a style sheet keeps it from reaching the children.
[[nodiscard]] const Colours& coloursOf(const QWidget* widget);
/// Tells a window, and so all in it, which scheme it has.
void markScheme(QWidget* window, bool dark);
/// What the desktop asks for, by the palette that it gave to the application.
[[nodiscard]] bool systemIsDark();
[[nodiscard]] QPalette themePalette(bool dark);
/// resources/style.qss with colours and font sizes filled in; sizes follow `font`, the desktop's.
[[nodiscard]] QString themeStyleSheet(bool dark, const QFont& font);

/// Fusion below our style sheet, whatever the desktop's style is; registers the resources. Once, before the first
/// widget is styled; more calls do nothing.
void prepareApplication();

/// resources/icons/NAME.svg in one colour, drawn anew for each size and pixel ratio.
[[nodiscard]] QIcon themedIcon(const QString& name, const QColor& colour);
void drawIcon(QPainter& painter, const QString& name, const QRectF& where, const QColor& colour);
/// The product's own, in its colours.
[[nodiscard]] QIcon applicationIcon();

/// The desktop's font, `factor` times as large.
[[nodiscard]] QFont scaledFont(const QFont& base, double factor, QFont::Weight weight = QFont::Normal);

} // namespace mutoscope::ui
