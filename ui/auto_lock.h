#pragma once

#include <chrono>

#include <QObject>
#include <QTimer>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"

namespace mutoscope::ui
{

/// Locks the wallet when nobody has touched the program for some time, as whoever comes to the computer then may be somebody else.
/// Not while a film is open or anything is seeded: a lock would end that. UI thread.
class AutoLock : public QObject
{
    Q_OBJECT

public:
    /// Both outlive it.
    AutoLock(node::Node& node, const base::Clock& clock, QObject* parent = nullptr);

    /// 0: never.
    void setAfter(std::chrono::minutes time);
    /// Locks if it is time; comes by itself, too.
    void look();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] bool isBusy() const;

    node::Node& m_node;
    const base::Clock& m_clock;
    std::chrono::minutes m_after{0};
    std::chrono::milliseconds m_touched;
    QTimer m_timer;
};

} // namespace mutoscope::ui
