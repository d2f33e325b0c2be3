#include "p2p/discovery/health_check.h"

#include <algorithm>
#include <limits>

#include "p2p/base/encoding.h"
#include "p2p/crypto/node_key.h"

namespace mutoscope::discovery
{

/// The film whose seeders are being asked.
struct HealthCheck::Asked {
    FilmHealth health;
    int requests = 0; ///< under way
    std::chrono::milliseconds begun{};
};

void HealthCheck::check(const base::ContentId& content)
{
    const auto now = m_parts.clock.monotonic();
    std::erase_if(m_kept, [now](const auto& each) { return now - each.second.since >= keptFor; });
    if (const auto kept = m_kept.find(content); kept != m_kept.end()) {
        m_parts.executor.post([this, alive = std::weak_ptr(m_alive), health = kept->second.health] {
            if (alive.lock())
                m_checked(health);
        });
        return;
    }
    if (m_underWay.contains(content))
        return;
    std::erase(m_wishes, content);
    m_wishes.push_front(content);
    if (m_wishes.size() > mostWishes)
        m_wishes.pop_back();
    next();
}

void HealthCheck::next()
{
    while (!m_wishes.empty() && m_underWay.size() < filmsAtOnce) {
        const base::ContentId content = m_wishes.front();
        m_wishes.pop_front();
        m_underWay.insert(content);
        m_parts.wallet.whenDecided([this, alive = std::weak_ptr(m_alive), content] {
            if (alive.lock())
                lookForSeeders(content);
        });
    }
}

void HealthCheck::lookForSeeders(const base::ContentId& content)
{
    m_seeders.find(content, [this, alive = std::weak_ptr(m_alive), content](const base::Result<Offers>& offers, bool) {
        if (!alive.lock())
            return;
        if (offers)
            ask(content, *offers);
        else
            finish({.content = content, .seeders = {}, .problem = offers.error().message});
    });
}

void HealthCheck::ask(const base::ContentId& content, const Offers& offers)
{
    const auto asked = std::make_shared<Asked>();
    asked->health.content = content;
    asked->begun = m_parts.clock.monotonic();
    const net::HttpRequest request{.method = "GET", .target = "/v1/content/" + base::toHex(content) + "/offer", .body = {}, .peer = {}};
    for (const auto& offer : offers) {
        if (asked->health.seeders.size() == seedersAsked)
            break;
        const std::size_t number = asked->health.seeders.size();
        asked->health.seeders.push_back({.name = base::toHex(offer.message.seeder).substr(0, 8) + "…",
                                         .pricePerMiB = offer.message.pricePerMiB,
                                         .complete = offer.message.complete,
                                         .answeredMs = {}});
        for (std::size_t i = 0; i < std::min(addressesAsked, offer.message.endpoints.size()); ++i) {
            auto endpoint = net::parseEndpoint("https://" + offer.message.endpoints[i]);
            if (!endpoint)
                continue;
            endpoint->pin = offer.message.tlsPin;
            ++asked->requests;
            m_parts.http.send(*endpoint, request, {.timeout = patience, .maxBody = wire::Offer::maxBytes},
                              [this, alive = std::weak_ptr(m_alive), asked, number](const base::Result<net::HttpResponse>& response) {
                                  if (!alive.lock())
                                      return;
                                  auto& answered = asked->health.seeders[number].answeredMs;
                                  if (response && response->status == 200 && !answered)
                                      answered = (m_parts.clock.monotonic() - asked->begun).count();
                                  if (--asked->requests == 0)
                                      finish(std::move(asked->health));
                              });
        }
    }
    if (asked->requests == 0)
        finish(std::move(asked->health));
}

void HealthCheck::finish(FilmHealth health)
{
    std::ranges::sort(health.seeders, {}, [](const SeederHealth& seeder) {
        return std::pair(seeder.answeredMs.value_or(std::numeric_limits<std::int64_t>::max()), seeder.pricePerMiB);
    });
    m_underWay.erase(health.content);
    if (health.problem.empty())
        m_kept[health.content] = {health, m_parts.clock.monotonic()};
    m_checked(health);
    next();
}

} // namespace mutoscope::discovery
