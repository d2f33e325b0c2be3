#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "p2p/base/file.h"
#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::content
{

struct StoreLimits {
    base::ByteCount quota{base::maxInteger}; ///< hard: the files together never take more
    base::ByteCount minFreeDisk{0};          ///< what must stay free for everybody else on that file system
};

/// Segments, playlist documents and posters as files in a folder, each named by its SHA-256 ("ab/cdef…"). No byte that
/// does not fit its hash is ever stored or handed out.
///
/// Whoever needs an object to stay pins its hash; the others are a cache, of which the longest unused go when room is
/// needed. Pins are counted, live in memory only, and may come before the object.
///
/// Any thread. One process at a time. Calls read and write files: not for a thread that must not wait for the disk.
class SegmentStore
{
public:
    using Bytes = std::shared_ptr<const std::string>;

    static constexpr std::int64_t maxObjectBytes = 64 * 1024 * 1024;

    /// Makes the folder where there is none, and counts what it holds. Conflict where another process has it open.
    [[nodiscard]] static base::Result<std::unique_ptr<SegmentStore>> open(const std::filesystem::path& folder,
                                                                          StoreLimits limits);

    /// Stores bytes whose hash is `expected`; twice is no error. WrongData where it is not their hash. Io where the
    /// quota or the free disk does not allow it even without the unpinned objects, and where the disk fails.
    ///
    /// The bytes are synced, their name isn't (see sync()): a power cut may take the newest objects away, which are
    /// then fetched again, but never leaves a part of one.
    ///
    /// `isRight` is called, if there is one, as soon as the hash is known to be right, before the disk is touched.
    [[nodiscard]] base::Result<void> put(const base::Sha256& expected, std::string_view bytes, const std::function<void()>& isRight = {});

    /// NotFound where it isn't there, or was damaged on the disk: then it is removed and can be put again.
    [[nodiscard]] base::Result<Bytes> get(const base::Sha256& hash);

    /// From memory, without a look at the disk.
    [[nodiscard]] bool contains(const base::Sha256& hash) const;

    /// False where it is pinned or not there.
    bool remove(const base::Sha256& hash);

    void pin(const base::Sha256& hash);
    void unpin(const base::Sha256& hash);

    /// After it, all that was put survives a power cut. Not for each segment: it syncs every folder that changed.
    [[nodiscard]] base::Result<void> sync();

    [[nodiscard]] base::ByteCount usage() const;
    /// How many objects have gone since the store was opened: they made room, were removed, or were damaged.
    [[nodiscard]] std::uint64_t dropped() const;
    [[nodiscard]] StoreLimits limits() const;
    /// Free bytes of the file system; nothing where it doesn't say.
    [[nodiscard]] std::optional<base::ByteCount> freeDisk() const;
    /// Evicts at once what a lower quota doesn't allow any more; pinned objects stay and may exceed it.
    void setLimits(StoreLimits limits);

private:
    struct Entry {
        std::int64_t bytes = 0;
        std::uint64_t use = 0;     ///< key in m_evictable while it is not pinned
        std::uint64_t version = 0; ///< of the file: it was written again where this changed
    };

    SegmentStore(std::filesystem::path folder, base::FileLock lock, StoreLimits limits);

    [[nodiscard]] base::Result<void> scan();
    [[nodiscard]] std::filesystem::path pathOf(const base::Sha256& hash) const;
    [[nodiscard]] base::Result<void> reserve(std::int64_t bytes);
    [[nodiscard]] std::int64_t roomOnDisk() const;
    std::int64_t evict(std::int64_t bytes);
    void touch(const base::Sha256& hash, Entry& entry);
    void drop(const base::Sha256& hash);

    const std::filesystem::path m_folder;
    const base::FileLock m_lock;

    mutable std::mutex
        m_mutex; // everything below, and renames and removals in the folder; not held while reading or writing
    StoreLimits m_limits;
    std::unordered_map<base::Sha256, Entry> m_entries;
    std::unordered_map<base::Sha256, int> m_pins;
    std::map<std::uint64_t, base::Sha256> m_evictable; ///< the unpinned, longest unused first
    std::set<std::filesystem::path> m_unsynced;        ///< folders
    std::int64_t m_usage = 0;                          ///< with what is being written
    std::int64_t m_evictableBytes = 0;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_counter = 0; ///< of uses, versions and temporary names
};

} // namespace mutoscope::content
