#include "p2p/content/segment_store.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "p2p/base/disk.h"
#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

constexpr const char* temporaryFolder = "tmp";

bool isHex(std::string_view text, std::size_t size)
{
    return text.size() == size && base::fromHex(text).has_value();
}

std::string mebibytes(std::int64_t bytes)
{
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

} // namespace

SegmentStore::SegmentStore(std::filesystem::path folder, base::FileLock lock, StoreLimits limits)
    : m_folder(std::move(folder)), m_lock(std::move(lock)), m_limits(limits)
{
}

Result<std::unique_ptr<SegmentStore>> SegmentStore::open(const std::filesystem::path& folder, StoreLimits limits)
{
    auto lock = base::FileLock::acquire(folder / "lock", "the segment store " + folder.string());
    if (!lock)
        return tl::unexpected(lock.error());
    std::unique_ptr<SegmentStore> store(new SegmentStore(folder, std::move(*lock), limits));
    if (const auto scanned = store->scan(); !scanned)
        return tl::unexpected(scanned.error());
    return store;
}

Result<void> SegmentStore::scan()
{
    namespace fs = std::filesystem;
    struct Found {
        std::int64_t modified = 0;
        base::Sha256 hash;
        std::int64_t bytes = 0;
    };
    std::error_code error;
    fs::remove_all(m_folder / temporaryFolder, error); // what a crash left half written
    if (const auto made = base::makeFolder(m_folder / temporaryFolder); !made)
        return made;
    std::vector<Found> found;
    fs::directory_iterator outer(m_folder, error);
    for (; !error && outer != fs::directory_iterator(); outer.increment(error)) {
        const std::string prefix = outer->path().filename().string();
        std::error_code ignored;
        if (!isHex(prefix, 2) || !outer->is_directory(ignored))
            continue; // not ours, and so not counted
        fs::directory_iterator inner(outer->path(), error);
        for (; !error && inner != fs::directory_iterator(); inner.increment(error)) {
            const std::string rest = inner->path().filename().string();
            struct stat status {
            };
            if (!isHex(rest, 62) || ::lstat(inner->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode))
                continue;
            found.push_back({status.st_mtim.tv_sec, *base::fixedFromHex<base::Sha256>(prefix + rest), status.st_size});
        }
    }
    if (error)
        return base::ioError("cannot read the segment store " + m_folder.string(), error.value());
    std::ranges::sort(found, {}, &Found::modified);
    const std::lock_guard guard(m_mutex);
    for (const Found& file : found) {
        m_usage += file.bytes;
        m_evictableBytes += file.bytes;
        const std::uint64_t use = ++m_counter;
        m_entries[file.hash] = {file.bytes, use, use};
        m_evictable[use] = file.hash;
    }
    return {};
}

std::filesystem::path SegmentStore::pathOf(const base::Sha256& hash) const
{
    const std::string name = base::toHex(hash);
    return m_folder / name.substr(0, 2) / name.substr(2);
}

std::optional<base::ByteCount> SegmentStore::freeDisk() const
{
    struct statvfs status {
    };
    if (::statvfs(m_folder.c_str(), &status) != 0)
        return std::nullopt;
    return base::ByteCount(static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize));
}

std::int64_t SegmentStore::roomOnDisk() const
{
    const auto free = m_limits.minFreeDisk.value() == 0 ? std::nullopt : freeDisk();
    return free ? free->value() : std::numeric_limits<std::int64_t>::max() / 2; // a write will tell
}

Result<void> SegmentStore::reserve(std::int64_t bytes)
{
    const std::int64_t overQuota = m_usage + bytes - m_limits.quota.value();
    const std::int64_t overDisk = m_limits.minFreeDisk.value() + bytes - roomOnDisk();
    // Asked before anything goes: a cache that is thrown away for nothing helps nobody.
    if (overQuota > m_evictableBytes)
        return fail(ErrorCode::Io, "the segment store's limit of " + mebibytes(m_limits.quota.value()) +
                                       " is reached and all that is in it is in use");
    if (overDisk > m_evictableBytes)
        return fail(ErrorCode::Io, "the disk has too little space left: " + mebibytes(m_limits.minFreeDisk.value()) +
                                       " are to stay free");
    if (const std::int64_t over = std::max(overQuota, overDisk); over > 0)
        evict(over);
    m_usage += bytes;
    return {};
}

std::int64_t SegmentStore::evict(std::int64_t bytes)
{
    std::int64_t freed = 0;
    while (freed < bytes && !m_evictable.empty()) {
        const base::Sha256 oldest = m_evictable.begin()->second;
        freed += m_entries.at(oldest).bytes;
        drop(oldest);
    }
    return freed;
}

/// The entry and its file go.
void SegmentStore::drop(const base::Sha256& hash)
{
    const auto it = m_entries.find(hash);
    if (m_evictable.erase(it->second.use) != 0)
        m_evictableBytes -= it->second.bytes;
    m_usage -= it->second.bytes;
    ++m_dropped;
    m_entries.erase(it);
    const std::filesystem::path file = pathOf(hash);
    if (const int reason = base::disk::remove(file); reason != 0 && reason != ENOENT)
        qCWarning(logContent, "cannot remove %s: errno %d", file.c_str(), reason);
}

void SegmentStore::touch(const base::Sha256& hash, Entry& entry)
{
    const bool isEvictable = m_evictable.erase(entry.use) != 0;
    entry.use = ++m_counter;
    if (isEvictable)
        m_evictable[entry.use] = hash;
}

