#include "p2p/node/catalogue.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/discovery/content_link.h"
#include "p2p/wire/amount.h"

namespace mutoscope::node
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr std::size_t postersAtOnce = 4;
constexpr std::size_t mostWishes = 200;
constexpr std::size_t postersKept = 64;
constexpr std::size_t seedersTried = 3;
constexpr std::size_t mostAnswered = 300;

} // namespace

Catalogue::Catalogue(Parts parts, Searched searched, PosterCame posterCame)
    : m_parts(std::move(parts)), m_searched(std::move(searched)), m_posterCame(std::move(posterCame)),
      m_seeders(m_parts.tracker, m_parts.network)
{
}

// ---- searching ----

void Catalogue::search(const std::string& text, const std::string& cursor)
{
    m_parts.wallet.whenDecided([this, alive = std::weak_ptr(m_alive), text, cursor] {
        if (!alive.lock())
            return;
        if (m_parts.tracker.identity())
            return askTracker(text, cursor);
        m_searched({.text = text, .cursor = cursor, .films = {}, .next = {}, .problem = "The tracker can't be reached: " + m_parts.wallet.problem() + "."});
    });
}

void Catalogue::askTracker(const std::string& text, const std::string& cursor)
{
    wire::Search message;
    message.text = text.substr(0, wire::Search::maxText.value);
    message.cursor = cursor;
    message.limit = pageSize;
    m_parts.tracker.ask<wire::SearchAnswer>("search", std::move(message), [this, text, cursor](const base::Result<wire::Signed<wire::SearchAnswer>>& answer) {
        FilmPage page{.text = text, .cursor = cursor, .films = {}, .next = {}, .problem = {}};
        if (!answer) {
            page.problem = "The tracker's films can't be looked up: " + answer.error().message + ".";
            return m_searched(std::move(page));
        }
        page.next = answer->message.cursor;
        for (const wire::SearchHit& hit : answer->message.hits) {
            FoundFilm& film = page.films.emplace_back();
            film.content = hit.content;
            film.title = hit.title;
            film.description = hit.description;
            film.durationMs = hit.durationMs;
            film.size = hit.segmentBytes;
            if (hit.pricePerMiB) {
                if (const auto price = wire::amountDue(hit.segmentBytes, *hit.pricePerMiB))
                    film.price = *price;
            }
            film.seeders = hit.seeders;
            film.poster = hit.poster;
            film.link = discovery::toString({.content = hit.content, .tracker = m_parts.tracker.link(), .seeders = {}});
        }
        m_searched(std::move(page));
    });
}

// ---- posters ----

void Catalogue::fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster)
{
    if (const auto kept = m_posters.find(poster.sha256); kept != m_posters.end()) {
        m_parts.executor.post([this, alive = std::weak_ptr(m_alive), content, bytes = kept->second] {
            if (alive.lock())
                m_posterCame(content, bytes);
        });
        return;
    }
    if (poster.bytes.value() < 1 || poster.bytes.value() > static_cast<std::int64_t>(wire::maxPosterBytes) || m_underWay.contains(poster.sha256))
        return;
    std::erase_if(m_wishes, [&](const Wish& wish) { return wish.poster == poster; });
    m_wishes.push_front({content, poster});
    if (m_wishes.size() > mostWishes)
        m_wishes.pop_back();
    next();
}

void Catalogue::next()
{
    while (!m_wishes.empty() && m_underWay.size() < postersAtOnce) {
        const Wish wish = m_wishes.front();
        m_wishes.pop_front();
        m_underWay.insert(wish.poster.sha256);
        // A film that is here has its poster here.
        m_parts.disk.post([this, alive = std::weak_ptr(m_alive), wish, &store = m_parts.store, &executor = m_parts.executor] {
            const auto stored = store.get(wish.poster.sha256);
            const net::Body bytes = stored ? *stored : nullptr;
            executor.post([this, alive, wish, bytes] {
                if (!alive.lock())
                    return;
                if (bytes)
                    finish(wish, bytes);
                else
                    lookForSeeders(wish);
            });
        });
    }
}

void Catalogue::lookForSeeders(const Wish& wish)
{
    m_seeders.find(wish.content, [this, alive = std::weak_ptr(m_alive), wish](const base::Result<discovery::Offers>& offers, bool) {
        if (!alive.lock())
            return;
        std::vector<net::Endpoint> seeders;
        for (const auto& offer : offers.value_or(discovery::Offers())) {
            if (offer.message.endpoints.empty() || seeders.size() == seedersTried)
                continue;
            if (auto endpoint = net::parseEndpoint("https://" + offer.message.endpoints.front())) {
                endpoint->pin = offer.message.tlsPin;
                seeders.push_back(std::move(*endpoint));
            }
        }
        askSeeder(wish, std::move(seeders));
    });
}

void Catalogue::askSeeder(const Wish& wish, std::vector<net::Endpoint> seeders)
{
    if (seeders.empty())
        return finish(wish, nullptr);
    const net::Endpoint seeder = seeders.front();
    seeders.erase(seeders.begin());
    net::HttpRequest request{.method = "GET",
                             .target = "/v1/content/" + base::toHex(wish.content) + "/objects/" + base::toHex(wish.poster.sha256),
                             .body = {},
                             .peer = {}};
    m_parts.http.send(seeder, std::move(request), {.timeout = 5s, .maxBody = wire::maxPosterBytes},
                      [this, alive = std::weak_ptr(m_alive), wish, seeder, seeders](const base::Result<net::HttpResponse>& response) {
                          if (!alive.lock())
                              return;
                          if (!response || response->status != 200 || crypto::sha256(*response->body) != wish.poster.sha256)
                              return askSeeder(wish, seeders);
                          if (m_answered.size() >= mostAnswered)
                              m_answered.clear();
                          m_answered.insert_or_assign(wish.content, seeder);
                          finish(wish, response->body);
                      });
}

std::optional<net::Endpoint> Catalogue::seederOf(const base::ContentId& content) const
{
    const auto found = m_answered.find(content);
    return found == m_answered.end() ? std::nullopt : std::optional(found->second);
}

void Catalogue::finish(const Wish& wish, const net::Body& bytes)
{
    m_underWay.erase(wish.poster.sha256);
    if (bytes) {
        m_posters[wish.poster.sha256] = bytes;
        m_kept.push_back(wish.poster.sha256);
        if (m_kept.size() > postersKept) {
            m_posters.erase(m_kept.front());
            m_kept.pop_front();
        }
        m_posterCame(wish.content, bytes);
    }
    next();
}

} // namespace mutoscope::node
