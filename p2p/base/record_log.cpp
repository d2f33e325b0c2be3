#include "p2p/base/record_log.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "p2p/base/disk.h"
#include "p2p/base/log.h"

namespace mutoscope::base
{

namespace
{

constexpr std::string_view magic{"MUTOLOG\x01", 8};
constexpr std::size_t prefixBytes = 8; // length and checksum

constexpr std::array<std::uint32_t, 256> makeCrcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = value >> 1 ^ (value & 1 ? 0x82f63b78U : 0); // Castagnoli's polynomial, reflected
        table[i] = value;
    }
    return table;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0)
{
    static constexpr auto table = makeCrcTable();
    crc = ~crc;
    for (const char c : bytes)
        crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 255] ^ crc >> 8;
    return ~crc;
}

void appendU32(std::string& text, std::uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        text += static_cast<char>(value >> shift & 255);
}

std::uint32_t u32At(std::string_view bytes, std::size_t position)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= std::uint32_t{static_cast<std::uint8_t>(bytes[position + i])} << 8 * i;
    return value;
}

void appendFrame(std::string& text, std::string_view record)
{
    const std::size_t start = text.size();
    appendU32(text, static_cast<std::uint32_t>(record.size()));
    appendU32(text, crc32c(record, crc32c(std::string_view(text).substr(start, 4))));
    text += record;
}

/// As many bytes as there are; fewer than asked for at the end of the file. −1 with errno.
ssize_t readAt(int fd, char* buffer, std::size_t size, std::int64_t offset)
{
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = ::pread(fd, buffer + filled, size - filled, offset + static_cast<std::int64_t>(filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(filled);
}

Result<void> checkSize(std::string_view record)
{
    if (record.size() > RecordLog::maxRecordBytes)
        return fail(ErrorCode::TooLarge,
                    "a record of " + std::to_string(record.size()) + " bytes is too large for its log");
    return {};
}

} // namespace

RecordLog::RecordLog(std::filesystem::path file, FileLock lock) : m_file(std::move(file)), m_lock(std::move(lock)) {}

Result<RecordLog> RecordLog::open(const std::filesystem::path& file, const Replay& replay)
{
    std::filesystem::path lockFile = file;
    lockFile += ".lock";
    auto lock = FileLock::acquire(lockFile, file.string());
    if (!lock)
        return tl::unexpected(lock.error());
    RecordLog log(file, std::move(*lock));
    struct stat status {
    };
    if (::lstat(file.c_str(), &status) != 0 && errno == ENOENT) {
        if (const auto made = writeFileDurably(file, magic, FileMode::OwnerOnly); !made)
            return tl::unexpected(made.error());
    }
    if (const auto opened = log.openFile(); !opened)
        return tl::unexpected(opened.error());
    if (const auto replayed = log.replayAll(replay); !replayed)
        return tl::unexpected(replayed.error());
    return log;
}

Result<void> RecordLog::openFile()
{
    Descriptor descriptor(::open(m_file.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    struct stat status {
    };
    if (!descriptor.isOpen() || ::fstat(descriptor.get(), &status) != 0)
        return ioError("cannot open " + m_file.string(), errno);
    std::array<char, magic.size()> start{};
    const ssize_t got = S_ISREG(status.st_mode) ? readAt(descriptor.get(), start.data(), start.size(), 0) : 0;
    if (got < 0)
        return ioError("cannot read " + m_file.string(), errno);
    if (std::string_view(start.data(), static_cast<std::size_t>(got)) != magic)
        return fail(ErrorCode::Malformed,
                    m_file.string() + " is not a log of this program or this version; it was left as it is");
    m_descriptor = std::move(descriptor);
    m_size = ByteCount(status.st_size);
    return {};
}

Result<void> RecordLog::replayAll(const Replay& replay)
{
    const std::int64_t fileSize = m_size.value();
    std::int64_t good = magic.size();
    std::string record;
    while (good < fileSize) {
        std::array<char, prefixBytes> prefix{};
        ssize_t got = readAt(m_descriptor.get(), prefix.data(), prefix.size(), good);
        if (got < 0)
            return ioError("cannot read " + m_file.string(), errno);
        const std::string_view view(prefix.data(), prefix.size());
        const std::uint32_t length = u32At(view, 0);
        if (got < static_cast<ssize_t>(prefix.size()) || length > maxRecordBytes)
            break;
        record.resize(length);
        got = readAt(m_descriptor.get(), record.data(), length, good + static_cast<std::int64_t>(prefixBytes));
        if (got < 0)
            return ioError("cannot read " + m_file.string(), errno);
        if (got < static_cast<ssize_t>(length) || crc32c(record, crc32c(view.substr(0, 4))) != u32At(view, 4))
            break;
        replay(record);
        good += static_cast<std::int64_t>(prefixBytes + length);
    }
    m_size = ByteCount(good);
    if (good < fileSize) {
        qCWarning(logBase, "%s: cut %lld damaged bytes off its end (a crash while writing leaves such)", m_file.c_str(),
                  static_cast<long long>(fileSize - good));
        m_tailIsDirty = true;
        if (const auto cut = cutTail(); !cut)
            return cut;
        return sync();
    }
    return {};
}

Result<void> RecordLog::cutTail()
{
    if (!m_tailIsDirty)
        return {};
    if (const int reason = disk::truncate(m_descriptor.get(), m_file, m_size.value()); reason != 0)
        return ioError("cannot shorten " + m_file.string(), reason);
    m_tailIsDirty = false;
    return {};
}

Result<void> RecordLog::append(std::string_view record)
{
    if (const auto checked = checkSize(record); !checked)
        return checked;
    if (m_isBroken)
        return fail(ErrorCode::Io, m_file.string() + " can't be used since it could not be synced");
    if (const auto cut = cutTail(); !cut)
        return cut;
    std::string frame;
    frame.reserve(prefixBytes + record.size());
    appendFrame(frame, record);
    m_tailIsDirty = true;
    if (const int reason = disk::writeAt(m_descriptor.get(), m_file, frame, m_size.value()); reason != 0) {
        static_cast<void>(cutTail()); // where even that fails, the next append tries it again before it writes
        return ioError("cannot write " + m_file.string(), reason);
    }
    m_tailIsDirty = false;
    m_size += ByteCount(static_cast<std::int64_t>(frame.size()));
    return {};
}

Result<void> RecordLog::sync()
{
    if (m_isBroken)
        return fail(ErrorCode::Io, m_file.string() + " can't be used since it could not be synced");
    if (const int reason = disk::sync(m_descriptor.get(), m_file); reason != 0) {
        m_isBroken = true;
        return ioError("cannot sync " + m_file.string(), reason);
    }
    return {};
}

Result<void> RecordLog::rewrite(std::span<const std::string> records)
{
    std::string content(magic);
    for (const std::string& record : records) {
        if (const auto checked = checkSize(record); !checked)
            return checked;
        appendFrame(content, record);
    }
    const auto written = writeFileDurably(m_file, content, FileMode::OwnerOnly);
    struct stat ours {
    };
    struct stat named {
    };
    const bool isReplaced = ::fstat(m_descriptor.get(), &ours) != 0 || ::stat(m_file.c_str(), &named) != 0 ||
                            ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
    // Once replaced, our descriptor is a file without a name: what is written to it would be lost.
    m_isBroken = m_isBroken || isReplaced;
    if (!written)
        return written;
    if (const auto opened = openFile(); !opened)
        return opened;
    m_tailIsDirty = false;
    m_isBroken = false;
    return {};
}

} // namespace mutoscope::base
