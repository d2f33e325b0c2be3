#pragma once

#include <QFrame>

class QLabel;
class QListWidget;

namespace mutoscope::ui
{

class Series;

/// The films that were opened together, over the right of the picture; a click or Enter goes to one. `series` must outlive it.
class QueuePanel : public QFrame
{
    Q_OBJECT

public:
    explicit QueuePanel(Series& series);

    /// As wide as it likes to be, and as high as its films need, within `room`.
    [[nodiscard]] QSize fittingSize(QSize room) const;

private:
    void fill();

    Series& m_series;
    QLabel* m_head = nullptr;
    QListWidget* m_list = nullptr;
};

} // namespace mutoscope::ui
