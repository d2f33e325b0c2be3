#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace mutoscope::ui
{

/// Where a wallet tracker's link is pasted, or a film's that names one; says below what is wrong with it.
class TrackerField : public QWidget
{
    Q_OBJECT

public:
    TrackerField();

    void setTracker(const QString& link);
    /// The tracker's own link; empty as long as there is none in the field.
    [[nodiscard]] QString tracker() const { return m_tracker; }
    /// Something is there that names no tracker.
    [[nodiscard]] bool isWrong() const;
    /// Somebody is about to change it.
    [[nodiscard]] bool isBeingTyped() const;

Q_SIGNALS:
    void edited();

private:
    void read();

    QLineEdit* m_link = nullptr;
    QLabel* m_problem = nullptr;
    QString m_tracker;
};

} // namespace mutoscope::ui
