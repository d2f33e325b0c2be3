#pragma once

#include <QWidget>

#include "p2p/node/node.h"

class QCheckBox;
class QDoubleSpinBox;
class QTimeEdit;
class QVBoxLayout;

namespace mutoscope::ui
{

class TokenField;

/// The rules for seeding, each with its switch. A change is handed to the node as soon as it is made.
class RulesForm : public QWidget
{
    Q_OBJECT

public:
    enum class Extent { All, Brief }; ///< Brief: what somebody is asked who begins

    explicit RulesForm(node::Node& node, Extent extent = Extent::All);

    /// Shows what the node has, but for a field that is just being typed in.
    void refresh();

private:
    /// A number with a switch beside it; 0 where it is off.
    struct Limit {
        QCheckBox* on = nullptr;
        QDoubleSpinBox* field = nullptr;
        double unit = 1; ///< what 1 in the field stands for

        void show(double value, double usual) const;
        [[nodiscard]] double value() const;
    };

    [[nodiscard]] Limit addLimit(QVBoxLayout* column, const QString& name, const QString& objectName, const QString& unitName, double unit, int decimals);
    [[nodiscard]] QDoubleSpinBox* makeNumber(const QString& name, const QString& objectName, const QString& unitName, int decimals);
    void addSchedule(QVBoxLayout* column);
    void addRelays(QVBoxLayout* column);
    void hand();
    [[nodiscard]] bool isBeingTyped() const;

    node::Node& m_node;
    QCheckBox* m_watched = nullptr;
    TokenField* m_price = nullptr;
    Limit m_quota;
    Limit m_free;
    Limit m_upload;
    QCheckBox* m_scheduled = nullptr;
    QTimeEdit* m_from = nullptr;
    QTimeEdit* m_to = nullptr;
    Limit m_ratio;
    Limit m_hours;
    Limit m_relayPrice;
    QDoubleSpinBox* m_relayPerDay = nullptr;
    Limit m_port;
    bool m_showing = false; ///< what changes is not the person's doing
};

} // namespace mutoscope::ui
