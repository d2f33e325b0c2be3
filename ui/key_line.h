#pragma once

#include <QWidget>

#include "p2p/node/node.h"

class QLabel;

namespace mutoscope::ui
{

class Button;

/// Where the wallet's key rests, and what can be done with it: its words, its passphrase, the other place, the lock.
class KeyLine : public QWidget
{
    Q_OBJECT

public:
    explicit KeyLine(node::Node& node);

    void refresh();

private:
    node::Node& m_node;
    QLabel* m_sentence = nullptr;
    Button* m_words = nullptr;
    Button* m_passphrase = nullptr;
    Button* m_move = nullptr;
    Button* m_lock = nullptr;
};

} // namespace mutoscope::ui
