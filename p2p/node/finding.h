#pragma once

#include <filesystem>
#include <set>

#include "p2p/discovery/offer_asker.h"
#include "p2p/discovery/offer_finder.h"

namespace mutoscope::node
{

/// The node's ways to find seeders: makes those that are switched on, and keeps what the person has chosen in a small JSON
/// file. In the node's thread.
class Finding
{
public:
    using Kinds = std::set<discovery::SourceKind>;

    struct Parts {
        discovery::OfferAsker::Parts asker;
        wallet::TrackerClient& tracker;
        std::filesystem::path file;  ///< what is switched on; none as long as nothing was chosen
        Kinds otherwise;             ///< then
        std::function<void()> changed;
    };

    explicit Finding(Parts parts);

    [[nodiscard]] discovery::OfferSource& offers() { return m_finder; }
    [[nodiscard]] std::vector<discovery::SourceStatus> status() const { return m_finder.status(); }
    /// From the next search on; the choice outlives the process.
    void turn(discovery::SourceKind kind, bool on);

private:
    void start(discovery::SourceKind kind);
    [[nodiscard]] Kinds load() const;

    Parts m_parts;
    discovery::OfferFinder m_finder;
    Kinds m_on;
};

} // namespace mutoscope::node
