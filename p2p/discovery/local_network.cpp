#include "p2p/discovery/local_network.h"

#include <algorithm>
#include <array>

#include <QHostAddress>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"

namespace mutoscope::discovery
{

using namespace std::chrono_literals;

namespace
{

constexpr std::uint16_t mdnsPort = 5353;
constexpr std::size_t packet = 1'400; ///< so that no network has to cut it
constexpr std::uint32_t longTtl = 4'500; ///< RFC 6762 §10: of names that don't depend on an address
constexpr std::uint32_t hostTtl = 120;
constexpr auto quietTime = 1s; ///< §6: between two times that a record goes to one interface
/// §6 asks for 20 to 120 ms where several may answer at once. A film on a home's network has a few holders: a shorter spread
/// keeps them apart, and a viewer waits less.
constexpr unsigned spreadMs = 40;
constexpr std::size_t filmsAnnounced = 100;
constexpr std::size_t addressesTaken = 8; ///< of one host

const dns::Name& serviceName()
{
    static const dns::Name name = dns::nameOf("_mutoscope._tcp.local");
    return name;
}

/// What there are services of (RFC 6763 §9).
const dns::Name& listName()
{
    static const dns::Name name = dns::nameOf("_services._dns-sd._udp.local");
    return name;
}

bool endsWith(const dns::Name& name, const dns::Name& end)
{
    return name.size() > end.size() && std::equal(end.rbegin(), end.rend(), name.rbegin());
}

std::string rawAddress(const std::string& literal)
{
    const QHostAddress address(QString::fromStdString(literal));
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 value = address.toIPv4Address();
        return {static_cast<char>(value >> 24 & 0xFF), static_cast<char>(value >> 16 & 0xFF), static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
    }
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    return {reinterpret_cast<const char*>(&bytes), 16};
}

/// Empty for what nobody can be at.
std::string literalOf(const std::string& raw)
{
    QHostAddress address;
    if (raw.size() == 4) {
        quint32 value = 0;
        for (const char byte : raw)
            value = value << 8 | static_cast<std::uint8_t>(byte);
        address.setAddress(value);
    } else {
        address.setAddress(reinterpret_cast<const quint8*>(raw.data()));
    }
    if (address.isMulticast() || address.isBroadcast() || address.isLinkLocal() || address.isLoopback() ||
        address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6)
        return {};
    return address.toString().toStdString();
}

} // namespace

dns::Name subtypeOf(const base::ContentId& content)
{
    dns::Name name{"_" + base::toHex(content.raw().substr(0, 16)), "_sub"};
    name.insert(name.end(), serviceName().begin(), serviceName().end());
    return name;
}

LocalNetwork::LocalNetwork(Parts parts)
    : m_parts(std::move(parts)), m_instance([this] {
          dns::Name name{m_parts.name};
          name.insert(name.end(), serviceName().begin(), serviceName().end());
          return name;
      }()),
      m_host{"mutoscope-" + m_parts.name.substr(0, 40), "local"}
{
    m_parts.port.onReceived([this](const MulticastPort::Datagram& datagram) { receive(datagram); });
    m_parts.port.onChange([this] { announce(0); });
}

LocalNetwork::~LocalNetwork()
{
    m_parts.port.onReceived({});
    m_parts.port.onChange({});
    serve(std::nullopt);
    m_parts.executor.cancel(m_announceTimer);
    for (const auto& [interface, answer] : m_answers)
        m_parts.executor.cancel(answer.timer);
}

// ---- what this node gives ----

void LocalNetwork::serve(std::optional<Service> service)
{
    if (service == m_service)
        return;
    std::set<base::ContentId> gone;
    if (m_service) {
        gone = m_service->films;
        if (service) {
            for (const base::ContentId& film : service->films)
                gone.erase(film);
        }
        sayGoodbye(gone, !service);
    }
    m_service = std::move(service);
    m_subtypes.clear();
    if (m_service) {
        for (const base::ContentId& film : m_service->films)
            m_subtypes.emplace(subtypeOf(film), film);
    }
    announce(0);
}

/// §8.3: twice, a second apart.
void LocalNetwork::announce(int round)
{
    m_parts.executor.cancel(std::exchange(m_announceTimer, 0));
    if (!m_service || m_service->films.empty())
        return;
    for (const auto& interface : m_parts.port.interfaces()) {
        const auto more = details(interface.index, longTtl);
        if (addressesOn(interface.index).empty())
            continue;
        dns::Message message{.id = 0, .isResponse = true, .questions = {}, .answers = more, .others = {}};
        message.answers.push_back(pointer(serviceName(), longTtl));
        std::size_t films = 0;
        for (const auto& [subtype, film] : m_subtypes) {
            if (++films > filmsAnnounced)
                break; // they are found by asking
            m_said[{interface.index, subtype}] = m_parts.clock.monotonic();
            message.answers.push_back(pointer(subtype, longTtl));
            if (message.answers.size() >= 20)
                send(interface.index, std::exchange(message, {.id = 0, .isResponse = true, .questions = {}, .answers = {}, .others = {}}));
        }
        if (!message.answers.empty())
            send(interface.index, std::move(message));
    }
    if (round == 0)
        m_announceTimer = m_parts.executor.after(1s, [this] { announce(1); });
}

void LocalNetwork::sayGoodbye(const std::set<base::ContentId>& films, bool all)
{
    dns::Message message{.id = 0, .isResponse = true, .questions = {}, .answers = {}, .others = {}};
    if (all)
        message.answers.push_back(pointer(serviceName(), 0));
    const auto flush = [&] {
        for (const auto& interface : m_parts.port.interfaces())
            send(interface.index, message);
        message.answers.clear();
    };
    std::size_t count = 0;
    for (const base::ContentId& film : films) {
        if (++count > filmsAnnounced)
            break;
        message.answers.push_back(pointer(subtypeOf(film), 0));
        if (message.answers.size() >= 20)
            flush();
    }
    if (!message.answers.empty())
        flush();
}

dns::Record LocalNetwork::pointer(const dns::Name& name, std::uint32_t ttl) const
{
    return {.name = name, .type = dns::typePtr, .flush = false, .ttl = ttl, .data = m_instance};
}

std::vector<std::string> LocalNetwork::addressesOn(int interface) const
{
    const auto& all = m_parts.port.interfaces();
    const auto it = std::ranges::find(all, interface, &MulticastPort::Interface::index);
    if (it == all.end() || !m_service)
        return {};
    const QHostAddress host(QString::fromStdString(m_service->host));
    if (m_service->host.empty() || host == QHostAddress::AnyIPv6)
        return it->addresses;
    std::vector<std::string> addresses;
    for (const std::string& each : it->addresses) {
        const QHostAddress address(QString::fromStdString(each));
        const bool isIpv4 = address.protocol() == QAbstractSocket::IPv4Protocol;
        if (host == QHostAddress::AnyIPv4 ? isIpv4 : address == host)
            addresses.push_back(each);
    }
    return addresses;
}

/// Where the service is: SRV, TXT, and the addresses on this interface.
std::vector<dns::Record> LocalNetwork::details(int interface, std::uint32_t ttl) const
{
    std::vector<dns::Record> records;
    if (!m_service)
        return records;
    const std::uint32_t shortTtl = std::min(ttl, hostTtl);
    records.push_back({.name = m_instance, .type = dns::typeSrv, .flush = true, .ttl = shortTtl, .data = dns::Place{m_service->port, m_host}});
    records.push_back({.name = m_instance, .type = dns::typeTxt, .flush = true, .ttl = ttl, .data = std::string("\11txtvers=1")});
    for (const std::string& address : addressesOn(interface)) {
        const std::string raw = rawAddress(address);
        records.push_back({.name = m_host, .type = raw.size() == 4 ? dns::typeA : dns::typeAaaa, .flush = true, .ttl = shortTtl, .data = raw});
    }
    return records;
}

void LocalNetwork::send(int interface, dns::Message message)
{
    auto bytes = dns::write(message, packet);
    while (!bytes && !message.questions.empty() && !message.answers.empty()) { // what is known need not be said
        message.answers.pop_back();
        bytes = dns::write(message, packet);
    }
    if (!bytes)
        bytes = dns::write(message);
    if (bytes)
        m_parts.port.send(interface, *bytes);
    else
        qCWarning(logDiscovery) << "nothing can be said to the local network:" << bytes.error().message.c_str();
}

// ---- what others ask ----

void LocalNetwork::receive(const MulticastPort::Datagram& datagram)
{
    const auto message = dns::read(datagram.bytes);
    if (!message) {
        qCDebug(logDiscovery) << "dropped a datagram of the local network:" << message.error().message.c_str();
        return;
    }
    if (!message->isResponse)
        hear(datagram.interface, *message);
    else if (datagram.port == mdnsPort) // §6: from elsewhere it may come from beyond this network
        take(datagram.interface, *message);
}

void LocalNetwork::hear(int interface, const dns::Message& query)
{
    if (!m_service || m_service->films.empty() || addressesOn(interface).empty())
        return;
    const auto isKnown = [&](const dns::Name& name) { // §7.1: and not about to expire
        return std::ranges::any_of(query.answers, [&](const dns::Record& record) {
            const auto* target = std::get_if<dns::Name>(&record.data);
            return record.type == dns::typePtr && record.name == name && target && *target == m_instance && record.ttl >= longTtl / 2;
        });
    };
    Answer wanted;
    for (const dns::Question& question : query.questions) {
        const bool any = question.type == dns::typeAny;
        const bool isPointer = question.name == serviceName() || question.name == listName() || m_subtypes.contains(question.name);
        if (isPointer && (any || question.type == dns::typePtr) && !isKnown(question.name))
            wanted.asked.insert(question.name);
        if (question.name == m_instance && (any || question.type == dns::typeSrv || question.type == dns::typeTxt))
            wanted.place = true;
        if (question.name == m_host && (any || question.type == dns::typeA || question.type == dns::typeAaaa))
            wanted.address = true;
    }
    if (wanted.asked.empty() && !wanted.place && !wanted.address)
        return;
    Answer& waiting = m_answers[interface];
    waiting.asked.merge(wanted.asked);
    waiting.place = waiting.place || wanted.place;
    waiting.address = waiting.address || wanted.address;
    answerLater(interface);
}

void LocalNetwork::answerLater(int interface)
{
    Answer& waiting = m_answers[interface];
    if (waiting.timer != 0)
        return;
    std::array<std::uint8_t, 1> chance{};
    m_parts.random.fill(chance);
    Milliseconds delay(chance[0] % (spreadMs + 1));
    // What was said a moment ago is not said again at once, but it is said: who asks may have come just now.
    const Milliseconds now = m_parts.clock.monotonic();
    Milliseconds quiet{};
    for (const dns::Name& name : waiting.asked) {
        if (const auto said = m_said.find({interface, name}); said != m_said.end())
            quiet = std::max(quiet, said->second + quietTime - now);
    }
    waiting.timer = m_parts.executor.after(std::max(delay, quiet), [this, interface] { answer(interface); });
}

void LocalNetwork::answer(int interface)
{
    const Answer wanted = std::exchange(m_answers[interface], {});
    if (!m_service || addressesOn(interface).empty())
        return;
    dns::Message message{.id = 0, .isResponse = true, .questions = {}, .answers = {}, .others = {}};
    const Milliseconds now = m_parts.clock.monotonic();
    for (const dns::Name& name : wanted.asked) {
        if (name == listName())
            message.answers.push_back({.name = name, .type = dns::typePtr, .flush = false, .ttl = longTtl, .data = serviceName()});
        else if (name == serviceName() || m_subtypes.contains(name))
            message.answers.push_back(pointer(name, longTtl));
        m_said[{interface, name}] = now;
    }
    std::erase_if(m_said, [now](const auto& each) { return each.second + quietTime < now; });
    if (message.answers.empty() && !wanted.place && !wanted.address)
        return;
    (message.answers.empty() ? message.answers : message.others) = details(interface, longTtl);
    send(interface, std::move(message));
}

// ---- what this node looks for ----

void LocalNetwork::find(const base::ContentId& content, Found found, std::function<void()> ended)
{
    auto search = std::make_shared<Search>(Search{.content = content, .found = std::move(found), .ended = std::move(ended), .told = {}});
    m_searches.push_back(search);
    // Not before find() has returned.
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive), search] {
        if (!alive.lock())
            return;
        forgetExpired();
        tell(*search); // what was heard before
        ask(search, 0);
    });
    m_parts.executor.after(searchTime, [this, alive = std::weak_ptr(m_alive), search] {
        if (!alive.lock())
            return;
        std::erase(m_searches, search);
        search->ended();
    });
}

