#pragma once

#include <QDialog>

#include "p2p/node/node.h"

class QGridLayout;
class QLabel;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;

/// One contract of the wallet's history: what was agreed, delivered and paid, and the papers that prove it. They are checked here,
/// without the tracker. Window-modal; deletes itself.
class ContractDialog : public QDialog
{
    Q_OBJECT

public:
    /// `film` is its title, empty where it isn't known.
    ContractDialog(node::Node& node, const base::ContractId& contract, const QString& film, QWidget* parent);

private:
    void take(const node::ContractPage& page);
    void showTerms();
    void addRow(const QString& name, const QString& value);
    void verify();
    void save();
    void say(const QString& text, const QString& role);

    node::Node& m_node;
    node::ContractPage m_page;
    QGridLayout* m_grid = nullptr;
    QLabel* m_outcome = nullptr;
    Button* m_save = nullptr;
    Button* m_verify = nullptr;
};

} // namespace mutoscope::ui
