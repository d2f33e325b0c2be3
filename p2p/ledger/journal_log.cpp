#include "p2p/ledger/journal_log.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/wire/json.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;
using base::toHex;
using nlohmann::json;

namespace
{

constexpr std::string_view format = "mutoscope.log.v1";

// ---- writing ----

json document(const StoredDocument& document)
{
    return {{"type", document.type}, {"bytes", document.bytes}};
}

json object(const LogHeader& header)
{
    return {{"line", "header"},
            {"format", format},
            {"network", header.network},
            {"tracker", base::toBase64Url(header.tracker.raw())}};
}

json object(const LogEntry& row)
{
    json postings = json::array();
    for (const Posting& posting : row.entry.postings)
        postings.push_back({{"account", toHex(posting.account)}, {"amount", posting.amount.value()}});
    return {{"line", "entry"},
            {"chain", row.entry.chain},
            {"number", row.entry.number},
            {"time", row.entry.time.value()},
            {"kind", wire::enumName(row.entry.kind)},
            {"subject", toHex(row.entry.subject)},
            {"memo", row.entry.memo},
            {"cause", toHex(row.entry.cause)},
            {"hash", toHex(row.entry.hash)},
            {"postings", std::move(postings)},
            {"document", document(row.cause)}};
}

json object(const LogContract& row)
{
    json result{{"line", "contract"}, {"id", toHex(row.id)}, {"state", wire::enumName(row.state)}};
    if (row.settles)
        result["settles"] = row.settles->value();
    if (row.receipt)
        result["receipt"] = *row.receipt;
    return result;
}

json object(const LogAnswer& row)
{
    json result{{"line", "answer"},         {"id", toHex(row.key.id)}, {"node", base::toBase64Url(row.key.node.raw())},
                {"time", row.time.value()}, {"status", row.status},    {"answer", row.answer}};
    if (row.key.nonce)
        result["nonce"] = toHex(*row.key.nonce);
    if (row.entry)
        result["entry"] = {{"chain", row.entry->chain}, {"number", row.entry->number}};
    else
        result["request"] = row.request;
    return result;
}

json object(const LogEvidence& row)
{
    return {{"line", "evidence"},       {"kind", row.kind},   {"subject", toHex(row.subject)},
            {"time", row.time.value()}, {"first", row.first}, {"second", row.second}};
}

json object(const LogEnd& end)
{
    return {{"line", "end"}, {"lines", end.lines}, {"sha256", toHex(end.hash)}};
}

// ---- reading: whatever is missing or of another type leaves a default, and then the line isn't what encode() writes
// ----

const json* member(const json& object, const char* name)
{
    const auto it = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && it != object.end() ? &*it : nullptr;
}

std::string text(const json& object, const char* name)
{
    const json* value = member(object, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::int64_t number(const json& object, const char* name)
{
    const json* value = member(object, name);
    return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

template <class Fixed>
Fixed hex(const json& object, const char* name)
{
    return base::fixedFromHex<Fixed>(text(object, name)).value_or(Fixed());
}

base::PublicKey key(const json& object, const char* name)
{
    return base::fixedFromBase64Url<base::PublicKey>(text(object, name)).value_or(base::PublicKey());
}

StoredDocument document(const json& object, const char* name)
{
    const json* value = member(object, name);
    return value == nullptr ? StoredDocument() : StoredDocument{text(*value, "type"), text(*value, "bytes")};
}

LogEntry readEntry(const json& line)
{
    LogEntry row;
    row.entry.chain = number(line, "chain");
    row.entry.number = number(line, "number");
    row.entry.time = base::UnixMs(number(line, "time"));
    (void)wire::enumFromName(text(line, "kind"), row.entry.kind);
    row.entry.subject = hex<base::Sha256>(line, "subject");
    row.entry.memo = text(line, "memo");
    row.entry.cause = hex<base::Sha256>(line, "cause");
    row.entry.hash = hex<base::Sha256>(line, "hash");
    if (const json* postings = member(line, "postings"); postings != nullptr && postings->is_array()) {
        for (const json& posting : *postings)
            row.entry.postings.push_back(
                {hex<base::Address>(posting, "account"), base::Tokens(number(posting, "amount"))});
    }
    row.cause = document(line, "document");
    return row;
}

std::optional<LogLine> read(const json& line)
{
    const std::string kind = text(line, "line");
    if (kind == "header")
        return LogHeader{text(line, "network"), key(line, "tracker")};
    if (kind == "entry")
        return readEntry(line);
    if (kind == "contract") {
        LogContract row;
        row.id = hex<base::ContractId>(line, "id");
        (void)wire::enumFromName(text(line, "state"), row.state);
        if (member(line, "settles") != nullptr)
            row.settles = base::UnixMs(number(line, "settles"));
        if (member(line, "receipt") != nullptr)
            row.receipt = text(line, "receipt");
        return row;
    }
    if (kind == "answer") {
        LogAnswer row;
        row.key.id = hex<base::Sha256>(line, "id");
        row.key.node = key(line, "node");
        if (member(line, "nonce") != nullptr)
            row.key.nonce = hex<base::Nonce>(line, "nonce");
        if (const json* entry = member(line, "entry"))
            row.entry = EntryKey{number(*entry, "chain"), number(*entry, "number")};
        row.request = text(line, "request");
        row.time = base::UnixMs(number(line, "time"));
        row.status = static_cast<int>(number(line, "status") % 1'000);
        row.answer = text(line, "answer");
        return row;
    }
    if (kind == "evidence")
        return LogEvidence{text(line, "kind"), base::fromHex(text(line, "subject")).value_or(std::string()),
                           base::UnixMs(number(line, "time")), text(line, "first"), text(line, "second")};
    if (kind == "end")
        return LogEnd{number(line, "lines"), hex<base::Sha256>(line, "sha256")};
    return std::nullopt;
}

} // namespace

std::string encode(const LogLine& line)
{
    return std::visit([](const auto& row) { return object(row).dump(); }, line);
}

Result<LogLine> decodeLogLine(std::string_view bytes)
{
    const auto parsed = wire::parseJson(bytes, {.maxBytes = LogReader::maxLine, .maxDepth = 4, .maxValues = 4'096});
    if (!parsed)
        return tl::unexpected(parsed.error());
    auto line = read(*parsed);
    if (!line)
        return fail(ErrorCode::Malformed, "it is not a line of the log format " + std::string(format));
    if (encode(*line) != bytes)
        return fail(ErrorCode::Malformed, "it has other members, values or an other form than the log format " +
                                              std::string(format) + " knows");
    return std::move(*line);
}

// ---- files ----

Result<LogWriter> LogWriter::create(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return fail(ErrorCode::Conflict, "there is a file " + file.string() + " already");
    LogWriter writer;
    writer.m_name = file;
    writer.m_partial = file;
    writer.m_partial += ".partial";
    // 0600: who owes what is nobody else's business.
    const int fd = ::open(writer.m_partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return base::ioError("cannot write " + writer.m_partial.string(), errno);
    writer.m_file.reset(::fdopen(fd, "wb"));
    writer.m_hash = std::make_unique<crypto::Sha256Stream>();
    return writer;
}

LogWriter::~LogWriter()
{
    if (!m_file)
        return; // moved from, or finished
    std::error_code ignored;
    std::filesystem::remove(m_partial, ignored);
}

void LogWriter::write(std::string_view bytes)
{
    if (!m_error && std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size())
        m_error = base::ioError("cannot write " + m_partial.string(), errno).value();
}

void LogWriter::add(const LogLine& line)
{
    const std::string text = encode(line) + "\n";
    m_hash->add(text);
    write(text);
    ++m_lines;
}

Result<void> LogWriter::finish()
{
    write(encode(LogEnd{m_lines, m_hash->finish()}) + "\n");
    if (!m_error && (std::fflush(m_file.get()) != 0 || ::fsync(::fileno(m_file.get())) != 0))
        m_error = base::ioError("cannot write " + m_partial.string(), errno).value();
    if (m_error)
        return tl::unexpected(*m_error);
    // A link and not a rename: that would replace what somebody else has put there meanwhile.
    if (::link(m_partial.c_str(), m_name.c_str()) != 0)
        return base::ioError("cannot name " + m_name.string(), errno);
    ::unlink(m_partial.c_str());
    m_file.reset();
    return base::syncFolder(std::filesystem::absolute(m_name).parent_path());
}

Result<LogReader> LogReader::open(const std::filesystem::path& file)
{
    LogReader reader;
    reader.m_file.reset(std::fopen(file.c_str(), "rbe"));
    if (!reader.m_file)
        return base::ioError("cannot read " + file.string(), errno);
    reader.m_hash = std::make_unique<crypto::Sha256Stream>();
    return reader;
}

Result<std::string> LogReader::readLine()
{
    std::string text;
    for (;;) {
        const int c = ::getc_unlocked(m_file.get());
        if (c == '\n')
            return text;
        if (c == EOF) {
            if (std::ferror(m_file.get()) != 0)
                return base::ioError("cannot read", errno);
            return fail(ErrorCode::Malformed, text.empty() ? "the log ends before its last line: it was cut"
                                                           : "the line has no end: the log was cut");
        }
        if (text.size() == maxLine)
            return fail(ErrorCode::Malformed, "the line is longer than any of a log");
        text += static_cast<char>(c);
    }
}

Result<std::optional<LogLine>> LogReader::next()
{
    const auto bad = [this](const base::Error& error) {
        return fail(error.code, "line " + std::to_string(m_lines) + ": " + error.message);
    };
    if (m_ended)
        return std::optional<LogLine>();
    ++m_lines;
    auto text = readLine();
    if (!text)
        return bad(text.error());
    auto line = decodeLogLine(*text);
    if (!line)
        return bad(line.error());
    const bool isHeader = std::holds_alternative<LogHeader>(*line);
    if (isHeader != (m_lines == 1) || line->index() < m_section)
        return bad({ErrorCode::Malformed, "it is out of order"});
    m_section = line->index();
    if (const auto* end = std::get_if<LogEnd>(&*line)) {
        m_ended = true;
        if (end->lines != m_lines - 1)
            return bad({ErrorCode::Malformed, "there were " + std::to_string(m_lines - 1) +
                                                  " lines, and there should be " + std::to_string(end->lines)});
        if (const auto hash = m_hash->finish(); hash != end->hash)
            return bad({ErrorCode::Malformed,
                        "the lines before have the SHA-256 " + toHex(hash) + ", and should have " + toHex(end->hash)});
        if (::getc_unlocked(m_file.get()) != EOF)
            return bad({ErrorCode::Malformed, "there is something behind the end"});
    } else {
        *text += '\n';
        m_hash->add(*text);
    }
    return std::optional(std::move(*line));
}

} // namespace mutoscope::ledger
