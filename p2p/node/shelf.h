#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/content/library.h"
#include "p2p/node/snapshot.h"

namespace mutoscope::node
{

/// The list of films on this computer, for snapshots. It is counted on the disk's thread, as a library may be large, some films at a
/// time, so that nothing that is wanted there now waits for all of them; and handed over as a whole. Everything on the executor's thread.
class Shelf
{
public:
    struct Parts {
        base::Executor& executor;
        base::Executor& disk;
        content::Library& library;
        content::SegmentStore& store;
        base::PublicKey node;
        std::function<std::string(const base::ContentId&)> linkOf;
        std::function<void()> changed;
    };

    explicit Shelf(Parts parts) : m_parts(std::move(parts)) {}
    ~Shelf() { *m_alive = false; }
    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;

    /// Soon: those that came, or went, and all where room had to be made since they were counted.
    void refresh();
    /// As above, and this one, of which more is here, or less.
    void refresh(const base::ContentId& content);
    /// Null before they were counted.
    [[nodiscard]] const std::shared_ptr<const std::vector<LibraryFilm>>& films() const { return m_films; }

private:
    struct Count;

    void start();
    void go(const std::shared_ptr<Count>& count);
    void finish(Count& count);

    Parts m_parts;
    std::shared_ptr<const std::vector<LibraryFilm>> m_films;
    std::set<base::ContentId> m_changed; ///< since the last count began
    bool m_underWay = false;
    bool m_again = false;
    std::uint64_t m_dropped = 0; ///< SegmentStore::dropped() when the last count began
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< read on the executor's thread only
};

} // namespace mutoscope::node
