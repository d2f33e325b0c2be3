#pragma once

#include <optional>

#include <QProcess>
#include <QTimer>

#include "app/node/task.h"

namespace mutoscope::app
{

/// `play LINK`: has the node buy the film for a player that fetches it from the node's address, and tells what happens, one
/// event a line. Ends with the player it has started, when the viewing is ended elsewhere, or by a signal; the contract is
/// closed with its last receipt before.
class PlayCommand final : public QObject
{
    Q_OBJECT

public:
    explicit PlayCommand(Task& task);

    void start();

private:
    void look();
    void sayStage(const node::Viewing& viewing);
    void chooseQuality(const node::Viewing& viewing);
    void decide(const node::Viewing& viewing);
    void startPlayer(const QUrl& url);
    void conclude(int status, const QString& reason);
    void endIfSettled(bool patienceIsOver);

    Task& m_task;
    base::ContentId m_content;
    std::optional<base::Tokens> m_cap;
    std::optional<std::int64_t> m_height; ///< of the quality that was asked for, at most
    std::string m_before; ///< the viewing that was there before ours, as text
    bool m_isOurs = false;
    std::optional<node::Stage> m_stage;
    std::int64_t m_receipted = 0;
    bool m_isApproved = false;
    QUrl m_gateway;
    QProcess m_player;
    std::optional<int> m_status; ///< it is ending
    QTimer m_patience;
};

} // namespace mutoscope::app
