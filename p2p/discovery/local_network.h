#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/base/executor.h"
#include "p2p/crypto/random.h"
#include "p2p/discovery/dns_message.h"
#include "p2p/net/http.h"

namespace mutoscope::discovery
{

/// What the local network's protocol needs of the machine: interfaces, and datagrams to and from their mDNS groups.
class MulticastPort
{
public:
    struct Interface {
        int index = 0;
        std::vector<std::string> addresses; ///< IPv4 and IPv6 literals that others on its network can reach; no link-local ones

        bool operator==(const Interface&) const = default;
    };
    struct Datagram {
        int interface = 0;
        std::uint16_t port = 0; ///< the sender's
        std::string bytes;
    };

    virtual ~MulticastPort() = default;

    [[nodiscard]] virtual const std::vector<Interface>& interfaces() const = 0;
    /// To the groups of IPv4 and IPv6 on this interface, as far as it has each.
    virtual void send(int interface, const std::string& bytes) = 0;
    virtual void onReceived(std::function<void(const Datagram&)> received) = 0;
    /// An interface came, went, or has other addresses.
    virtual void onChange(std::function<void()> changed) = 0;
};

/// Finds seeders on the local network, and is found there: multicast DNS (RFC 6762) with service discovery (RFC 6763), without
/// another program's help and beside any. A seeder is an instance of `_mutoscope._tcp.local`, and of one subtype for each film
/// that it has: `_` and the first 16 bytes of the content id in hex. So one question finds who has it, and only they answer.
///
/// Instance and host are named by digits of the node's key: nobody else has them in good faith, so they are not probed for.
/// What it is told is a hint; who is found is asked for a signed offer. One thread.
class LocalNetwork
{
public:
    static constexpr std::chrono::milliseconds searchTime{3'500}; ///< with three questions in it
    static constexpr std::size_t maxInstances = 256;  ///< that are remembered
    static constexpr std::size_t maxHoldings = 1'024; ///< films of others that are remembered

    struct Parts {
        base::Executor& executor;
        const base::Clock& clock;
        crypto::Random& random;
        MulticastPort& port;
        std::string name; ///< of this node: letters and digits, 63 at most
    };

    explicit LocalNetwork(Parts parts);
    /// Says goodbye first.
    ~LocalNetwork();
    LocalNetwork(const LocalNetwork&) = delete;
    LocalNetwork& operator=(const LocalNetwork&) = delete;

    struct Service {
        std::uint16_t port = 0;
        /// IP address it listens at; empty, or that of "any", where it is each interface's.
        std::string host;
        std::set<base::ContentId> films;

        bool operator==(const Service&) const = default;
    };
    /// What this node gives from now on. Nothing: it says goodbye.
    void serve(std::optional<Service> service);

    using Found = std::function<void(const net::Endpoint&)>;
    /// `found` for each address of each holder, each once; `ended` after searchTime.
    void find(const base::ContentId& content, Found found, std::function<void()> ended);

private:
    using Milliseconds = std::chrono::milliseconds;
    /// On one interface: the same machine may be on several, at other addresses.
    struct InstanceKey {
        int interface = 0;
        dns::Name name;
        auto operator<=>(const InstanceKey&) const = default;
    };
    struct Instance {
        dns::Place place;
        Milliseconds expires{};
    };
    struct Addresses {
        std::set<std::string> literals;
        Milliseconds updated{};
        Milliseconds expires{};
    };
    struct Search {
        base::ContentId content;
        Found found;
        std::function<void()> ended;
        std::set<std::string> told;
    };
    struct Answer {
        std::set<dns::Name> asked; ///< names of PTR records that are wanted
        bool place = false;        ///< the service's SRV, TXT
        bool address = false;      ///< the host's addresses
        base::Executor::TimerId timer = 0;
    };

    // Asking
    void ask(const std::shared_ptr<Search>& search, int round);
    void tell(Search& search);
    void take(int interface, const dns::Message& message);
    void remember(int interface, const dns::Record& record);
    void forgetExpired();

    // Answering
    void receive(const MulticastPort::Datagram& datagram);
    void hear(int interface, const dns::Message& query);
    void answerLater(int interface);
    void answer(int interface);
    void announce(int round);
    void sayGoodbye(const std::set<base::ContentId>& films, bool all);
    void send(int interface, dns::Message message);
    [[nodiscard]] std::vector<std::string> addressesOn(int interface) const;
    [[nodiscard]] dns::Record pointer(const dns::Name& name, std::uint32_t ttl) const;
    [[nodiscard]] std::vector<dns::Record> details(int interface, std::uint32_t ttl) const;

    Parts m_parts;
    const dns::Name m_instance;
    const dns::Name m_host;
    std::optional<Service> m_service;
    std::map<dns::Name, base::ContentId> m_subtypes; ///< of our own films
    std::map<int, Answer> m_answers;                 ///< that wait, by interface
    std::map<std::pair<int, dns::Name>, Milliseconds> m_said; ///< when a name's record was sent to an interface
    base::Executor::TimerId m_announceTimer = 0;

    std::map<InstanceKey, Instance> m_instances;
    std::map<InstanceKey, Addresses> m_hosts;
    std::map<std::pair<InstanceKey, dns::Name>, Milliseconds> m_holdings; ///< instance and subtype, until when
    std::vector<std::shared_ptr<Search>> m_searches;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

/// The subtype's full name.
[[nodiscard]] dns::Name subtypeOf(const base::ContentId& content);

} // namespace mutoscope::discovery
