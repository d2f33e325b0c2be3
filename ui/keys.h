#pragma once

#include <QDialog>

#include "ui/key_map.h"

class QGridLayout;
class QLabel;

namespace mutoscope::ui
{

/// The list of all keys, where each can be changed: a click on a key takes it away, a click on "+" waits for a new one. Deletes
/// itself. `map` must outlive it.
class KeysDialog : public QDialog
{
    Q_OBJECT

public:
    KeysDialog(KeyMap& map, QWidget* parent);

protected:
    /// While it waits for a key, that key is taken and nothing else happens.
    bool event(QEvent* event) override;

private:
    void fill();
    void await(Action action);
    void say(const QString& sentence);

    KeyMap& m_map;
    QWidget* m_list = nullptr;
    QLabel* m_hint = nullptr;
    std::optional<Action> m_awaited;
};

} // namespace mutoscope::ui
