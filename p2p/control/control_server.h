#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>

#include <QLocalServer>

#include "p2p/base/executor.h"
#include "p2p/control/messages.h"

class QLocalSocket;

namespace mutoscope::control
{

/// Where the node with this data folder is to be found by processes of the same person.
[[nodiscard]] QString socketName(const std::filesystem::path& dataFolder);

/// Serves a node to other processes at a local socket in its data folder, which only its owner can open. In the thread of the
/// facade. Each client sees the latest snapshot, and all signals; one that does not read is dropped.
class ControlServer final : public QObject
{
    Q_OBJECT

public:
    struct Limits {
        int clients = 8;
        qint64 unread = 16 * 1024 * 1024;        ///< that a client may leave unread when a signal comes
        std::chrono::milliseconds patience{30'000}; ///< without reading anything while something waits
    };

    ControlServer(node::Node& node, base::Executor& executor, Limits limits, QObject* parent = nullptr);
    ControlServer(node::Node& node, base::Executor& executor, QObject* parent = nullptr) : ControlServer(node, executor, Limits(), parent) {}
    ~ControlServer() override;

    /// Makes the folder where there is none. Conflict where another process serves this folder; Io where the name is too long
    /// for a socket, or the like. The node works without.
    [[nodiscard]] base::Result<void> listen(const std::filesystem::path& dataFolder);

    [[nodiscard]] std::size_t clients() const { return m_clients.size(); }

private:
    struct Client {
        std::unique_ptr<QLocalSocket> socket;
        std::shared_ptr<const std::vector<node::LibraryFilm>> library; ///< that it has
        std::shared_ptr<const std::vector<wire::HistoryEntry>> history; ///< that it has
        bool isBehind = false;                                         ///< the snapshot changed while something was unread
        base::Executor::TimerId patience = 0;
    };

    void accept();
    void read(Client& client);
    void tell(Client& client);
    void write(Client& client, const std::string& line);
    void written(Client& client);
    void watch(Client& client);
    void drop(QLocalSocket* socket);
    void dropSoon(QLocalSocket* socket);
    template <auto signal>
    void pass();

    node::Node& m_node;
    base::Executor& m_executor;
    const Limits m_limits;
    QLocalServer m_server;
    std::map<QLocalSocket*, Client> m_clients;
    std::array<std::string, 4> m_lines; ///< the snapshot's, with and without what is large, made when they are needed
};

} // namespace mutoscope::control
