#pragma once

#include <QDialog>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace mutoscope::ui
{

class Button;

/// Makes permits for a film that was published here: a key goes in, a link comes out. Window-modal; deletes itself.
class PermitDialog : public QDialog
{
    Q_OBJECT

public:
    PermitDialog(node::Node& node, const base::Clock& clock, const node::SeededTitle& film, QWidget* parent);

private:
    QWidget* makeForm();
    QWidget* makeOutcome();
    [[nodiscard]] base::UnixMs expires() const;
    void judge();
    void make();
    void take(const QString& link, const QString& problem);
    void save();

    node::Node& m_node;
    const base::Clock& m_clock;
    base::ContentId m_content;
    QString m_title;
    bool m_waits = false;
    QLineEdit* m_key = nullptr;
    QComboBox* m_time = nullptr;
    QLabel* m_hint = nullptr;
    QWidget* m_outcome = nullptr;
    QLineEdit* m_link = nullptr;
    Button* m_go = nullptr;
};

} // namespace mutoscope::ui
