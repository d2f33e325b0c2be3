#pragma once

#include <map>
#include <memory>

#include <QJsonObject>
#include <QString>

#include "app/demo/child_process.h"
#include "p2p/base/types.h"

namespace mutoscope::app
{

/// A tracker and seeders on this machine as processes of their own, on loopback, with all their state in one folder.
/// For the demo and for tests. Calls wait for the programs, each with a deadline.
class PrivateNetwork
{
public:
    /// `programs`: the folder of mutoscope-tracker and the others.
    PrivateNetwork(QString programs, QString folder);
    ~PrivateNetwork();
    PrivateNetwork(const PrivateNetwork&) = delete;
    PrivateNetwork& operator=(const PrivateNetwork&) = delete;

    [[nodiscard]] base::Result<void> startTracker();
    /// Publishes and seeds a film; gives its link. Packaging takes its time.
    [[nodiscard]] base::Result<QString> startSeeder(const QString& name, const QString& film, const QString& title,
                                                    const QString& pricePerMiB);
    /// Starts a seeder again that was stopped or killed.
    [[nodiscard]] base::Result<void> restartSeeder(const QString& name);
    [[nodiscard]] bool isRunning(const QString& name) const;
    /// On 127.0.0.1, as it said when it was started first.
    [[nodiscard]] quint16 seederPort(const QString& name) const;
    /// 0 where it does not run.
    [[nodiscard]] qint64 seederPid(const QString& name) const;
    void killSeeder(const QString& name);
    [[nodiscard]] base::Result<void> restartTracker();
    void stopTracker();
    /// Restarts it so that it takes contracts together with another one, which may owe it so much.
    [[nodiscard]] base::Result<void> addPeer(const QString& link, base::Tokens limit);
    /// One of the tracker's commands, to its end; gives its standard output.
    [[nodiscard]] base::Result<QByteArray> command(const QString& name, const QStringList& options = {});

    struct Addresses {
        QString ordinary;
        QString spend;
        QString income;
    };
    /// Of the node with this data folder, which must not be running.
    [[nodiscard]] base::Result<Addresses> addresses(const QString& name);
    /// The operator's gift.
    [[nodiscard]] base::Result<void> issue(const QString& address, base::Tokens amount);
    /// `mutoscope-tracker accounts --json`.
    [[nodiscard]] base::Result<QJsonObject> accounts();

    [[nodiscard]] const QString& trackerLink() const { return m_trackerLink; }
    [[nodiscard]] QString dataFolder(const QString& name) const;
    [[nodiscard]] QString program(const QString& name) const;
    /// What every node of this network is started with.
    [[nodiscard]] QStringList nodeArguments(const QString& name) const;

private:
    [[nodiscard]] QStringList seederArguments(const QString& name) const;

    QString m_programs;
    QString m_folder;
    QString m_config;
    QString m_trackerLink;
    std::unique_ptr<ChildProcess> m_tracker;
    std::map<QString, std::unique_ptr<ChildProcess>> m_seeders;
    std::map<QString, quint16> m_ports;
};

} // namespace mutoscope::app
