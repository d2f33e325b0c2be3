#pragma once

#include <QDialog>

namespace mutoscope::ui
{

/// A film's link to hand on: copied, or read by a camera.
class ShareDialog : public QDialog
{
    Q_OBJECT

public:
    /// `directLink` names this computer, too; empty where that is no use.
    ShareDialog(const QString& title, const QString& link, const QString& directLink, QWidget* parent);
};

} // namespace mutoscope::ui
