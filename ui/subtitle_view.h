#pragma once

#include <vector>

#include <QPixmap>
#include <QWidget>

#include "player/subtitles.h"

namespace mutoscope::ui
{

/// Draws subtitles over a film: outlined, as large as the picture asks for. As large as its text, hidden without one; takes no
/// mouse.
class SubtitleView : public QWidget
{
    Q_OBJECT

public:
    /// `isNative`: it lies over a native window, so it can't be seen through and has a ground of its own.
    SubtitleView(QWidget* parent, bool isNative);

    void show(const std::vector<player::Cue>& cues);
    /// `area`: where it may be, in the parent; `picture`: the film's picture in it. Text at the lower edge stands in the black below the
    /// picture where there is room for it, otherwise over the picture's lower edge, and never below `area`.
    void place(const QRect& area, const QRect& picture);

    [[nodiscard]] const std::vector<player::Cue>& cues() const { return m_cues; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void layOut();

    std::vector<player::Cue> m_cues;
    QRect m_area;
    QRect m_picture;
    QPixmap m_drawn;
    bool m_isNative;
};

} // namespace mutoscope::ui
