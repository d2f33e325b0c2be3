#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include <QLocalSocket>

#include "p2p/control/mirror.h"

namespace mutoscope::control
{

/// The node of another process of the same person, by its data folder. stop() ends that process's node.
class RemoteNode final : public Mirror
{
    Q_OBJECT

public:
    /// Waits for the first snapshot. NotFound where no node runs with this data folder; Timeout where one does and does not
    /// answer; WrongData where it is of another version; Io where its socket can't be opened.
    [[nodiscard]] static base::Result<std::unique_ptr<RemoteNode>> connect(const std::filesystem::path& dataFolder,
                                                                           std::chrono::milliseconds patience);

Q_SIGNALS:
    /// The other process is gone, or has dropped us; after `stopped` where it said so.
    void lost(const QString& why);

private:
    RemoteNode();
    void transmit(std::string line) override;
    void read();

    QLocalSocket m_socket;
    QString m_problem; ///< why we have ended the connection
    bool m_isKnown = false; ///< a snapshot has come
};

} // namespace mutoscope::control
