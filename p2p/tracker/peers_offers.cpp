#include <algorithm>

#include "p2p/base/log.h"
#include "p2p/tracker/log_event.h"
#include "p2p/tracker/peers.h"

// What peers announce, for viewers who ask here (protocol §9).

namespace mutoscope::tracker
{

using namespace std::chrono_literals;
using base::Result;

namespace
{

constexpr auto offersWithin = 2s; ///< a viewer waits meanwhile
constexpr auto believed = 30s;
constexpr std::size_t maxFilms = 500; ///< remembered, as anybody can ask for any
constexpr std::size_t maxWaiting = 64; ///< for one film
constexpr auto maxAnswer = static_cast<std::int64_t>(wire::SeedersAnswer::maxBytes);

} // namespace

void Peers::offers(const base::ContentId& content, const base::PublicKey& asker, bool wait, OffersDone done)
{
    if (m_stopping)
        return done({});
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive), content, asker, wait, done = std::move(done)]() mutable {
        if (alive.lock())
            findOffers(content, asker, wait, std::move(done));
    });
}

void Peers::findOffers(const base::ContentId& content, const base::PublicKey& asker, bool wait, OffersDone done)
{
    if (m_stopping || m_peers.empty() || find(asker) != nullptr) // a peer asks for its viewers: no further
        return done({});
    const auto now = m_parts.clock.monotonic();
    if (m_films.size() >= maxFilms && !m_films.contains(content)) {
        std::erase_if(m_films, [now](const auto& each) { return each.second.underWay == 0 && each.second.until <= now; });
        if (m_films.size() >= maxFilms)
            return done({});
    }
    Film& film = m_films[content];
    if (film.underWay == 0 && film.until <= now) {
        film.until = now + believed;
        for (auto& [key, peer] : m_peers) // one that did not answer just now, too: it may be back
            askForOffers(peer, content, film);
    }
    if (wait && film.underWay > 0 && film.waiting.size() < maxWaiting)
        film.waiting.push_back(std::move(done));
    else
        done(film.all());
}

void Peers::askForOffers(Peer& peer, const base::ContentId& content, Film& film)
{
    ++film.underWay;
    wire::FindSeeders message;
    message.content = content;
    const base::PublicKey key = peer.settings.key();
    const auto question = request(std::move(message), key);
    send(peer, "findSeeders", question.bytes, {.timeout = offersWithin, .maxBody = maxAnswer},
         [this, key, content, payload = question.payload](const Result<net::HttpResponse>& response) {
             Film& asked = m_films.at(content); // stays while something is under way
             const auto answer = response ? wire::openAnswer<wire::SeedersAnswer>(response->status, *response->body, m_parts.network, key, payload)
                                          : Result<wire::Signed<wire::SeedersAnswer>>(tl::unexpected(response.error()));
             if (answer)
                 asked.offers[key] = ofPeer(answer->message.offers, key, content);
             else
                 asked.offers.erase(key);
             if (--asked.underWay > 0)
                 return;
             for (const OffersDone& done : std::exchange(asked.waiting, {}))
                 done(asked.all());
         });
}

/// Only what is to be paid at that peer, so that none speaks for a third one; an offer that its seeder did not sign is nobody's.
std::vector<std::string> Peers::ofPeer(const std::vector<std::string>& offers, const base::PublicKey& peer, const base::ContentId& content) const
{
    std::vector<std::string> right;
    for (const std::string& bytes : offers) {
        const auto offer = wire::open<wire::Offer>(bytes, m_parts.network, {wire::Role::Seeder});
        if (offer && offer->message.tracker == peer && offer->message.content == content)
            right.push_back(bytes);
        else
            qCWarning(logTracker, "%s", event("a peer's offer is not right", {{"peer", shortKey(peer)}}).c_str());
    }
    return right;
}

std::vector<std::string> Peers::Film::all() const
{
    std::vector<std::string> all;
    for (const auto& [peer, its] : offers)
        all.insert(all.end(), its.begin(), its.end());
    return all;
}

} // namespace mutoscope::tracker
