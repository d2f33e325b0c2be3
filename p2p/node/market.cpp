#include "p2p/node/market.h"

#include <algorithm>
#include <utility>

namespace mutoscope::node
{

Market::~Market()
{
    m_parts.executor.cancel(m_timer);
}

void Market::watch(const std::vector<base::ContentId>& films)
{
    std::map<base::ContentId, Film> watched;
    for (const base::ContentId& content : films) {
        const auto known = m_films.find(content);
        watched[content] = known == m_films.end() ? Film() : known->second;
    }
    m_films = std::move(watched);
    if (!m_underWay)
        schedule();
}

std::optional<base::Tokens> Market::cheapest(const base::ContentId& content) const
{
    const auto film = m_films.find(content);
    return film == m_films.end() ? std::nullopt : film->second.cheapest;
}

/// For the film that was not asked about for longest.
void Market::schedule()
{
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    if (m_films.empty())
        return;
    const auto next = std::ranges::min_element(m_films, {}, [](const auto& film) { return film.second.asked.value_or(std::chrono::milliseconds(-1)); });
    const auto now = m_parts.clock.monotonic();
    const auto due = next->second.asked ? *next->second.asked + again - now : std::chrono::milliseconds(0);
    m_timer = m_parts.executor.after(std::max(due, pause), [this, content = next->first] {
        m_timer = 0;
        const auto film = m_films.find(content);
        if (film == m_films.end())
            return schedule();
        film->second.asked = m_parts.clock.monotonic();
        m_underWay = true;
        m_parts.offers.find({content}, [this, content, alive = std::weak_ptr(m_alive), isFirst = true](const base::Result<discovery::Offers>& offers, bool more) mutable {
            if (!alive.lock())
                return;
            take(content, offers, std::exchange(isFirst, false));
            if (more)
                return;
            m_underWay = false;
            schedule();
        });
    });
}

void Market::take(const base::ContentId& content, const base::Result<discovery::Offers>& offers, bool isFirst)
{
    const auto film = m_films.find(content);
    if (film == m_films.end() || !offers)
        return; // what was known stays
    const auto before = film->second.cheapest;
    if (isFirst)
        film->second.cheapest.reset();
    for (const auto& offer : *offers) {
        if (offer.message.seeder != m_parts.self)
            film->second.cheapest = std::min(offer.message.pricePerMiB, film->second.cheapest.value_or(offer.message.pricePerMiB));
    }
    if (film->second.cheapest != before)
        m_parts.changed();
}

} // namespace mutoscope::node
