#pragma once

#include <QDialog>

namespace mutoscope::ui
{

/// A film's link to hand on: copied, or read by a camera.
class ShareDialog : public QDialog
{
    Q_OBJECT

public:
    ShareDialog(const QString& title, const QString& link, QWidget* parent);
};

} // namespace mutoscope::ui
