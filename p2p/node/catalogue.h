#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "p2p/content/segment_store.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/node/film_page.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::node
{

/// Searches the tracker's catalogue, and fetches posters from seeders: the tracker keeps no pictures, which it would have to
/// answer for, and a poster is known by its hash wherever it comes from. In the node's thread.
class Catalogue
{
public:
    static constexpr std::int64_t pageSize = 24;

    struct Parts {
        base::Executor& executor;
        base::Executor& disk;
        net::HttpClient& http; ///< to seeders
        wallet::TrackerClient& tracker;
        wallet::Wallet& wallet;
        content::SegmentStore& store;
        std::string network;
    };
    using Searched = std::function<void(FilmPage)>;
    using PosterCame = std::function<void(const base::ContentId&, const net::Body&)>;

    Catalogue(Parts parts, Searched searched, PosterCame posterCame);

    /// `searched` tells the outcome. Films that this tracker is asked for by its link: `mutoscope:ID?tracker=…`.
    void search(const std::string& text, const std::string& cursor);
    /// `posterCame` tells it once it is here; never where it can't be had. A few at a time, the latest wishes first.
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster);
    /// Who has given a film's poster: to be asked first when it is opened, as the connection may still be there.
    [[nodiscard]] std::optional<net::Endpoint> seederOf(const base::ContentId& content) const;

private:
    struct Wish {
        base::ContentId content;
        wire::ObjectRef poster;
    };
    void askTracker(const std::string& text, const std::string& cursor);
    void next();
    void lookForSeeders(const Wish& wish);
    void askSeeder(const Wish& wish, std::vector<net::Endpoint> seeders);
    void finish(const Wish& wish, const net::Body& bytes);

    Parts m_parts;
    Searched m_searched;
    PosterCame m_posterCame;
    discovery::TrackerSource m_seeders;
    std::deque<Wish> m_wishes; ///< the latest first
    std::set<base::Sha256> m_underWay;
    std::map<base::Sha256, net::Body> m_posters; ///< that came, a few
    std::deque<base::Sha256> m_kept;             ///< of them, the oldest first
    std::map<base::ContentId, net::Endpoint> m_answered; ///< of the films that were looked at, a few hundred
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::node
