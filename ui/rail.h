#pragma once

#include <vector>

#include <QFrame>

class QAbstractButton;
class QVBoxLayout;

namespace mutoscope::ui
{

/// The pages' names and pictures down the left side.
class Rail : public QFrame
{
    Q_OBJECT

public:
    Rail();

    /// `key` stands in the tool tip.
    void addPage(const QString& name, const QString& iconName, const QString& key);
    void setCurrent(int page);

Q_SIGNALS:
    void chosen(int page);

private:
    QVBoxLayout* m_column = nullptr;
    std::vector<QAbstractButton*> m_buttons;
};

} // namespace mutoscope::ui
