#include "p2p/content/library.h"

#include <algorithm>
#include <cerrno>

#include "p2p/base/disk.h"
#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace
{

constexpr std::string_view extension = ".jws";

/// What the manifest alone names.
std::vector<base::Sha256> headObjects(const wire::Manifest& manifest)
{
    std::vector<base::Sha256> hashes;
    if (manifest.poster)
        hashes.push_back(manifest.poster->sha256);
    for (const wire::PlaylistRef& playlist : manifest.playlists)
        hashes.push_back(playlist.sha256);
    return hashes;
}

std::vector<base::Sha256> segmentObjects(const Stream& stream)
{
    std::vector<base::Sha256> hashes;
    for (std::uint32_t i = 0; i < stream.segmentCount(); ++i)
        hashes.push_back(stream.segment(base::SegmentIndex(i)).sha256);
    return hashes;
}

} // namespace

Library::Library(fs::path folder, std::string network, SegmentStore& store)
    : m_folder(std::move(folder)), m_network(std::move(network)), m_store(store)
{
}

Library::~Library()
{
    for (const auto& [id, entry] : m_entries)
        unpin(entry);
}

Result<std::unique_ptr<Library>> Library::open(const fs::path& folder, std::string network, SegmentStore& store, const KeepRule& rule)
{
    if (const auto made = base::makeFolder(folder); !made)
        return tl::unexpected(made.error());
    std::unique_ptr<Library> library(new Library(folder, std::move(network), store));
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
        if (it->path().extension() != extension)
            continue;
        const auto bytes = base::readFile(it->path(), wire::Manifest::maxBytes);
        const auto manifest = bytes ? wire::open<wire::Manifest>(*bytes, library->m_network, {wire::Role::Publisher})
                                    : tl::unexpected(bytes.error());
        if (!manifest || library->fileOf(wire::contentId(*manifest)).filename() != it->path().filename()) {
            qCWarning(logContent, "%s is left alone: %s", it->path().c_str(),
                      manifest ? "its name is not its content's id" : manifest.error().message.c_str());
            continue;
        }
        library->insert(*manifest, rule ? rule(wire::contentId(*manifest), manifest->message) : Keep::All);
    }
    if (error)
        return base::ioError("cannot read the library " + folder.string(), error.value());
    return library;
}

fs::path Library::fileOf(const base::ContentId& id) const
{
    return m_folder / (base::toHex(id) + std::string(extension));
}

void Library::insert(const wire::Signed<wire::Manifest>& manifest, Keep keep)
{
    const auto [it, isNew] = m_entries.try_emplace(wire::contentId(manifest));
    if (!isNew)
        return;
    it->second.keep = keep;
    it->second.manifest = std::make_shared<const wire::Signed<wire::Manifest>>(manifest);
    for (const base::Sha256& hash : headObjects(manifest.message))
        m_store.pin(hash);
    if (keep == Keep::All)
        static_cast<void>(loadLocked(it->second)); // pins the segments, where the playlists are there by now
}

void Library::unpin(const Entry& entry)
{
    for (const base::Sha256& hash : headObjects(entry.manifest->message))
        m_store.unpin(hash);
    if (entry.stream && entry.keep == Keep::All) {
        for (const base::Sha256& hash : segmentObjects(*entry.stream))
            m_store.unpin(hash);
    }
}

void Library::keep(const base::ContentId& id, Keep keep)
{
    const std::lock_guard guard(m_mutex);
    const auto it = m_entries.find(id);
    if (it == m_entries.end() || std::exchange(it->second.keep, keep) == keep)
        return;
    if (!it->second.stream) {
        if (keep == Keep::All)
            static_cast<void>(loadLocked(it->second));
        return;
    }
    for (const base::Sha256& hash : segmentObjects(*it->second.stream)) {
        if (keep == Keep::All)
            m_store.pin(hash);
        else
            m_store.unpin(hash);
    }
}

base::ByteCount Library::usage(const base::ContentId& id)
{
    base::ByteCount sum;
    if (const auto stream = look(id)) {
        for (std::uint32_t i = 0; i < stream->segmentCount(); ++i) {
            const wire::SegmentRef& segment = stream->segment(base::SegmentIndex(i));
            if (m_store.contains(segment.sha256))
                sum += segment.bytes;
        }
    }
    return sum;
}

