#include "p2p/discovery/dht_source.h"

#include "p2p/base/encoding.h"

namespace mutoscope::discovery
{

using namespace std::chrono_literals;
using base::ErrorCode;
using torrent::TorrentSession;

namespace
{

constexpr std::size_t mostInList = 16;
constexpr auto announceAgain = 15min; ///< nodes forget after 30 (BEP 5)
constexpr auto betweenFilms = 500ms;  ///< each is a walk through the network
constexpr auto lookAgain = 2s;        ///< whether there is a network
constexpr auto askAgainAfter = 1'200ms; ///< where nothing was found yet: the session may just have begun, and datagrams get lost

} // namespace

TorrentSession::Key dhtKeyOf(const base::ContentId& content)
{
    return TorrentSession::keyOf("mutoscope.content.v1" + std::string(content.raw()));
}

std::string dhtSaltOf(const base::ContentId& content)
{
    return "mutoscope.v1." + base::toHex(content.raw().substr(0, 16));
}

std::string seederList(const std::vector<std::string>& endpoints)
{
    std::string text;
    for (std::size_t i = 0; i < endpoints.size() && i < mostInList; ++i) {
        if (text.size() + 1 + endpoints[i].size() <= TorrentSession::Item::maxValue)
            text += (text.empty() ? "" : " ") + endpoints[i];
    }
    return text;
}

std::vector<net::Endpoint> readSeederList(std::string_view text)
{
    std::vector<net::Endpoint> endpoints;
    while (!text.empty() && endpoints.size() < mostInList) {
        const auto end = std::min(text.find(' '), text.size());
        if (auto endpoint = net::parseEndpoint("https://" + std::string(text.substr(0, end))))
            endpoints.push_back(std::move(*endpoint));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return endpoints;
}

// ---- finding ----

DhtSource::~DhtSource()
{
    for (const auto search : m_searches)
        m_session.forget(search);
}

void DhtSource::find(const Wanted& wanted, Found found)
{
    const auto round = m_asker.begin(wanted.content, std::move(found));
    std::vector<TorrentSession::SearchId> searches;
    searches.push_back(m_session.findPeers(dhtKeyOf(wanted.content), [round](const std::vector<TorrentSession::Peer>& peers) {
        for (const TorrentSession::Peer& peer : peers)
            round->add({.host = peer.host, .port = peer.port, .pin = {}});
    }));
    if (wanted.publisher) {
        searches.push_back(m_session.findItem(*wanted.publisher, dhtSaltOf(wanted.content), [round](const std::string& value) {
            for (const net::Endpoint& seeder : readSeederList(value))
                round->add(seeder);
        }));
    }
    m_searches.insert(searches.begin(), searches.end());
    m_parts.executor.after(askAgainAfter, [this, alive = std::weak_ptr(m_alive), round, search = searches.front()] {
        if (alive.lock() && round->asked() == 0)
            m_session.askAgain(search);
    });
    m_parts.executor.after(searchTime, [this, alive = std::weak_ptr(m_alive), round, searches] {
        if (!alive.lock())
            return round->end();
        for (const auto search : searches) {
            m_session.forget(search);
            m_searches.erase(search);
        }
        if (m_session.dhtNodes() == 0)
            round->end(base::Error{ErrorCode::Unavailable, "no node of the DHT has answered"});
        else
            round->end();
    });
}

// ---- being found ----

DhtAnnouncer::DhtAnnouncer(TorrentSession& session, base::Executor& executor, const crypto::NodeKey& key, OfferSource* others)
    : m_session(session), m_executor(executor), m_key(key), m_others(others)
{
}

DhtAnnouncer::~DhtAnnouncer()
{
    m_executor.cancel(m_timer);
}

void DhtAnnouncer::serve(std::uint16_t port, std::vector<std::string> endpoints, std::set<Film> films)
{
    const bool same = port == m_port && endpoints == m_endpoints;
    for (const Film& film : films) {
        if (!same || !m_films.contains(film))
            m_due.push_back(film);
    }
    std::erase_if(m_due, [&](const Film& film) { return !films.contains(film); });
    m_port = port;
    m_endpoints = std::move(endpoints);
    m_films = std::move(films);
    if (m_due.empty())
        return; // the next round comes when it comes
    m_executor.cancel(m_timer);
    m_timer = m_executor.after(0ms, [this] { announceNext(); });
}

void DhtAnnouncer::announceNext()
{
    m_timer = 0;
    if (m_films.empty())
        return;
    if (m_session.dhtNodes() == 0) { // as right after the start: what is said to nobody is lost
        m_timer = m_executor.after(lookAgain, [this] { announceNext(); });
        return;
    }
    if (m_due.empty()) {
        m_due.assign(m_films.begin(), m_films.end());
        m_timer = m_executor.after(announceAgain, [this] { announceNext(); });
        return;
    }
    const Film film = m_due.back();
    m_due.pop_back();
    m_session.announce(dhtKeyOf(film.content), m_port);
    if (film.isOwn && !m_endpoints.empty())
        putList(film.content);
    m_timer = m_executor.after(betweenFilms, [this] { announceNext(); });
}

/// This node, and where each of the others is reached best.
void DhtAnnouncer::putList(const base::ContentId& content)
{
    const auto seeders = std::make_shared<std::vector<std::string>>(m_endpoints);
    const auto put = [this, content, seeders] {
        m_session.putItem({m_key.publicKey(), dhtSaltOf(content), seederList(*seeders)},
                          [&key = m_key](std::string_view text) { return key.sign(text); });
    };
    if (m_others == nullptr)
        return put();
    m_others->find(content, [this, alive = std::weak_ptr(m_alive), seeders, put](const base::Result<Offers>& offers, bool more) {
        if (!alive.lock())
            return;
        for (const auto& offer : offers ? *offers : Offers()) {
            if (offer.message.seeder != m_key.publicKey() && !offer.message.endpoints.empty())
                seeders->push_back(offer.message.endpoints.front());
        }
        if (!more)
            put();
    });
}

} // namespace mutoscope::discovery
