#pragma once

class QColor;
class QWidget;

namespace mutoscope::ui
{

/// On X11 a window that grows shows what lies behind it until the program has painted there; from now on this colour instead. For a
/// window that has been shown. Nothing on other platforms.
void fillNewPlaces(QWidget& window, const QColor& colour);

} // namespace mutoscope::ui
