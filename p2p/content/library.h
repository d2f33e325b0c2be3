#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/base/types.h"
#include "p2p/content/segment_store.h"
#include "p2p/content/stream.h"
#include "p2p/wire/content.h"

namespace mutoscope::content
{

/// The streams that this node keeps: a folder with a signed manifest for each ("<content id>.jws"), their objects in
/// the SegmentStore, pinned there as far as they are kept. A stream may be in it before all of its objects are.
///
/// Any thread. Calls may read files; list() and find() don't. Of what is only watched, the playlists are read when they are needed.
class Library
{
public:
    /// What of a stream the store must not evict.
    enum class Keep {
        All,      ///< whatever of it is here
        Playlists ///< its segments are a cache: those that were not used for longest go where room is needed
    };
    using KeepRule = std::function<Keep(const base::ContentId&, const wire::Manifest&)>;

    /// Files in the folder that are no manifests of this network are left alone, with a line in the log. The store must
    /// outlive the library. Without a rule all is kept of every stream.
    [[nodiscard]] static base::Result<std::unique_ptr<Library>> open(const std::filesystem::path& folder,
                                                                     std::string network, SegmentStore& store, const KeepRule& rule = {});
    ~Library();

    /// Durable when it returns. Twice is no error, and does not change what is kept of it.
    [[nodiscard]] base::Result<void> add(const wire::Signed<wire::Manifest>& manifest, Keep keep = Keep::All);

    /// From now on. Nothing where the stream isn't there.
    void keep(const base::ContentId& id, Keep keep);

    /// Bytes of the stream's segments that the store has.
    [[nodiscard]] base::ByteCount usage(const base::ContentId& id);

    /// Takes the stream out, durably, and removes its objects from the store, but for those that others use too.
    /// NotFound where it isn't there.
    [[nodiscard]] base::Result<void> remove(const base::ContentId& id);

    /// Null where it isn't there. Reads no file.
    [[nodiscard]] std::shared_ptr<const wire::Signed<wire::Manifest>> find(const base::ContentId& id) const;
    /// By title.
    [[nodiscard]] std::vector<std::shared_ptr<const wire::Signed<wire::Manifest>>> list() const;

    /// NotFound where the library does not have it, or the store not all of its playlists. Loaded once, then kept.
    [[nodiscard]] base::Result<Stream> load(const base::ContentId& id);

    /// Whether the store has everything: playlists, all segments, the poster.
    [[nodiscard]] bool hasAll(const base::ContentId& id);

    /// Which segments the store has, one bool for each. The library need not have the stream (yet).
    [[nodiscard]] std::vector<bool> heldSegments(const Stream& stream) const;

private:
    struct Entry {
        std::shared_ptr<const wire::Signed<wire::Manifest>> manifest;
        std::optional<Stream> stream;
        Keep keep = Keep::All;
    };

    Library(std::filesystem::path folder, std::string network, SegmentStore& store);

    [[nodiscard]] std::filesystem::path fileOf(const base::ContentId& id) const;
    void insert(const wire::Signed<wire::Manifest>& manifest, Keep keep);
    void unpin(const Entry& entry);
    [[nodiscard]] base::Result<Stream> read(const wire::Signed<wire::Manifest>& manifest);
    [[nodiscard]] base::Result<Stream> look(const base::ContentId& id);
    [[nodiscard]] base::Result<Stream> loadLocked(Entry& entry);

    const std::filesystem::path m_folder;
    const std::string m_network;
    SegmentStore& m_store;

    mutable std::mutex m_mutex; // m_entries
    std::map<base::ContentId, Entry> m_entries;
};

} // namespace mutoscope::content
