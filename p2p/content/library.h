#pragma once

#include <filesystem>
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
/// the SegmentStore, pinned there. A stream may be in it before all of its objects are.
///
/// Any thread. Calls may read files; list() doesn't.
class Library
{
public:
    /// Files in the folder that are no manifests of this network are left alone, with a line in the log. The store must
    /// outlive the library.
    [[nodiscard]] static base::Result<std::unique_ptr<Library>> open(const std::filesystem::path& folder,
                                                                     std::string network, SegmentStore& store);
    ~Library();

    /// Durable when it returns. Twice is no error.
    [[nodiscard]] base::Result<void> add(const wire::Signed<wire::Manifest>& manifest);

    /// Takes the stream out, durably, and removes its objects from the store, but for those that others use too.
    /// NotFound where it isn't there.
    [[nodiscard]] base::Result<void> remove(const base::ContentId& id);

    /// By title.
    [[nodiscard]] std::vector<std::shared_ptr<const wire::Signed<wire::Manifest>>> list() const;

    /// NotFound where the library does not have it, or the store not all of its playlists. Loaded once, then kept.
    [[nodiscard]] base::Result<Stream> load(const base::ContentId& id);

    /// Whether the store has everything: playlists, all segments, the poster.
    [[nodiscard]] bool hasAll(const base::ContentId& id);

    /// Which segments the store has, one bool for each; empty where the stream can't be loaded.
    [[nodiscard]] std::vector<bool> heldSegments(const base::ContentId& id);

private:
    struct Entry {
        std::shared_ptr<const wire::Signed<wire::Manifest>> manifest;
        std::optional<Stream> stream;
    };

    Library(std::filesystem::path folder, std::string network, SegmentStore& store);

    [[nodiscard]] std::filesystem::path fileOf(const base::ContentId& id) const;
    void insert(const wire::Signed<wire::Manifest>& manifest);
    void unpin(const Entry& entry);
    [[nodiscard]] base::Result<Stream> loadLocked(Entry& entry);

    const std::filesystem::path m_folder;
    const std::string m_network;
    SegmentStore& m_store;

    mutable std::mutex m_mutex; // m_entries
    std::map<base::ContentId, Entry> m_entries;
};

} // namespace mutoscope::content