/// §5.2: again after one second, then after two.
void LocalNetwork::ask(const std::shared_ptr<Search>& search, int round)
{
    const dns::Name subtype = subtypeOf(search->content);
    const Milliseconds now = m_parts.clock.monotonic();
    for (const auto& interface : m_parts.port.interfaces()) {
        dns::Message query;
        query.questions.push_back({subtype, dns::typePtr, false});
        for (const auto& [holding, expires] : m_holdings) {
            const auto rest = std::chrono::duration_cast<std::chrono::seconds>(expires - now).count();
            if (holding.first.interface == interface.index && holding.second == subtype && rest >= longTtl / 2)
                query.answers.push_back({.name = subtype,
                                         .type = dns::typePtr,
                                         .flush = false,
                                         .ttl = static_cast<std::uint32_t>(rest),
                                         .data = holding.first.name});
        }
        send(interface.index, std::move(query));
    }
    if (round < 2) {
        m_parts.executor.after(round == 0 ? 1s : 2s, [this, alive = std::weak_ptr(m_alive), search, round] {
            if (alive.lock())
                ask(search, round + 1);
        });
    }
}

void LocalNetwork::take(int interface, const dns::Message& message)
{
    for (const auto* section : {&message.answers, &message.others}) {
        for (const dns::Record& record : *section)
            remember(interface, record);
    }
    for (const auto& search : std::vector(m_searches))
        tell(*search);
}

