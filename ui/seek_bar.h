#pragma once

#include <vector>

#include <QSlider>

#include "p2p/node/snapshot.h"

namespace mutoscope::ui
{

/// Milliseconds of film from left to right: played, bought in this viewing, here from before, and still away. A click or a drag
/// goes to exactly there; a QSlider, so that it is one for screen readers and the keyboard too.
class SeekBar : public QSlider
{
    Q_OBJECT

public:
    SeekBar();

    /// Does nothing while the person drags.
    void setPosition(std::int64_t ms);
    void setDuration(std::int64_t ms);
    /// What is on disk, and which parts of it were bought in this viewing.
    void setRanges(const std::vector<node::TimeRange>& here, const std::vector<node::TimeRange>& bought);
    [[nodiscard]] const std::vector<node::TimeRange>& here() const { return m_here; }

    /// Where ranges are drawn, in this widget's pixels, left to right.
    [[nodiscard]] std::vector<QRectF> hereRects() const { return rectsOf(m_here); }
    [[nodiscard]] std::vector<QRectF> boughtRects() const { return rectsOf(m_bought); }
    [[nodiscard]] double xOf(std::int64_t ms) const;
    [[nodiscard]] std::int64_t msAt(double x) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Once for each click or drag, when the button is let go: each place that is sought on the way would be bought.
    void sought(qint64 ms);
    void hovered(qint64 ms, int x);
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] QRectF groove() const;
    [[nodiscard]] std::vector<QRectF> rectsOf(const std::vector<node::TimeRange>& ranges) const;

    std::vector<node::TimeRange> m_here;
    std::vector<node::TimeRange> m_bought;
    bool m_dragging = false;
    bool m_inside = false;
};

} // namespace mutoscope::ui
