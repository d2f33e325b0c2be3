#pragma once

#include <QFrame>
#include <QImage>

class QLabel;

namespace mutoscope::ui
{

/// Over the pointer on the seek bar: the time there, and a picture of the film where there is one. Takes no mouse.
class HoverCard : public QFrame
{
    Q_OBJECT

public:
    HoverCard();
    /// Sizes itself.
    void present(const QString& time, const QImage& picture);

private:
    QLabel* m_picture = nullptr;
    QLabel* m_time = nullptr;
};

} // namespace mutoscope::ui
