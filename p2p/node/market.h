#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "p2p/base/clock.h"
#include "p2p/base/executor.h"
#include "p2p/discovery/offer_source.h"

namespace mutoscope::node
{

/// What others ask for the films that this node seeds: looked up in turns, each film now and then, never two at once. All on the
/// executor's thread.
class Market
{
public:
    static constexpr std::chrono::minutes again{10};      ///< for a film, at the earliest
    static constexpr std::chrono::milliseconds pause{2'000}; ///< between two films

    struct Parts {
        base::Executor& executor;
        const base::Clock& clock;
        discovery::OfferSource& offers;
        base::PublicKey self;
        std::function<void()> changed;
    };

    explicit Market(Parts parts) : m_parts(std::move(parts)) {}
    ~Market();
    Market(const Market&) = delete;
    Market& operator=(const Market&) = delete;

    /// These from now on; what is known of the others is forgotten.
    void watch(const std::vector<base::ContentId>& films);
    /// For each MiB, at the cheapest other seeder; none where nobody else offers it, or it isn't known.
    [[nodiscard]] std::optional<base::Tokens> cheapest(const base::ContentId& content) const;

private:
    struct Film {
        std::optional<std::chrono::milliseconds> asked; ///< monotonic
        std::optional<base::Tokens> cheapest;
    };
    void schedule();
    void take(const base::ContentId& content, const base::Result<discovery::Offers>& offers, bool isFirst);

    Parts m_parts;
    std::map<base::ContentId, Film> m_films;
    bool m_underWay = false;
    base::Executor::TimerId m_timer = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::node
