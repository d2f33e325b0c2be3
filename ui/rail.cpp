#include "ui/rail.h"

#include <cmath>

#include <QAbstractButton>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int leastWidth = 76;
constexpr int buttonHeight = 50; // six of them fit into the smallest window
constexpr int pictureSize = 24;
constexpr int nameHeight = 18;

class RailButton final : public QAbstractButton
{
public:
    RailButton(const QString& name, QString iconName) : m_icon(std::move(iconName))
    {
        setText(name);
        setCheckable(true);
        setAutoExclusive(true);
        setAccessibleName(name);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        setFont(scaledFont(font(), 0.9));
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        return {std::max(leastWidth, fontMetrics().horizontalAdvance(text()) + 20), buttonHeight};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Colours& c = coloursOf(this);
        const double top = std::floor((height() - pictureSize - nameHeight + 1) / 2.0); // a low window squeezes it
        const QColor mark = c.accentText;
        const QColor ink = isChecked() || underMouse() ? c.text : c.muted;
        const QRectF body = QRectF(rect()).adjusted(6, 1, -6, -1);
        painter.setPen(hasFocus() ? QPen(mark, 1) : QPen(Qt::NoPen));
        painter.setBrush(isChecked() ? c.raised : QColor(Qt::transparent));
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9);
        drawIcon(painter, m_icon, QRectF((width() - pictureSize) / 2.0, top, pictureSize, pictureSize),
                 isChecked() ? mark : ink);
        painter.setPen(ink);
        painter.drawText(QRectF(0, top + pictureSize - 1, width(), nameHeight), Qt::AlignCenter, text());
    }

private:
    QString m_icon;
};

} // namespace

Rail::Rail()
{
    setObjectName(u"rail"_s);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 6, 0, 6);
    m_column->setSpacing(2);
    m_column->addStretch();
}

void Rail::addPage(const QString& name, const QString& iconName, const QString& key)
{
    const int page = static_cast<int>(m_buttons.size());
    auto* button = new RailButton(name, iconName);
    button->setToolTip(u"%1 (%2)"_s.arg(name, key));
    m_column->insertWidget(page, button);
    m_buttons.push_back(button);
    connect(button, &QAbstractButton::clicked, this, [this, page] { Q_EMIT chosen(page); });
}

void Rail::setCurrent(int page)
{
    m_buttons.at(static_cast<std::size_t>(page))->setChecked(true);
}

} // namespace mutoscope::ui
