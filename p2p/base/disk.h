#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

/// The few calls by which files are changed, all but SQLite's. Each returns 0 or the errno. They stand together so that
/// a test can count them and end a process, or fill its disk, at each.
namespace mutoscope::base::disk
{

enum class Operation { Write, Sync, Truncate, Rename, Remove, MakeFolder };

/// Asked before each of them; none in production.
class Faults
{
public:
    virtual ~Faults() = default;
    /// Returns 0 to let it go ahead, else its errno: then nothing is done, but of a Write the first `bytes` bytes.
    /// `bytes` comes as the size of what is to be written. On the writing thread.
    virtual int before(Operation operation, const std::filesystem::path& file, std::size_t& bytes) = 0;
};

/// For the whole process; null takes them away. While nobody writes.
void setFaults(Faults* faults);

/// `file` is the name that `fd` was opened with.
[[nodiscard]] int write(int fd, const std::filesystem::path& file, std::string_view bytes);
[[nodiscard]] int writeAt(int fd, const std::filesystem::path& file, std::string_view bytes, std::int64_t offset);
[[nodiscard]] int truncate(int fd, const std::filesystem::path& file, std::int64_t size);
/// The file's data and size.
[[nodiscard]] int sync(int fd, const std::filesystem::path& file);
/// Whether so much more can be written in this folder. Leaves nothing there.
[[nodiscard]] int hasRoom(const std::filesystem::path& folder, std::int64_t bytes);
/// The names in it.
[[nodiscard]] int syncFolder(const std::filesystem::path& folder);
[[nodiscard]] int rename(const std::filesystem::path& from, const std::filesystem::path& to);
int remove(const std::filesystem::path& file);
/// EEXIST where it is there.
[[nodiscard]] int makeFolder(const std::filesystem::path& folder);
/// With those above it; not an error where they are there.
[[nodiscard]] int makeFolders(const std::filesystem::path& folder);

} // namespace mutoscope::base::disk
