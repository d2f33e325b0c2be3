#pragma once

#include <QObject>
#include <QTimer>
#include <QUdpSocket>

#include "p2p/discovery/local_network.h"

namespace mutoscope::discovery
{

/// The mDNS groups 224.0.0.251 and ff02::fb on every interface that takes multicast, loopback excepted. Port 5353 is shared with
/// whoever else is there (avahi, systemd-resolved). Looks for new interfaces now and then. Lives in one Qt thread.
class MulticastSockets final : public QObject, public MulticastPort
{
    Q_OBJECT

public:
    /// Network where there is no socket to be had. A machine without a network is no error: one may come.
    [[nodiscard]] static base::Result<std::unique_ptr<MulticastSockets>> open();

    const std::vector<Interface>& interfaces() const override { return m_interfaces; }
    void send(int interface, const std::string& bytes) override;
    void onReceived(std::function<void(const Datagram&)> received) override { m_received = std::move(received); }
    void onChange(std::function<void()> changed) override { m_changed = std::move(changed); }

private:
    MulticastSockets() = default;
    void look();
    void receive(QUdpSocket& socket);

    QUdpSocket m_ipv4;
    QUdpSocket m_ipv6;
    QTimer m_timer;
    std::vector<Interface> m_interfaces;
    std::map<int, QString> m_names; ///< of the interfaces, as scopes of link-local addresses
    std::set<int> m_joined4;
    std::set<int> m_joined6;
    std::set<int> m_active4; ///< of those, the ones that can be used just now
    std::set<int> m_active6;
    std::function<void(const Datagram&)> m_received;
    std::function<void()> m_changed;
};

} // namespace mutoscope::discovery