Result<void> SegmentStore::put(const base::Sha256& expected, std::string_view bytes, const std::function<void()>& isRight)
{
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (size > maxObjectBytes)
        return fail(ErrorCode::TooLarge, "an object of " + mebibytes(size) + " is too large for the segment store");
    if (crypto::sha256(bytes) != expected)
        return fail(ErrorCode::WrongData, "the bytes are not those that were promised: their hash differs");
    if (isRight)
        isRight();

    const std::filesystem::path file = pathOf(expected);
    std::filesystem::path temporary;
    {
        const std::lock_guard guard(m_mutex);
        if (const auto it = m_entries.find(expected); it != m_entries.end()) {
            struct stat status {
            };
            if (::stat(file.c_str(), &status) == 0 && status.st_size == size) {
                touch(expected, it->second);
                return {};
            }
            drop(expected); // somebody removed or cut the file behind our back
        }
        if (const auto reserved = reserve(size); !reserved)
            return reserved;
        temporary = m_folder / temporaryFolder / std::to_string(++m_counter);
    }

    const auto written = base::writeFileSynced(temporary, bytes);

    const std::lock_guard guard(m_mutex);
    const auto giveUp = [&](const base::Error& error) {
        m_usage -= size;
        base::disk::remove(temporary);
        return tl::unexpected(error);
    };
    if (!written)
        return giveUp(written.error());
    if (m_entries.contains(expected)) { // another thread was quicker
        m_usage -= size;
        base::disk::remove(temporary);
        return {};
    }
    const std::filesystem::path folder = file.parent_path();
    if (const int reason = base::disk::makeFolder(folder); reason == 0)
        m_unsynced.insert(m_folder);
    else if (reason != EEXIST)
        return giveUp(base::ioError("cannot make the folder " + folder.string(), reason).value());
    if (const int reason = base::disk::rename(temporary, file); reason != 0)
        return giveUp(base::ioError("cannot store " + file.string(), reason).value());
    m_unsynced.insert(folder);
    const std::uint64_t use = ++m_counter;
    m_entries[expected] = {size, use, use};
    if (!m_pins.contains(expected)) {
        m_evictable[use] = expected;
        m_evictableBytes += size;
    }
    return {};
}

Result<SegmentStore::Bytes> SegmentStore::get(const base::Sha256& hash)
{
    std::uint64_t version = 0;
    {
        const std::lock_guard guard(m_mutex);
        const auto it = m_entries.find(hash);
        if (it == m_entries.end())
            return fail(ErrorCode::NotFound, "the segment store does not have " + base::toHex(hash));
        touch(hash, it->second);
        version = it->second.version;
    }
    auto bytes = base::readFile(pathOf(hash), maxObjectBytes);
    if (bytes && crypto::sha256(*bytes) == hash)
        return std::make_shared<const std::string>(std::move(*bytes));
    if (!bytes && bytes.error().code == ErrorCode::Io)
        return tl::unexpected(bytes.error()); // may pass: too many open files, a disk that comes back

    const std::lock_guard guard(m_mutex);
    if (const auto it = m_entries.find(hash); it != m_entries.end() && it->second.version == version) {
        qCWarning(logContent, "%s was damaged or removed on the disk", pathOf(hash).c_str());
        drop(hash);
    }
    return fail(ErrorCode::NotFound,
                "the segment store does not have " + base::toHex(hash) + " any more: it was damaged");
}

bool SegmentStore::contains(const base::Sha256& hash) const
{
    const std::lock_guard guard(m_mutex);
    return m_entries.contains(hash);
}

bool SegmentStore::remove(const base::Sha256& hash)
{
    const std::lock_guard guard(m_mutex);
    if (m_pins.contains(hash) || !m_entries.contains(hash))
        return false;
    drop(hash);
    return true;
}

void SegmentStore::pin(const base::Sha256& hash)
{
    const std::lock_guard guard(m_mutex);
    if (++m_pins[hash] > 1)
        return;
    if (const auto it = m_entries.find(hash); it != m_entries.end() && m_evictable.erase(it->second.use) != 0)
        m_evictableBytes -= it->second.bytes;
}

void SegmentStore::unpin(const base::Sha256& hash)
{
    const std::lock_guard guard(m_mutex);
    const auto pins = m_pins.find(hash);
    if (pins == m_pins.end() || --pins->second > 0)
        return;
    m_pins.erase(pins);
    if (const auto it = m_entries.find(hash); it != m_entries.end()) {
        it->second.use = ++m_counter; // it was in use until now
        m_evictable[it->second.use] = hash;
        m_evictableBytes += it->second.bytes;
    }
}

Result<void> SegmentStore::sync()
{
    std::set<std::filesystem::path> folders;
    {
        const std::lock_guard guard(m_mutex);
        folders.swap(m_unsynced);
    }
    for (auto it = folders.begin(); it != folders.end(); ++it) {
        if (const auto synced = base::syncFolder(*it); !synced) {
            const std::lock_guard guard(m_mutex);
            m_unsynced.insert(it, folders.end());
            return synced;
        }
    }
    return {};
}

base::ByteCount SegmentStore::usage() const
{
    const std::lock_guard guard(m_mutex);
    return base::ByteCount(m_usage);
}

std::uint64_t SegmentStore::dropped() const
{
    const std::lock_guard guard(m_mutex);
    return m_dropped;
}

StoreLimits SegmentStore::limits() const
{
    const std::lock_guard guard(m_mutex);
    return m_limits;
}

void SegmentStore::setLimits(StoreLimits limits)
{
    const std::lock_guard guard(m_mutex);
    m_limits = limits;
    evict(m_usage - m_limits.quota.value());
}

} // namespace mutoscope::content
