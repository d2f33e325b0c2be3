#pragma once

#include <map>
#include <memory>

#include "p2p/discovery/offer_source.h"
#include "p2p/discovery/source_status.h"

namespace mutoscope::discovery
{

/// All sources as one. Asks them all at once and hands on what each finds as it comes, so that a slow one keeps nobody waiting.
/// A seeder's offer is handed on once, and again only where another source has a newer one, which expires later, or the same from the
/// seeder itself, with an address that is known to work from here.
class OfferFinder final : public OfferSource
{
public:
    static constexpr std::size_t maxSeeders = 200; ///< handed on in one search

    /// `changed` is called after each change of status().
    explicit OfferFinder(std::function<void()> changed);
    ~OfferFinder() override;

    /// From now on it is asked; in the place of another of its kind, whose searches are not heard any more.
    void put(SourceKind kind, std::unique_ptr<OfferSource> source);
    void turnOff(SourceKind kind);
    /// It was to be asked, but does not work.
    void setProblem(SourceKind kind, std::string problem);
    [[nodiscard]] std::vector<SourceStatus> status() const; ///< in the order of allSources

    /// An error only where nobody has found anything and at least one source failed; Unavailable where all are off.
    void find(const Wanted& wanted, Found found) override;

private:
    struct Source {
        std::shared_ptr<OfferSource> source; ///< none where it is off, or can't be used
        SourceStatus status;
        std::uint64_t search = 0; ///< whose result the status tells
    };
    struct Search {
        Found found;
        struct Seen {
            base::UnixMs expires;
            bool isDirect = false; ///< had from the seeder itself
        };
        std::map<base::PublicKey, Seen> seen;
        int underWay = 0;
        std::optional<base::Error> error;
    };
    void take(const std::shared_ptr<Search>& search, SourceKind kind, std::uint64_t number, base::Result<Offers> offers, bool more);
    [[nodiscard]] static Offers onlyNew(Search& search, SourceKind kind, Offers offers);

    std::function<void()> m_changed;
    std::map<SourceKind, Source> m_sources;
    std::uint64_t m_searches = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::discovery
