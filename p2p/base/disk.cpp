#include "p2p/base/disk.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "p2p/base/file.h"

namespace mutoscope::base::disk
{

namespace
{

std::atomic<Faults*> installed = nullptr;

int fault(Operation operation, const std::filesystem::path& file, std::size_t& bytes)
{
    Faults* const faults = installed.load(std::memory_order_acquire);
    return faults == nullptr ? 0 : faults->before(operation, file, bytes);
}

int fault(Operation operation, const std::filesystem::path& file)
{
    std::size_t none = 0;
    return fault(operation, file, none);
}

/// `writeSome` is write() or pwrite() of the rest.
template <class WriteSome>
int writeAll(const std::filesystem::path& file, std::string_view bytes, WriteSome writeSome)
{
    std::size_t allowed = bytes.size();
    const int reason = fault(Operation::Write, file, allowed);
    if (reason != 0)
        bytes = bytes.substr(0, allowed);
    while (!bytes.empty()) {
        const ssize_t written = writeSome(bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return reason;
}

int outcome(int result)
{
    return result == 0 ? 0 : errno;
}

} // namespace

void setFaults(Faults* faults)
{
    installed.store(faults, std::memory_order_release);
}

int write(int fd, const std::filesystem::path& file, std::string_view bytes)
{
    return writeAll(file, bytes, [fd](std::string_view rest) { return ::write(fd, rest.data(), rest.size()); });
}

int writeAt(int fd, const std::filesystem::path& file, std::string_view bytes, std::int64_t offset)
{
    return writeAll(file, bytes, [fd, &offset](std::string_view rest) {
        const ssize_t written = ::pwrite(fd, rest.data(), rest.size(), offset);
        offset += written > 0 ? written : 0;
        return written;
    });
}

int truncate(int fd, const std::filesystem::path& file, std::int64_t size)
{
    const int reason = fault(Operation::Truncate, file);
    return reason != 0 ? reason : outcome(::ftruncate(fd, size));
}

int hasRoom(const std::filesystem::path& folder, std::int64_t bytes)
{
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EOPNOTSUPP ? 0 : errno; // a few file systems know no files without a name
    const int reason = ::posix_fallocate(fd, 0, bytes);
    ::close(fd);
    return reason;
}

int sync(int fd, const std::filesystem::path& file)
{
    const int reason = fault(Operation::Sync, file);
    return reason != 0 ? reason : outcome(::fdatasync(fd));
}

int syncFolder(const std::filesystem::path& folder)
{
    const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.isOpen())
        return errno;
    const int reason = fault(Operation::Sync, folder);
    return reason != 0 ? reason : outcome(::fsync(directory.get()));
}

int rename(const std::filesystem::path& from, const std::filesystem::path& to)
{
    const int reason = fault(Operation::Rename, to);
    return reason != 0 ? reason : outcome(::rename(from.c_str(), to.c_str()));
}

int remove(const std::filesystem::path& file)
{
    const int reason = fault(Operation::Remove, file);
    return reason != 0 ? reason : outcome(::unlink(file.c_str()));
}

int makeFolder(const std::filesystem::path& folder)
{
    const int reason = fault(Operation::MakeFolder, folder);
    return reason != 0 ? reason : outcome(::mkdir(folder.c_str(), 0755));
}

int makeFolders(const std::filesystem::path& folder)
{
    std::error_code error;
    if (std::filesystem::is_directory(folder, error))
        return 0;
    if (const int reason = fault(Operation::MakeFolder, folder); reason != 0)
        return reason;
    std::filesystem::create_directories(folder, error);
    return error.value();
}

} // namespace mutoscope::base::disk
