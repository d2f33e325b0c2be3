#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>

#include "ui/widgets.h"

namespace mutoscope::tests
{

/// The first text in the window that has less room than it needs, or lies outside of what holds it; empty if there is none. What may be
/// shortened with "…" and says the whole elsewhere is left out.
inline QString clippedIn(const QWidget& window)
{
    QCoreApplication::processEvents();
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        const auto* label = qobject_cast<const QLabel*>(widget);
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if (!widget->isVisible() || (!label && !button))
            continue;
        if (qobject_cast<const ui::ElidedLabel*>(widget) || widget->inherits("QTableCornerButton"))
            continue;
        QSize needed = widget->sizeHint();
        if (label && label->wordWrap())
            needed = QSize(0, label->heightForWidth(label->width()));
        if (needed.width() <= widget->width() && needed.height() <= widget->height() && widget->parentWidget()->rect().contains(widget->geometry()))
            continue;
        return QStringLiteral("%1 %2: %3×%4 in %5×%6")
            .arg(QString::fromLatin1(widget->metaObject()->className()), label ? label->text() : button->text())
            .arg(needed.width())
            .arg(needed.height())
            .arg(widget->width())
            .arg(widget->height());
    }
    return {};
}

} // namespace mutoscope::tests
