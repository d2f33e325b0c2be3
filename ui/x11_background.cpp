#include "ui/x11_background.h"

#include <cstdint>

#include <QColor>
#include <QGuiApplication>
#include <QWidget>

#include <xcb/xcb.h>

namespace mutoscope::ui
{

void fillNewPlaces(QWidget& window, const QColor& colour)
{
    const auto* const x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    // Without a screen (offscreen) there is such an interface, too, and nothing behind it.
    if (!x11 || QGuiApplication::platformName() != u"xcb" || !window.internalWinId())
        return;
    const std::uint32_t pixel = colour.rgb();
    xcb_change_window_attributes(x11->connection(), static_cast<xcb_window_t>(window.internalWinId()), XCB_CW_BACK_PIXEL, &pixel);
}

} // namespace mutoscope::ui