Result<void> Library::add(const wire::Signed<wire::Manifest>& manifest, Keep keep)
{
    // Names and pins go by what the bytes say, so it is read again and not taken on trust.
    const auto opened = wire::open<wire::Manifest>(manifest.bytes, m_network, {wire::Role::Publisher});
    if (!opened)
        return tl::unexpected(opened.error());
    const std::lock_guard guard(m_mutex);
    if (m_entries.contains(wire::contentId(*opened)))
        return {};
    if (const auto written = base::writeFileDurably(fileOf(wire::contentId(*opened)), opened->bytes); !written)
        return written;
    insert(*opened, keep);
    return {};
}

Result<void> Library::remove(const base::ContentId& id)
{
    const std::lock_guard guard(m_mutex);
    const auto it = m_entries.find(id);
    if (it == m_entries.end())
        return fail(ErrorCode::NotFound, "the library does not have this stream");
    if (const int reason = base::disk::remove(fileOf(id)); reason != 0 && reason != ENOENT)
        return base::ioError("cannot remove " + fileOf(id).string(), reason);
    const auto synced = base::syncFolder(m_folder);
    static_cast<void>(loadLocked(it->second)); // to know its segments
    unpin(it->second);
    std::vector<base::Sha256> objects = headObjects(it->second.manifest->message);
    if (it->second.stream)
        std::ranges::copy(segmentObjects(*it->second.stream), std::back_inserter(objects));
    m_entries.erase(it);
    for (const base::Sha256& hash : objects)
        m_store.remove(hash); // others keep their pins, and so the object
    return synced;
}

std::shared_ptr<const wire::Signed<wire::Manifest>> Library::find(const base::ContentId& id) const
{
    const std::lock_guard guard(m_mutex);
    const auto it = m_entries.find(id);
    return it == m_entries.end() ? nullptr : it->second.manifest;
}

std::vector<std::shared_ptr<const wire::Signed<wire::Manifest>>> Library::list() const
{
    std::vector<std::shared_ptr<const wire::Signed<wire::Manifest>>> manifests;
    {
        const std::lock_guard guard(m_mutex);
        for (const auto& [id, entry] : m_entries)
            manifests.push_back(entry.manifest);
    }
    std::ranges::stable_sort(manifests, {}, [](const auto& manifest) { return manifest->message.title; });
    return manifests;
}

Result<Stream> Library::read(const wire::Signed<wire::Manifest>& manifest)
{
    std::vector<std::string> playlists;
    for (const wire::PlaylistRef& playlist : manifest.message.playlists) {
        const auto bytes = m_store.get(playlist.sha256);
        if (!bytes)
            return tl::unexpected(bytes.error());
        playlists.push_back(**bytes);
    }
    return Stream::make(manifest, playlists);
}

/// Without keeping it: of a thousand films one is watched.
Result<Stream> Library::look(const base::ContentId& id)
{
    std::shared_ptr<const wire::Signed<wire::Manifest>> manifest;
    {
        const std::lock_guard guard(m_mutex);
        const auto it = m_entries.find(id);
        if (it == m_entries.end())
            return fail(ErrorCode::NotFound, "the library does not have this stream");
        if (it->second.stream)
            return *it->second.stream;
        manifest = it->second.manifest;
    }
    return read(*manifest); // long, and others need not wait
}

Result<Stream> Library::loadLocked(Entry& entry)
{
    if (entry.stream)
        return *entry.stream;
    auto stream = read(*entry.manifest);
    if (!stream)
        return stream;
    entry.stream = *stream;
    if (entry.keep == Keep::All) {
        for (const base::Sha256& hash : segmentObjects(*stream))
            m_store.pin(hash);
    }
    return stream;
}

Result<Stream> Library::load(const base::ContentId& id)
{
    const std::lock_guard guard(m_mutex);
    const auto it = m_entries.find(id);
    if (it == m_entries.end())
        return fail(ErrorCode::NotFound, "the library does not have this stream");
    return loadLocked(it->second);
}

bool Library::hasAll(const base::ContentId& id)
{
    const auto stream = load(id);
    if (!stream)
        return false;
    const auto isThere = [this](const base::Sha256& hash) { return m_store.contains(hash); };
    return std::ranges::all_of(headObjects(stream->manifest().message), isThere) &&
           std::ranges::all_of(segmentObjects(*stream), isThere);
}

std::vector<bool> Library::heldSegments(const Stream& stream) const
{
    std::vector<bool> held;
    for (const base::Sha256& hash : segmentObjects(stream))
        held.push_back(m_store.contains(hash));
    return held;
}

} // namespace mutoscope::content
