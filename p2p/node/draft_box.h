#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/base/file.h"
#include "p2p/base/types.h"
#include "p2p/wire/content.h"

namespace mutoscope::node
{

/// A film on its way to being published: what was asked for, and how far it is. It outlives the program.
struct Draft {
    std::string file; ///< absolute
    std::int64_t fileBytes = 0;
    std::int64_t fileTime = 0; ///< when it was changed last; another time is another film
    std::string title;
    std::string description;
    base::Tokens pricePerMiB;
    wire::Access access = wire::Access::Open;
    std::string poster;         ///< that was chosen; empty: the packager's
    std::optional<std::int64_t> posterMs; ///< the picture of the film that was chosen for it; none: the packager chooses
    std::string playlist;       ///< of the packaged film, absolute; empty as long as it is not packaged as a whole
    std::string packagedPoster; ///< absolute; may be empty

    template <class F>
    void fields(F& f)
    {
        f("file", file, wire::MaxSize{4096});
        f("file_bytes", fileBytes);
        f("file_time", fileTime);
        f("title", title, wire::MaxSize{1024});
        f("description", description, wire::MaxSize{16 * 1024});
        f("price_per_mib", pricePerMiB);
        f("access", access);
        f("poster", poster, wire::MaxSize{4096});
        f("poster_ms", posterMs);
        f("playlist", playlist, wire::MaxSize{4096});
        f("packaged_poster", packagedPoster, wire::MaxSize{4096});
    }
    bool operator==(const Draft&) const = default;
};

/// The drafts of a data folder, a folder each with the packaged film in it. Several processes may use them: one at a time works at a draft.
/// Synchronous; any thread.
class DraftBox
{
public:
    /// A draft that this process works at, until it goes.
    class Work
    {
    public:
        [[nodiscard]] const Draft& draft() const { return m_draft; }
        /// Where the film is packaged; empty where it isn't packaged yet.
        [[nodiscard]] std::filesystem::path packageFolder() const { return m_folder / "hls"; }
        /// It is packaged as a whole. Durable when it returns.
        [[nodiscard]] base::Result<void> setPackaged(const std::string& playlist, const std::string& poster);
        /// Nothing of it stays.
        void remove();

    private:
        friend class DraftBox;
        Work(std::filesystem::path folder, Draft draft, base::FileLock lock) : m_folder(std::move(folder)), m_draft(std::move(draft)), m_lock(std::move(lock)) {}

        std::filesystem::path m_folder;
        Draft m_draft;
        base::FileLock m_lock;
    };
    using WorkPtr = std::unique_ptr<Work>;

    explicit DraftBox(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// Those that nobody works at, by title. What can't be read is left alone.
    [[nodiscard]] std::vector<Draft> list() const;
    /// The one of the same film and wishes, to go on with; else a new one. Durable when it returns.
    [[nodiscard]] base::Result<WorkPtr> begin(const Draft& draft) const;
    /// One of list(); NotFound where it isn't there any more, Conflict where somebody works at it.
    [[nodiscard]] base::Result<WorkPtr> take(const Draft& draft) const;

private:
    [[nodiscard]] std::vector<std::filesystem::path> folders() const;
    [[nodiscard]] base::Result<WorkPtr> open(const std::filesystem::path& folder) const;

    std::filesystem::path m_folder;
};

/// Notes the file's size and the time of its last change; 0 where it can't be read.
void describeFile(Draft& draft);

} // namespace mutoscope::node
