#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "p2p/base/clock.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/discovery/film_health.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::discovery
{

/// Asks a film's seeders whether they are there, each at its addresses at once, for the offer that anybody may hear. Whom to ask the
/// tracker tells; the local network and the DHT are left alone, as this is done for films that were only seen in a list. All on
/// the executor's thread.
class HealthCheck
{
public:
    static constexpr std::size_t filmsAtOnce = 4;
    static constexpr std::size_t mostWishes = 100;
    static constexpr std::size_t seedersAsked = 6;
    static constexpr std::size_t addressesAsked = 3;              ///< of each
    static constexpr std::chrono::milliseconds patience{4'000};
    static constexpr std::chrono::milliseconds keptFor{60'000};   ///< not asked again within this

    struct Parts {
        base::Executor& executor;
        const base::Clock& clock;
        net::HttpClient& http; ///< to seeders
        wallet::TrackerClient& tracker;
        wallet::Wallet& wallet;
        std::string network;
    };
    using Checked = std::function<void(const FilmHealth&)>;

    HealthCheck(Parts parts, Checked checked) : m_parts(std::move(parts)), m_checked(std::move(checked)), m_seeders(m_parts.tracker, m_parts.network) {}

    /// A few at a time, the latest wishes first. `checked` tells each once, never before this returns.
    void check(const base::ContentId& content);

private:
    struct Asked;
    void next();
    void lookForSeeders(const base::ContentId& content);
    void ask(const base::ContentId& content, const Offers& offers);
    void finish(FilmHealth health);

    Parts m_parts;
    Checked m_checked;
    TrackerSource m_seeders;
    std::deque<base::ContentId> m_wishes; ///< the latest first
    std::set<base::ContentId> m_underWay;
    struct Kept {
        FilmHealth health;
        std::chrono::milliseconds since{};
    };
    std::map<base::ContentId, Kept> m_kept; ///< not older than keptFor
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::discovery
