#include "ui/table_delegates.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int iconSize = 18;

QRectF switchIn(const QRect& cell)
{
    constexpr double width = 34;
    constexpr double height = 18;
    return {cell.center().x() - width / 2, cell.center().y() - height / 2 + 0.5, width, height};
}

} // namespace

void SwitchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem row = option;
    row.features &= ~QStyleOptionViewItem::HasCheckIndicator;
    row.widget->style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
    if (!index.data(Qt::CheckStateRole).isValid())
        return;
    const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    const QRectF body = switchIn(option.rect);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const Colours& c = coloursOf(option.widget);
    painter->setPen(on ? QPen(Qt::NoPen) : QPen(c.muted, 1.2));
    painter->setBrush(on ? c.accent : QColor(Qt::transparent));
    painter->drawRoundedRect(body, body.height() / 2, body.height() / 2);
    const double inset = 3;
    const double size = body.height() - 2 * inset;
    painter->setPen(Qt::NoPen);
    painter->setBrush(on ? c.onAccent : c.muted);
    painter->drawEllipse(QRectF(on ? body.right() - inset - size : body.left() + inset, body.top() + inset, size, size));
    painter->restore();
}

bool SwitchDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem&, const QModelIndex& index)
{
    const QVariant state = index.data(Qt::CheckStateRole);
    const bool clicked = event->type() == QEvent::MouseButtonRelease;
    const bool pressed = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space;
    if (!state.isValid() || (!clicked && !pressed))
        return event->type() == QEvent::MouseButtonDblClick; // the second click is a click too
    return model->setData(index, state.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

void IconDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem row = option;
    row.widget->style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
    const Colours& c = coloursOf(option.widget);
    const QPointF centre = QRectF(option.rect).center();
    const QString icon = index.data(IconRole).toString();
    drawIcon(*painter, icon.isEmpty() ? m_icon : icon, QRectF(centre.x() - iconSize / 2.0, centre.y() - iconSize / 2.0, iconSize, iconSize),
             option.state.testFlag(QStyle::State_MouseOver) ? c.accentText : c.muted);
}

} // namespace mutoscope::ui
