#include "p2p/node/shelf.h"

namespace mutoscope::node
{

void Shelf::refresh()
{
    if (std::exchange(m_underWay, true)) {
        m_again = true;
        return;
    }
    m_parts.disk.post([this, alive = m_alive, &executor = m_parts.executor, &library = m_parts.library, node = m_parts.node] {
        auto films = std::make_shared<std::vector<LibraryFilm>>();
        for (const auto& manifest : library.list()) {
            LibraryFilm film;
            film.content = wire::contentId(*manifest);
            film.title = manifest->message.title;
            film.durationMs = manifest->message.durationMs;
            film.size = manifest->message.segmentBytes;
            film.here = library.usage(film.content);
            film.poster = manifest->message.poster;
            film.access = manifest->message.access;
            film.isOwn = manifest->message.publisher == node;
            films->push_back(std::move(film));
        }
        executor.post([this, alive, films] {
            if (!*alive)
                return;
            for (LibraryFilm& film : *films)
                film.link = m_parts.linkOf(film.content);
            m_films = films;
            m_underWay = false;
            if (std::exchange(m_again, false))
                refresh();
            m_parts.changed();
        });
    });
}

} // namespace mutoscope::node
