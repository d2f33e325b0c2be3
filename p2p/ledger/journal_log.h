#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <variant>

#include "p2p/crypto/hash.h"
#include "p2p/ledger/records.h"

/// The log: everything that a tracker may not lose, as text. One JSON object a line, members in alphabetical order, no
/// white space, so that the same ledger always has the same log:
///     header    format, network, tracker's key
///     entry     one of the journal with the document that caused it, by ascending (number, chain)
///     contract  of those that aren't closed: state, when it settles, best receipt; by ascending id
///     answer    a request that moved value and what was answered, by ascending node and nonce, or id where there is
///     none evidence  by kind and subject end       how many lines there were, and the SHA-256 of all bytes before this
///     line
/// Hashes, addresses and ids are hex, keys base64url, documents texts as they were received. Offers, which are gone in
/// an hour, and the tracker's secret key are not in it. docs/operations.md shows each line.
namespace mutoscope::ledger
{

struct LogHeader {
    std::string network;
    base::PublicKey tracker;
};

struct LogEntry {
    Entry entry; ///< without prevHash, which is the hash of the one before in its chain
    StoredDocument cause;
};

struct LogContract {
    base::ContractId id;
    wire::ContractState state = wire::ContractState::Open;
    std::optional<base::UnixMs> settles;
    std::optional<std::string> receipt;
};

struct LogAnswer {
    RequestKey key;
    std::optional<EntryKey> entry; ///< that the request caused, and whose document it is
    std::string request;           ///< where it caused none
    base::UnixMs time;
    int status = 200;
    std::string answer;
};

struct LogEvidence {
    std::string kind;
    std::string subject; ///< raw
    base::UnixMs time;
    std::string first;
    std::string second;
};

struct LogEnd {
    std::int64_t lines = 0;
    base::Sha256 hash;
};

using LogLine = std::variant<LogHeader, LogEntry, LogContract, LogAnswer, LogEvidence, LogEnd>;

/// Without the line's end.
[[nodiscard]] std::string encode(const LogLine& line);
/// Malformed for whatever encode() would not have written.
[[nodiscard]] base::Result<LogLine> decodeLogLine(std::string_view text);

/// Writes a log into a new file. What isn't finished is not there: the file gets its name at the end. One thread.
class LogWriter
{
public:
    /// Conflict where there is such a file.
    [[nodiscard]] static base::Result<LogWriter> create(const std::filesystem::path& file);
    LogWriter(LogWriter&&) noexcept = default;
    LogWriter& operator=(LogWriter&&) = delete;
    ~LogWriter();

    /// A failure is kept until finish().
    void add(const LogLine& line);
    /// Adds the end, syncs, and names the file. Io: then there is none.
    [[nodiscard]] base::Result<void> finish();

private:
    LogWriter() = default;
    void write(std::string_view bytes);

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::filesystem::path m_name;
    std::filesystem::path m_partial;
    std::unique_ptr<std::FILE, Close> m_file;
    std::unique_ptr<crypto::Sha256Stream> m_hash;
    std::int64_t m_lines = 0;
    std::optional<base::Error> m_error;
};

/// Reads a log line by line, one of them in memory. One thread.
class LogReader
{
public:
    static constexpr std::size_t maxLine = 1024 * 1024; ///< no line of ours has half of it

    [[nodiscard]] static base::Result<LogReader> open(const std::filesystem::path& file);

    /// Nothing after the end, which has been compared with what was read. Malformed with the line's number: unreadable,
    /// cut, out of order.
    [[nodiscard]] base::Result<std::optional<LogLine>> next();
    /// Of the line that was read last, from 1.
    [[nodiscard]] std::int64_t line() const { return m_lines; }

private:
    LogReader() = default;
    [[nodiscard]] base::Result<std::string> readLine();

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> m_file;
    std::unique_ptr<crypto::Sha256Stream> m_hash;
    std::int64_t m_lines = 0;
    std::size_t m_section = 0; ///< index of the last line's kind
    bool m_ended = false;
};

} // namespace mutoscope::ledger
