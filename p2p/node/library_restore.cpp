#include "p2p/node/library_restore.h"

#include <utility>

#include "p2p/base/disk.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/wire/fields.h"
#include "p2p/wire/message.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::node
{

using base::ErrorCode;

namespace
{

constexpr std::size_t maxFilms = 50'000;
constexpr std::size_t maxBytes = 8 * 1024 * 1024;

struct Item {
    base::ContentId content;

    template <class F>
    void fields(F& f)
    {
        f("content", content);
    }
};

struct File {
    bool wantsHistory = false;
    std::vector<Item> films;

    template <class F>
    void fields(F& f)
    {
        f("wants_history", wantsHistory);
        f("films", films, wire::MaxSize{maxFilms});
    }
};

} // namespace

LibraryRestore::~LibraryRestore()
{
    m_parts.executor.cancel(m_timer);
}

base::Result<void> LibraryRestore::load()
{
    const auto text = base::readFile(m_parts.file, maxBytes);
    if (!text && text.error().code == ErrorCode::NotFound)
        return {};
    if (!text)
        return tl::unexpected(text.error());
    const auto file = wire::decodeFields<File>(*text, {.maxBytes = maxBytes, .maxDepth = 3, .maxValues = 2 * maxFilms + 16});
    if (!file)
        return base::fail(file.error().code, m_parts.file.string() + " can't be read: " + file.error().message);
    m_wantsHistory = file->wantsHistory;
    for (const Item& film : file->films) {
        if (!m_parts.has(film.content))
            m_films.insert(film.content);
    }
    m_round.assign(m_films.begin(), m_films.end());
    next();
    return {};
}

base::Result<void> LibraryRestore::begin()
{
    m_wantsHistory = true;
    return keep();
}

void LibraryRestore::collect(const std::vector<wire::HistoryEntry>& history)
{
    for (const wire::HistoryEntry& entry : history) {
        if (entry.content == wire::relayedContent())
            continue;
        if (entry.content && m_films.size() < maxFilms && !m_parts.has(*entry.content) && m_films.insert(*entry.content).second)
            m_round.push_back(*entry.content); // the last one first
    }
    m_wantsHistory = false;
    changed();
    next();
}

/// Where nothing is left to do there is no file.
base::Result<void> LibraryRestore::keep() const
{
    if (m_wantsHistory || !m_films.empty()) {
        File file{.wantsHistory = m_wantsHistory, .films = {}};
        for (const base::ContentId& content : m_films)
            file.films.push_back({content});
        return base::writeFileDurably(m_parts.file, wire::encodeFields(file));
    }
    if (const int reason = base::disk::remove(m_parts.file); reason != 0 && reason != ENOENT)
        return base::ioError("cannot remove " + m_parts.file.string(), reason);
    return {};
}

void LibraryRestore::changed()
{
    if (const auto kept = keep(); !kept)
        qCWarning(logNode) << "which films are to come back can't be kept:" << kept.error().message.c_str();
    m_parts.changed();
}

void LibraryRestore::next()
{
    if (m_underWay)
        return;
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    if (m_round.empty()) {
        if (!m_films.empty()) {
            m_timer = m_parts.executor.after(again, [this] {
                m_timer = 0;
                m_round.assign(m_films.begin(), m_films.end());
                next();
            });
        }
        return;
    }
    const base::ContentId content = m_round.front();
    m_round.pop_front();
    m_underWay = true;
    m_parts.fetch(content, [this, content, alive = std::weak_ptr(m_alive)] {
        if (!alive.lock())
            return;
        m_underWay = false;
        if (m_parts.has(content) && m_films.erase(content) > 0)
            changed();
        next();
    });
}

} // namespace mutoscope::node
