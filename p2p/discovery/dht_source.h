#pragma once

#include <set>

#include "p2p/crypto/node_key.h"
#include "p2p/discovery/offer_asker.h"
#include "p2p/torrent/torrent_session.h"

namespace mutoscope::discovery
{

/// Seeders by the BitTorrent Mainline DHT: a seeder announces itself under SHA-1("mutoscope.content.v1" ‖ content id), and a
/// publisher keeps a list of its film's seeders in a mutable item of its own. Both give addresses only, which are asked for
/// signed offers. In the session's thread; the session's DHT is switched by whoever owns it.
class DhtSource final : public OfferSource
{
public:
    static constexpr std::chrono::milliseconds searchTime{8'000};

    DhtSource(torrent::TorrentSession& session, OfferAsker::Parts parts) : m_session(session), m_parts(parts), m_asker(std::move(parts)) {}
    ~DhtSource() override;

    void find(const Wanted& wanted, Found found) override;

private:
    torrent::TorrentSession& m_session;
    OfferAsker::Parts m_parts;
    OfferAsker m_asker;
    std::set<torrent::TorrentSession::SearchId> m_searches;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

/// What this node says in the DHT, again and again as long as it is told to.
class DhtAnnouncer
{
public:
    /// A film, and whether this node's key has signed its manifest.
    struct Film {
        base::ContentId content;
        bool isOwn = false;
        auto operator<=>(const Film&) const = default;
    };

    /// The key must outlive the session, `others` the announcer: it knows other seeders of own films, which are then listed, too.
    DhtAnnouncer(torrent::TorrentSession& session, base::Executor& executor, const crypto::NodeKey& key,
                 OfferSource* others = nullptr);
    ~DhtAnnouncer();
    DhtAnnouncer(const DhtAnnouncer&) = delete;
    DhtAnnouncer& operator=(const DhtAnnouncer&) = delete;

    /// `port` is where others reach this node at the address that the DHT sees; `endpoints`, as in an offer, are for the lists of own films.
    void serve(std::uint16_t port, std::vector<std::string> endpoints, std::set<Film> films);

private:
    void announceNext();
    void putList(const base::ContentId& content);

    torrent::TorrentSession& m_session;
    base::Executor& m_executor;
    const crypto::NodeKey& m_key;
    OfferSource* m_others; ///< may be none
    std::uint16_t m_port = 0;
    std::vector<std::string> m_endpoints;
    std::set<Film> m_films;
    std::vector<Film> m_due; ///< in this round
    base::Executor::TimerId m_timer = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

[[nodiscard]] torrent::TorrentSession::Key dhtKeyOf(const base::ContentId& content);
[[nodiscard]] std::string dhtSaltOf(const base::ContentId& content);
/// A mutable item's value: endpoints as in an offer (host:port, or at a relay) with spaces between, as many as have room.
[[nodiscard]] std::string seederList(const std::vector<std::string>& endpoints);
[[nodiscard]] std::vector<net::Endpoint> readSeederList(std::string_view text);

} // namespace mutoscope::discovery
