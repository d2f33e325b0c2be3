#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "p2p/base/result.h"

namespace mutoscope::base
{

/// Owns an open file descriptor; −1 is none.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }

private:
    int m_fd = -1;
};

/// Keeps other processes, and other FileLocks of this one, away from something for as long as it lives.
class FileLock
{
public:
    /// Makes the lock file and its folders where they don't exist; it stays there afterwards. Conflict where somebody
    /// else holds it: "WHAT is in use by another process".
    [[nodiscard]] static Result<FileLock> acquire(const std::filesystem::path& lockFile, const std::string& what);

private:
    explicit FileLock(Descriptor descriptor) : m_descriptor(std::move(descriptor)) {}
    Descriptor m_descriptor;
};

enum class FileMode { Default, OwnerOnly }; ///< 0644 or 0600

/// The whole file, at most `maxBytes` of it (TooLarge). NotFound where there is none.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& file, std::size_t maxBytes);

/// Writes beside the file, syncs, renames over it, syncs the folder: after a crash there is the old file or the new one.
/// Folders on the way are made. A full disk is an Io error that names the file.
[[nodiscard]] Result<void> writeFileDurably(const std::filesystem::path& file, std::string_view bytes,
                                            FileMode mode = FileMode::Default);

/// Writes and syncs the bytes of a new file (an old one is replaced, not atomically). Its name is not synced. After an
/// error there is no file.
[[nodiscard]] Result<void> writeFileSynced(const std::filesystem::path& file, std::string_view bytes,
                                           FileMode mode = FileMode::Default);

/// Makes the folder and those above it where they don't exist, durably.
[[nodiscard]] Result<void> makeFolder(const std::filesystem::path& folder);

/// Makes renames and new names in the folder survive a power cut.
[[nodiscard]] Result<void> syncFolder(const std::filesystem::path& folder);

/// "CANNOT: the system's reason", as an Io error.
[[nodiscard]] tl::unexpected<Error> ioError(const std::string& what, int errorNumber);

} // namespace mutoscope::base
