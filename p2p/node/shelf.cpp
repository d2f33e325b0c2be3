#include "p2p/node/shelf.h"

#include <algorithm>
#include <utility>

#include "p2p/base/heap.h"

namespace mutoscope::node
{

namespace
{

constexpr std::size_t atOnce = 8; ///< films; of each the playlists are read

} // namespace

struct Shelf::Count {
    std::map<base::ContentId, base::ByteCount> known; ///< what of them is here, where that was counted before
    std::vector<std::shared_ptr<const wire::Signed<wire::Manifest>>> manifests;
    std::vector<LibraryFilm> films; ///< of the first so many manifests
};

void Shelf::refresh()
{
    m_again = true;
    start();
}

void Shelf::refresh(const base::ContentId& content)
{
    m_changed.insert(content);
    refresh();
}

void Shelf::start()
{
    if (std::exchange(m_underWay, true))
        return; // once more at its end
    m_again = false;
    auto count = std::make_shared<Count>();
    const std::uint64_t dropped = m_parts.store.dropped();
    if (m_films && dropped == m_dropped) {
        for (const LibraryFilm& film : *m_films) {
            if (!m_changed.contains(film.content))
                count->known[film.content] = film.here;
        }
    }
    m_dropped = dropped;
    m_changed.clear();
    m_parts.disk.post([this, alive = m_alive, count, &executor = m_parts.executor, &library = m_parts.library] {
        count->manifests = library.list();
        executor.post([this, alive, count] {
            if (*alive)
                go(count);
        });
    });
}

void Shelf::go(const std::shared_ptr<Count>& count)
{
    if (count->films.size() == count->manifests.size())
        return finish(*count);
    m_parts.disk.post([this, alive = m_alive, count, &executor = m_parts.executor, &library = m_parts.library, node = m_parts.node] {
        for (std::size_t read = 0; read < atOnce && count->films.size() < count->manifests.size();) {
            const auto& manifest = *count->manifests[count->films.size()];
            LibraryFilm& film = count->films.emplace_back();
            film.content = wire::contentId(manifest);
            film.title = manifest.message.title;
            film.durationMs = manifest.message.durationMs;
            film.size = manifest.message.segmentBytes;
            const auto known = count->known.find(film.content);
            film.here = known != count->known.end() ? known->second : library.usage(film.content);
            read += known == count->known.end() ? 1 : 0;
            film.poster = manifest.message.poster;
            film.access = manifest.message.access;
            film.isOwn = manifest.message.publisher == node;
        }
        if (count->films.size() == count->manifests.size() && count->known.empty())
            base::trimHeap(); // the playlists of all films went through it
        executor.post([this, alive, count] {
            if (*alive)
                go(count);
        });
    });
}

void Shelf::finish(Count& count)
{
    for (LibraryFilm& film : count.films)
        film.link = m_parts.linkOf(film.content);
    m_films = std::make_shared<const std::vector<LibraryFilm>>(std::move(count.films));
    m_underWay = false;
    if (m_again)
        start();
    m_parts.changed();
}

} // namespace mutoscope::node
