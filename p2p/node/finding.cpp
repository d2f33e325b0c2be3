#include "p2p/node/finding.h"

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/crypto/hash.h"
#include "p2p/discovery/local_source.h"
#include "p2p/wire/message.h"

namespace mutoscope::node
{

using discovery::SourceKind;

namespace
{

struct File {
    std::vector<std::string> on;

    template <class F>
    void fields(F& f)
    {
        f("on", on, wire::MaxSize{8}, wire::MaxSize{16});
    }
};

constexpr std::size_t maxBytes = 1024;

} // namespace

Finding::Finding(Parts parts)
    : m_parts(std::move(parts)), m_tracker(m_parts.tracker, m_parts.asker.rules.network), m_finder(m_parts.changed), m_payable(m_finder, m_parts.tracker, m_parts.clock), m_on(load())
{
    for (const SourceKind kind : m_on)
        start(kind);
}

Finding::~Finding() = default;

void Finding::turn(SourceKind kind, bool on)
{
    if (m_on.contains(kind) == on)
        return;
    if (on) {
        m_on.insert(kind);
        start(kind);
    } else {
        m_on.erase(kind);
        m_finder.turnOff(kind);
        stop(kind);
    }
    File file;
    for (const SourceKind each : m_on)
        file.on.emplace_back(wire::enumName(each));
    if (const auto written = base::writeFileDurably(m_parts.file, wire::encodeFields(file)); !written)
        qCWarning(logNode) << "the choice of sources can't be kept:" << written.error().message.c_str();
}

void Finding::start(SourceKind kind)
{
    switch (kind) {
    case SourceKind::Tracker:
        return m_finder.put(kind, std::make_unique<discovery::TrackerSource>(m_parts.tracker, m_parts.asker.rules.network));
    case SourceKind::Link:
        return m_finder.put(kind, std::make_unique<discovery::LinkSource>(m_parts.asker));
    case SourceKind::LocalNetwork:
        return startLocalNetwork();
    case SourceKind::Dht:
        return startDht();
    }
}

void Finding::stop(SourceKind kind)
{
    if (kind == SourceKind::LocalNetwork) {
        m_localNetwork.reset(); // says goodbye
        m_sockets.reset();
    }
    if (kind == SourceKind::Dht) {
        m_announcer.reset();
        m_parts.torrents.switchDht(false);
    }
}

void Finding::startLocalNetwork()
{
    auto sockets = discovery::MulticastSockets::open();
    if (!sockets)
        return m_finder.setProblem(SourceKind::LocalNetwork, sockets.error().message);
    m_sockets = std::move(*sockets);
    const std::string name = base::toHex(crypto::ordinaryAddress(m_parts.key.publicKey())).substr(0, 16);
    m_localNetwork = std::make_unique<discovery::LocalNetwork>(
        discovery::LocalNetwork::Parts{m_parts.asker.executor, m_parts.clock, m_parts.random, *m_sockets, name});
    tellOthers();
    m_finder.put(SourceKind::LocalNetwork, std::make_unique<discovery::LocalSource>(*m_localNetwork, m_parts.asker));
}

void Finding::startDht()
{
    m_parts.torrents.switchDht(true);
    m_announcer = std::make_unique<discovery::DhtAnnouncer>(m_parts.torrents, m_parts.asker.executor, m_parts.key, &m_tracker);
    tellOthers();
    m_finder.put(SourceKind::Dht, std::make_unique<discovery::DhtSource>(m_parts.torrents, m_parts.asker));
}

void Finding::serve(Served served)
{
    m_served = std::move(served);
    tellOthers();
}

void Finding::tellOthers()
{
    if (!m_served)
        return;
    if (m_localNetwork) {
        discovery::LocalNetwork::Service service{.port = m_served->port, .host = m_served->host, .films = {}};
        for (const auto& film : m_served->films)
            service.films.insert(film.content);
        m_localNetwork->serve(std::move(service));
    }
    if (!m_announcer)
        return;
    // The DHT tells others the address that it sees, so only the port counts.
    std::uint16_t port = m_served->port;
    for (const std::string& text : m_served->endpoints) {
        if (const auto endpoint = net::parseEndpoint("https://" + text); endpoint && !endpoint->relayed) {
            port = endpoint->port;
            break;
        }
    }
    m_announcer->serve(port, m_served->endpoints, m_served->films);
}

/// A file that can't be read counts as none: what is switched on then is harmless, and the next choice replaces it.
Finding::Kinds Finding::load() const
{
    const auto text = base::readFile(m_parts.file, maxBytes);
    if (!text) {
        if (text.error().code != base::ErrorCode::NotFound)
            qCWarning(logNode) << "the choice of sources can't be read:" << text.error().message.c_str();
        return m_parts.otherwise;
    }
    const auto file = wire::decodeFields<File>(*text, {.maxBytes = maxBytes, .maxDepth = 2, .maxValues = 16});
    if (!file) {
        qCWarning(logNode) << m_parts.file.c_str() << "can't be read:" << file.error().message.c_str();
        return m_parts.otherwise;
    }
    Kinds on;
    for (const std::string& name : file->on) {
        SourceKind kind{};
        if (wire::enumFromName(name, kind))
            on.insert(kind);
    }
    return on;
}

} // namespace mutoscope::node
