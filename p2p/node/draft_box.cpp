#include "p2p/node/draft_box.h"

#include <algorithm>

#include <sys/stat.h>

#include "p2p/base/log.h"
#include "p2p/wire/message.h"

namespace mutoscope::node
{

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

namespace
{

constexpr std::size_t maxBytes = 64 * 1024;
constexpr std::size_t maxDrafts = 100;
constexpr std::string_view prefix = "draft-";

base::Result<void> write(const fs::path& folder, const Draft& draft)
{
    return base::writeFileDurably(folder / "draft.json", wire::encodeFields(draft));
}

base::Result<Draft> read(const fs::path& folder)
{
    const auto text = base::readFile(folder / "draft.json", maxBytes);
    if (!text)
        return tl::unexpected(text.error());
    return wire::decodeFields<Draft>(*text, {.maxBytes = maxBytes, .maxDepth = 2, .maxValues = 32});
}

/// Half a package is none.
void clear(const fs::path& package)
{
    std::error_code ignored;
    fs::remove_all(package, ignored);
}

/// The film and the wishes, however far it is.
bool isSame(Draft a, const Draft& b)
{
    a.playlist = b.playlist;
    a.packagedPoster = b.packagedPoster;
    return a == b;
}

} // namespace

void describeFile(Draft& draft)
{
    struct stat status {
    };
    const bool isThere = ::stat(draft.file.c_str(), &status) == 0;
    draft.fileBytes = isThere ? status.st_size : 0;
    draft.fileTime = isThere ? status.st_mtim.tv_sec * 1'000 + status.st_mtim.tv_nsec / 1'000'000 : 0;
}

base::Result<void> DraftBox::Work::setPackaged(const std::string& playlist, const std::string& poster)
{
    Draft packaged = m_draft;
    packaged.playlist = playlist;
    packaged.packagedPoster = poster;
    if (const auto written = write(m_folder, packaged); !written)
        return written;
    m_draft = std::move(packaged);
    return {};
}

void DraftBox::Work::remove()
{
    std::error_code error;
    fs::remove(m_folder / "draft.json", error); // from now on it is none, whatever of it stays
    fs::remove_all(m_folder, error);
    if (error)
        qCWarning(logNode) << "a draft can't be removed:" << m_folder.c_str() << error.message().c_str();
}

std::vector<fs::path> DraftBox::folders() const
{
    std::vector<fs::path> all;
    std::error_code error;
    for (fs::directory_iterator it(m_folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
        if (it->path().filename().string().starts_with(prefix) && all.size() < maxDrafts)
            all.push_back(it->path());
    }
    return all;
}

base::Result<DraftBox::WorkPtr> DraftBox::open(const fs::path& folder) const
{
    auto lock = base::FileLock::acquire(folder / "lock", "the draft");
    if (!lock)
        return tl::unexpected(lock.error());
    auto draft = read(folder);
    if (!draft)
        return tl::unexpected(draft.error());
    std::error_code error;
    if (!draft->playlist.empty() && !fs::exists(draft->playlist, error))
        draft->playlist.clear();
    if (draft->playlist.empty())
        clear(folder / "hls");
    return WorkPtr(new Work(folder, std::move(*draft), std::move(*lock)));
}

std::vector<Draft> DraftBox::list() const
{
    std::vector<Draft> drafts;
    for (const fs::path& folder : folders()) {
        if (const auto work = open(folder))
            drafts.push_back((*work)->draft());
    }
    std::ranges::sort(drafts, {}, &Draft::title);
    return drafts;
}

base::Result<DraftBox::WorkPtr> DraftBox::take(const Draft& draft) const
{
    base::Error error{ErrorCode::NotFound, "the draft is not there any more"};
    for (const fs::path& folder : folders()) {
        const auto there = read(folder);
        if (!there || !isSame(*there, draft))
            continue;
        auto work = open(folder);
        if (work)
            return work;
        error = work.error();
    }
    return tl::unexpected(error);
}

base::Result<DraftBox::WorkPtr> DraftBox::begin(const Draft& draft) const
{
    if (auto known = take(draft); known || known.error().code == ErrorCode::Conflict)
        return known;
    if (folders().size() >= maxDrafts)
        return fail(ErrorCode::TooMany, "too many films wait to be published; discard some");
    fs::path folder;
    std::error_code error;
    int number = 1;
    do {
        folder = m_folder / (std::string(prefix) + std::to_string(number++));
    } while (fs::exists(folder, error));
    if (const auto made = base::makeFolder(folder); !made)
        return tl::unexpected(made.error());
    auto lock = base::FileLock::acquire(folder / "lock", "the draft");
    if (!lock)
        return tl::unexpected(lock.error());
    if (const auto written = write(folder, draft); !written)
        return tl::unexpected(written.error());
    return WorkPtr(new Work(folder, draft, std::move(*lock)));
}

} // namespace mutoscope::node
