#include "ui/hover_card.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

constexpr int longestSide = 160;

} // namespace

HoverCard::HoverCard()
{
    setObjectName(u"hoverCard"_s);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    m_picture = new QLabel;
    m_picture->setObjectName(u"hoverPicture"_s);
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->setAccessibleName(tr("Picture of the film there"));
    m_time = makeLabel(QString(), u"plain"_s, Ground::Film);
    m_time->setObjectName(u"hoverTime"_s);
    m_time->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(5, 4, 5, 4);
    column->setSpacing(3);
    column->addWidget(m_picture);
    column->addWidget(m_time);
}

void HoverCard::present(const QString& time, const QImage& picture)
{
    m_time->setText(time);
    m_picture->setVisible(!picture.isNull());
    if (!picture.isNull()) {
        const qreal ratio = devicePixelRatioF();
        const QSize size = picture.size().scaled(longestSide, longestSide, Qt::KeepAspectRatio) * ratio;
        QPixmap pixmap = QPixmap::fromImage(picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        pixmap.setDevicePixelRatio(ratio);
        m_picture->setPixmap(pixmap);
    }
    layout()->activate();
    resize(layout()->sizeHint());
}

} // namespace mutoscope::ui
