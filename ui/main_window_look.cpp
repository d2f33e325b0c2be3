#include <QApplication>
#include <QEvent>

#include "ui/main_window.h"
#include "ui/x11_background.h"

// The window's colours, and what follows the desktop's.

namespace mutoscope::ui
{

void MainWindow::applyTheme()
{
    m_dark = m_options.scheme == Scheme::Dark || (m_options.scheme == Scheme::System && systemIsDark());
    markScheme(this, m_dark);
    setPalette(themePalette(m_dark));
    setStyleSheet(themeStyleSheet(m_dark, QApplication::font()));
    fillNewPlaces(*this, colours(m_dark).window);
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    fillNewPlaces(*this, colours(m_dark).window); // there was no window before
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (!m_shell)
        return;
    const bool systemChanged =
        event->type() == QEvent::ApplicationPaletteChange || event->type() == QEvent::ApplicationFontChange;
    if (systemChanged && m_options.scheme == Scheme::System)
        applyTheme();
    if (event->type() == QEvent::WindowStateChange)
        showFullScreenParts();
}

} // namespace mutoscope::ui
