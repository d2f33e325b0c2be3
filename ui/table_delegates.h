#pragma once

#include <QStyledItemDelegate>

/// Cells of tables that are more than text.
namespace mutoscope::ui
{

/// A check box that is drawn as a switch; toggled by mouse and Space as any check box of a table.
class SwitchDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index) override;
};

/// A cell that is an icon, its model's or else the delegate's; the table's clicked() says that it was pressed.
class IconDelegate final : public QStyledItemDelegate
{
public:
    static constexpr int IconRole = Qt::UserRole + 100;

    IconDelegate(QString icon, QObject* parent) : QStyledItemDelegate(parent), m_icon(std::move(icon)) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QString m_icon;
};

} // namespace mutoscope::ui
