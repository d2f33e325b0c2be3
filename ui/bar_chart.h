#pragma once

#include <vector>

#include <QWidget>

#include "p2p/base/types.h"

namespace mutoscope::ui
{

/// Amounts side by side as bars, the largest as high as the chart; what a bar stands for is its tool tip.
class BarChart : public QWidget
{
    Q_OBJECT

public:
    explicit BarChart(const QString& name);

    /// One label for each amount. Without amounts nothing is known.
    void setBars(std::vector<base::Tokens> amounts, QStringList labels);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF barAt(std::size_t number) const;

    QString m_name;
    std::vector<base::Tokens> m_amounts;
    QStringList m_labels;
};

} // namespace mutoscope::ui