void LocalNetwork::remember(int interface, const dns::Record& record)
{
    const Milliseconds now = m_parts.clock.monotonic();
    const Milliseconds expires = now + std::chrono::seconds(std::min(record.ttl, longTtl));
    const auto hasRoom = [&](const auto& map, const auto& key, std::size_t most) {
        if (map.size() >= most)
            forgetExpired();
        return map.contains(key) || map.size() < most;
    };
    if (const auto* target = std::get_if<dns::Name>(&record.data)) {
        if (!endsWith(record.name, serviceName()) || !endsWith(*target, serviceName()) || *target == m_instance)
            return;
        const std::pair key{InstanceKey{interface, *target}, record.name};
        if (record.ttl == 0)
            m_holdings.erase(key);
        else if (hasRoom(m_holdings, key, maxHoldings))
            m_holdings[key] = expires;
    } else if (const auto* place = std::get_if<dns::Place>(&record.data)) {
        if (!endsWith(record.name, serviceName()) || record.name == m_instance)
            return;
        const InstanceKey key{interface, record.name};
        if (record.ttl == 0)
            m_instances.erase(key);
        else if (hasRoom(m_instances, key, maxInstances))
            m_instances[key] = {*place, expires};
    } else if (record.type == dns::typeA || record.type == dns::typeAaaa) {
        const std::string literal = literalOf(std::get<std::string>(record.data));
        const InstanceKey key{interface, record.name};
        // Of our kind of host only: the network's others are not ours to remember.
        if (literal.empty() || record.name == m_host || record.name.empty() || !record.name.front().starts_with("mutoscope-"))
            return;
        if (record.ttl == 0) {
            m_hosts.erase(key);
        } else if (hasRoom(m_hosts, key, maxInstances)) {
            Addresses& addresses = m_hosts[key];
            if (record.flush && addresses.updated + 1s < now) // §10.2: what is older than this message's others goes
                addresses.literals.clear();
            addresses.updated = now;
            if (addresses.literals.size() < addressesTaken)
                addresses.literals.insert(literal);
            addresses.expires = expires;
        }
    }
}

