#pragma once

#include <QFrame>

#include "p2p/node/node.h"

class QLabel;

namespace mutoscope::ui
{

class Button;

/// One line below the window's top as long as something is to be done about the wallet's key: there is none, it is locked, can't be had,
/// or is not backed up. Its button opens the dialog that helps.
class KeyBanner : public QFrame
{
    Q_OBJECT

public:
    explicit KeyBanner(node::Node& node);

    void refresh();
    /// As if the button had been pressed.
    void act();

private:
    void restore();

    node::Node& m_node;
    QLabel* m_sentence = nullptr;
    Button* m_go = nullptr;
    Button* m_restore = nullptr; ///< where the key can't be had
};

} // namespace mutoscope::ui
