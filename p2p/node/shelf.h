#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/content/library.h"
#include "p2p/node/snapshot.h"

namespace mutoscope::node
{

/// The list of films on this computer, for snapshots. It is counted on the disk's thread, as a library may be large, and handed
/// over as a whole. Everything on the executor's thread.
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

    /// Counts anew, soon; calls while it is being counted make one more.
    void refresh();
    [[nodiscard]] const std::shared_ptr<const std::vector<LibraryFilm>>& films() const { return m_films; }

private:
    Parts m_parts;
    std::shared_ptr<const std::vector<LibraryFilm>> m_films = std::make_shared<std::vector<LibraryFilm>>();
    bool m_underWay = false;
    bool m_again = false;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); ///< read on the executor's thread only
};

} // namespace mutoscope::node
