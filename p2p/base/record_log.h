#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "p2p/base/file.h"
#include "p2p/base/result.h"
#include "p2p/base/types.h"

namespace mutoscope::base
{

/// An append-only file of records, for small state that must survive a crash: a seeder's receipts, a viewer's journal.
/// What a record means is its owner's; usually the newest of a kind counts, and rewrite() drops the rest.
///
/// File: 8 bytes "MUTOLOG" and the version 1, then per record: length (u32, little-endian), CRC-32C (RFC 3720 B.4; u32,
/// little-endian) of those four bytes and the record, the record. A record that a crash tore does not pass its
/// checksum: open() cuts it off with whatever follows it.
///
/// Synchronous; one thread at a time. One process at a time: a lock file stands beside it ("FILE.lock").
class RecordLog
{
public:
    static constexpr std::size_t maxRecordBytes = 1024 * 1024;

    /// Called in the order of appending; the view is valid only during the call.
    using Replay = std::function<void(std::string_view record)>;

    /// Opens the log, or makes an empty one, and replays what it holds. Conflict where another process (or another
    /// RecordLog) has it open, Malformed where the file is something else (it stays as it is), Io otherwise.
    [[nodiscard]] static Result<RecordLog> open(const std::filesystem::path& file, const Replay& replay);

    RecordLog(RecordLog&&) noexcept = default;
    RecordLog& operator=(RecordLog&&) noexcept = default;

    /// Writes the record behind the others; durable only after sync(). Where that fails (Io: disk full) nothing of it
    /// stays behind, and the log can be used on. TooLarge over maxRecordBytes.
    [[nodiscard]] Result<void> append(std::string_view record);

    /// After it, what was appended survives a power cut. If it fails, nobody knows what of it is on the disk (the
    /// kernel reports such an error once and may have dropped the data): from then on everything but rewrite() fails.
    [[nodiscard]] Result<void> sync();

    /// Replaces all records by these, durably: after a crash there are the old ones or the new ones.
    [[nodiscard]] Result<void> rewrite(std::span<const std::string> records);

    /// Of the file, to decide when a rewrite() pays.
    [[nodiscard]] ByteCount size() const { return m_size; }

private:
    RecordLog(std::filesystem::path file, FileLock lock);

    [[nodiscard]] Result<void> openFile();
    [[nodiscard]] Result<void> replayAll(const Replay& replay);
    [[nodiscard]] Result<void> cutTail();

    std::filesystem::path m_file;
    FileLock m_lock;
    Descriptor m_descriptor;
    ByteCount m_size;           ///< up to the last whole record
    bool m_tailIsDirty = false; ///< there may be bytes behind m_size
    bool m_isBroken = false;    ///< see sync()
};

} // namespace mutoscope::base
