#include "p2p/discovery/multicast_sockets.h"

#include <QNetworkDatagram>
#include <QNetworkInterface>
#include <QVariant>

#include "p2p/base/log.h"

namespace mutoscope::discovery
{

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{

constexpr quint16 port = 5353;
constexpr auto lookAgain = 30s;
constexpr int hops = 255; // RFC 6762 §11
constexpr int datagramsAtOnce = 64; ///< then others have their turn

const QHostAddress& group4()
{
    static const QHostAddress group(u"224.0.0.251"_s);
    return group;
}

QHostAddress group6(const QString& scope)
{
    QHostAddress group(u"ff02::fb"_s);
    group.setScopeId(scope);
    return group;
}

} // namespace

base::Result<std::unique_ptr<MulticastSockets>> MulticastSockets::open()
{
    std::unique_ptr<MulticastSockets> sockets(new MulticastSockets);
    const auto share = QUdpSocket::ShareAddress | QUdpSocket::ReuseAddressHint;
    const bool has4 = sockets->m_ipv4.bind(QHostAddress(QHostAddress::AnyIPv4), port, share);
    const bool has6 = sockets->m_ipv6.bind(QHostAddress(QHostAddress::AnyIPv6), port, share);
    if (!has4 && !has6)
        return base::fail(base::ErrorCode::Network, "port 5353 can't be shared: " + sockets->m_ipv4.errorString().toStdString());
    for (QUdpSocket* socket : {&sockets->m_ipv4, &sockets->m_ipv6}) {
        if (socket->state() != QAbstractSocket::BoundState)
            continue;
        socket->setSocketOption(QAbstractSocket::MulticastTtlOption, hops);
        socket->setSocketOption(QAbstractSocket::MulticastLoopbackOption, 1); // other nodes on this machine
        connect(socket, &QUdpSocket::readyRead, sockets.get(), [owner = sockets.get(), socket] { owner->receive(*socket); });
    }
    connect(&sockets->m_timer, &QTimer::timeout, sockets.get(), &MulticastSockets::look);
    sockets->m_timer.start(lookAgain);
    sockets->look();
    return sockets;
}

void MulticastSockets::look()
{
    std::vector<Interface> found;
    std::map<int, QString> names;
    std::set<int> active4;
    std::set<int> active6;
    std::set<int> there;
    for (const QNetworkInterface& each : QNetworkInterface::allInterfaces()) {
        there.insert(each.index());
        const auto flags = each.flags();
        const bool fits = flags.testFlag(QNetworkInterface::IsUp) && flags.testFlag(QNetworkInterface::IsRunning) &&
                          flags.testFlag(QNetworkInterface::CanMulticast) && !flags.testFlag(QNetworkInterface::IsLoopBack);
        if (!fits)
            continue;
        Interface interface{.index = each.index(), .addresses = {}};
        bool is4 = false;
        bool is6 = false;
        for (const QNetworkAddressEntry& entry : each.addressEntries()) {
            const QHostAddress address = entry.ip();
            is4 = is4 || address.protocol() == QAbstractSocket::IPv4Protocol;
            is6 = is6 || address.protocol() == QAbstractSocket::IPv6Protocol;
            if (!address.isLinkLocal() && interface.addresses.size() < 8)
                interface.addresses.push_back(address.toString().toStdString());
        }
        // Joined once: the system keeps it while the interface is there, up or down, and refuses a second time.
        if (is4 && m_ipv4.state() == QAbstractSocket::BoundState && !m_joined4.contains(each.index()) && m_ipv4.joinMulticastGroup(group4(), each))
            m_joined4.insert(each.index());
        if (is6 && m_ipv6.state() == QAbstractSocket::BoundState && !m_joined6.contains(each.index()) &&
            m_ipv6.joinMulticastGroup(group6(each.name()), each))
            m_joined6.insert(each.index());
        if (is4 && m_joined4.contains(each.index()))
            active4.insert(each.index());
        if (is6 && m_joined6.contains(each.index()))
            active6.insert(each.index());
        if (!active4.contains(each.index()) && !active6.contains(each.index()))
            continue;
        names[each.index()] = each.name();
        found.push_back(std::move(interface));
    }
    const bool changed = found != m_interfaces;
    m_interfaces = std::move(found);
    m_names = std::move(names);
    m_active4 = std::move(active4);
    m_active6 = std::move(active6);
    const auto isGone = [&there](int index) { return !there.contains(index); };
    std::erase_if(m_joined4, isGone);
    std::erase_if(m_joined6, isGone);
    if (changed && m_changed)
        m_changed();
}

void MulticastSockets::send(int interface, const std::string& bytes)
{
    const QByteArray data = QByteArray::fromStdString(bytes);
    const auto write = [&](QUdpSocket& socket, const QHostAddress& group) {
        QNetworkDatagram datagram(data, group, port);
        datagram.setInterfaceIndex(static_cast<uint>(interface));
        datagram.setHopLimit(hops);
        if (socket.writeDatagram(datagram) < 0)
            qCDebug(logDiscovery) << "a datagram can't be sent:" << socket.errorString();
    };
    if (m_active4.contains(interface))
        write(m_ipv4, group4());
    if (m_active6.contains(interface))
        write(m_ipv6, group6(m_names[interface]));
}

void MulticastSockets::receive(QUdpSocket& socket)
{
    for (int i = 0; i < datagramsAtOnce && socket.hasPendingDatagrams(); ++i) {
        const QNetworkDatagram datagram = socket.receiveDatagram(static_cast<qint64>(dns::maxMessage) + 1);
        const int interface = static_cast<int>(datagram.interfaceIndex());
        if (m_received && m_names.contains(interface))
            m_received({.interface = interface, .port = static_cast<std::uint16_t>(datagram.senderPort()), .bytes = datagram.data().toStdString()});
    }
    if (socket.hasPendingDatagrams())
        QMetaObject::invokeMethod(this, [this, &socket] { receive(socket); }, Qt::QueuedConnection);
}

} // namespace mutoscope::discovery