void LocalNetwork::forgetExpired()
{
    const Milliseconds now = m_parts.clock.monotonic();
    std::erase_if(m_holdings, [now](const auto& each) { return each.second <= now; });
    std::erase_if(m_instances, [now](const auto& each) { return each.second.expires <= now; });
    std::erase_if(m_hosts, [now](const auto& each) { return each.second.expires <= now; });
}

void LocalNetwork::tell(Search& search)
{
    const dns::Name subtype = subtypeOf(search.content);
    std::vector<net::Endpoint> fresh;
    for (const auto& [holding, expires] : m_holdings) {
        if (holding.second != subtype)
            continue;
        const auto instance = m_instances.find(holding.first);
        if (instance == m_instances.end() || instance->second.place.port == 0)
            continue;
        const auto host = m_hosts.find({holding.first.interface, instance->second.place.host});
        if (host == m_hosts.end())
            continue;
        for (const std::string& literal : host->second.literals) {
            if (search.told.insert(literal + " " + std::to_string(instance->second.place.port)).second)
                fresh.push_back({.host = literal, .port = instance->second.place.port, .pin = {}});
        }
    }
    const Found found = search.found;
    for (const net::Endpoint& endpoint : fresh)
        found(endpoint);
}

} // namespace mutoscope::discovery
