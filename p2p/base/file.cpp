#include "p2p/base/file.h"

#include <atomic>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "p2p/base/disk.h"

namespace mutoscope::base
{

namespace
{

std::filesystem::path folderOf(const std::filesystem::path& file)
{
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

/// The folders that don't exist yet, outermost last.
std::vector<std::filesystem::path> missingFolders(std::filesystem::path folder)
{
    std::vector<std::filesystem::path> missing;
    std::error_code error;
    while (!folder.empty() && !std::filesystem::exists(folder, error) && !error) {
        missing.push_back(folder);
        folder = folder.parent_path();
    }
    return missing;
}

} // namespace

Descriptor::~Descriptor()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& lockFile, const std::string& what)
{
    if (auto made = makeFolder(folderOf(lockFile)); !made)
        return tl::unexpected(made.error());
    Descriptor descriptor(::open(lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    if (!descriptor.isOpen())
        return ioError("cannot make the lock file " + lockFile.string(), errno);
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return fail(ErrorCode::Conflict, what + " is in use by another process");
        return ioError("cannot lock " + lockFile.string(), errno);
    }
    return FileLock(std::move(descriptor));
}

Result<void> syncFolder(const std::filesystem::path& folder)
{
    if (const int reason = disk::syncFolder(folder); reason != 0)
        return ioError("cannot sync the folder " + folder.string(), reason);
    return {};
}

Result<void> makeFolder(const std::filesystem::path& folder)
{
    const auto missing = missingFolders(folder);
    if (const int reason = disk::makeFolders(folder); reason != 0)
        return ioError("cannot make the folder " + folder.string(), reason);
    for (const std::filesystem::path& made : missing) {
        if (const auto synced = syncFolder(folderOf(made)); !synced)
            return synced;
    }
    return {};
}

tl::unexpected<Error> ioError(const std::string& what, int errorNumber)
{
    return fail(ErrorCode::Io, what + ": " + std::system_category().message(errorNumber));
}

Result<std::string> readFile(const std::filesystem::path& file, std::size_t maxBytes)
{
    const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); // a FIFO must not hold us
    if (input.get() < 0 && errno == ENOENT)
        return fail(ErrorCode::NotFound, "there is no file " + file.string());
    struct stat status {};
    if (input.get() < 0 || ::fstat(input.get(), &status) != 0)
        return ioError("cannot open " + file.string(), errno);
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Io, file.string() + " is not a file");
    if (static_cast<std::uintmax_t>(status.st_size) > maxBytes)
        return fail(ErrorCode::TooLarge, file.string() + " is larger than expected");
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::read(input.get(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ioError("cannot read " + file.string(), errno);
        if (got == 0)
            break; // became shorter meanwhile
        filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

Result<void> writeFileSynced(const std::filesystem::path& file, std::string_view bytes, FileMode mode)
{
    const Descriptor output(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                   mode == FileMode::OwnerOnly ? 0600 : 0644));
    if (!output.isOpen())
        return ioError("cannot write " + file.string(), errno);
    int reason = disk::write(output.get(), file, bytes);
    if (reason == 0)
        reason = disk::sync(output.get(), file);
    if (reason == 0)
        return {};
    disk::remove(file);
    return ioError("cannot write " + file.string(), reason);
}

Result<void> writeFileDurably(const std::filesystem::path& file, std::string_view bytes, FileMode mode)
{
    const std::filesystem::path folder = folderOf(file);
    if (const auto made = makeFolder(folder); !made)
        return made;
    // Several threads or processes may write the same file: each has a name of its own until the rename.
    static std::atomic<unsigned> counter{0};
    std::filesystem::path temporary = file;
    temporary += "." + std::to_string(::getpid()) + "." + std::to_string(++counter) + ".tmp";
    if (const auto written = writeFileSynced(temporary, bytes, mode); !written)
        return written;
    if (const int reason = disk::rename(temporary, file); reason != 0) {
        disk::remove(temporary);
        return ioError("cannot replace " + file.string(), reason);
    }
    return syncFolder(folder);
}

} // namespace mutoscope::base
