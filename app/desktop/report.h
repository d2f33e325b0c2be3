#pragma once

#include <optional>

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "p2p/node/node.h"
#include "player/player.h"

namespace mutoscope::app
{

/// Watches one viewing from the opening of its link to the settled contract and writes what happened as one JSON object:
/// for the demo, tests and benchmarks. UI thread.
class Report final : public QObject
{
    Q_OBJECT

public:
    Report(node::Node& node, player::Player& player, QString file, QObject* parent = nullptr);

    /// The link is about to be opened: times count from here.
    void start();

Q_SIGNALS:
    /// Written, or it could not be. After the end of the film, or after a failure that nothing but a person can mend.
    void done();

private:
    void look();
    void noteState(player::State state);
    void ended();
    void write();

    node::Node& m_node;
    player::Player& m_player;
    QString m_file;
    QElapsedTimer m_clock;
    QTimer m_patience; ///< for the wallet to show what was settled
    QStringList m_errors;
    std::optional<qint64> m_firstFrameMs;
    std::optional<base::Tokens> m_spendBefore;
    bool m_ran = false; ///< it has played
    std::optional<qint64> m_stalledSince;
    int m_stalls = 0;
    qint64 m_stalledMs = 0;
    bool m_playedToEnd = false;
    bool m_written = false;
};

} // namespace mutoscope::app
