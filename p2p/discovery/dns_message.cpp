#include "p2p/discovery/dns_message.h"

#include <algorithm>
#include <map>
#include <optional>

namespace mutoscope::discovery::dns
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

constexpr std::size_t maxName = 255; // RFC 1035 §3.1, with a length before each label and the root's
constexpr std::size_t maxLabel = 63;
constexpr std::size_t headerSize = 12;
constexpr std::uint16_t classIn = 1;
constexpr std::uint16_t topBit = 0x8000; // of the class: unicast answer, or cache flush
constexpr std::uint16_t responseFlag = 0x8000;
constexpr std::uint16_t authoritative = 0x0400;
constexpr std::uint16_t opcodeAndRcode = 0x780F;
constexpr std::size_t pointable = 0x4000;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Goes through the bytes; after the first thing that does not fit it reads zeros.
class Reader
{
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}

    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] std::size_t at() const { return m_at; }
    [[nodiscard]] std::size_t left() const { return m_bytes.size() - m_at; }

    std::uint8_t byte()
    {
        if (!has(1))
            return 0;
        return static_cast<std::uint8_t>(m_bytes[m_at++]);
    }
    std::uint16_t number16()
    {
        const unsigned high = byte();
        return static_cast<std::uint16_t>(high << 8 | byte());
    }
    std::uint32_t number32()
    {
        const std::uint32_t high = number16();
        return high << 16 | number16();
    }
    std::string_view take(std::size_t count)
    {
        if (!has(count))
            return {};
        const auto taken = m_bytes.substr(m_at, count);
        m_at += count;
        return taken;
    }
    /// A pointer may only lead to before the name's own beginning, so that each name ends.
    Name name()
    {
        Name labels;
        std::size_t length = 1;
        std::size_t begin = m_at;
        std::optional<std::size_t> back; // where it goes on behind the name
        for (;;) {
            const std::uint8_t size = byte();
            if (m_failed || size == 0)
                break;
            if (size >= 0xC0) {
                const std::size_t target = (size & 0x3FU) << 8 | byte();
                if (m_failed || target >= begin || target < headerSize) {
                    m_failed = true;
                    break;
                }
                back = back.value_or(m_at);
                begin = m_at = target;
                continue;
            }
            length += 1 + size;
            if (size > maxLabel || length > maxName) {
                m_failed = true;
                break;
            }
            std::string label(take(size));
            std::ranges::transform(label, label.begin(), lower);
            labels.push_back(std::move(label));
        }
        if (back && !m_failed)
            m_at = *back;
        return labels;
    }

private:
    bool has(std::size_t count)
    {
        if (m_failed || left() < count)
            m_failed = true;
        return !m_failed;
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
    bool m_failed = false;
};

class Writer
{
public:
    std::string bytes;
    bool badName = false;

    void number16(std::size_t value)
    {
        bytes += static_cast<char>(value >> 8 & 0xFF);
        bytes += static_cast<char>(value & 0xFF);
    }
    void number32(std::uint32_t value)
    {
        number16(value >> 16);
        number16(value & 0xFFFF);
    }
    void name(const Name& labels)
    {
        std::size_t length = 1;
        for (const std::string& label : labels) {
            length += 1 + label.size();
            badName = badName || label.empty() || label.size() > maxLabel;
        }
        badName = badName || length > maxName;
        if (badName)
            return;
        for (std::size_t first = 0; first < labels.size(); ++first) {
            const Name rest(labels.begin() + static_cast<std::ptrdiff_t>(first), labels.end());
            if (const auto known = m_known.find(rest); known != m_known.end())
                return number16(0xC000 | known->second);
            if (bytes.size() < pointable)
                m_known.emplace(rest, bytes.size());
            bytes += static_cast<char>(labels[first].size());
            bytes += labels[first];
        }
        bytes += '\0';
    }
    void record(const Record& record)
    {
        name(record.name);
        number16(record.type);
        number16(classIn | (record.flush ? topBit : 0));
        number32(record.ttl);
        const std::size_t lengthAt = bytes.size();
        number16(0);
        if (const auto* raw = std::get_if<std::string>(&record.data)) {
            bytes += *raw;
        } else if (const auto* target = std::get_if<Name>(&record.data)) {
            name(*target);
        } else {
            const auto& place = std::get<Place>(record.data);
            number32(0); // priority, weight
            number16(place.port);
            name(place.host);
        }
        const std::size_t length = bytes.size() - lengthAt - 2;
        bytes[lengthAt] = static_cast<char>(length >> 8 & 0xFF);
        bytes[lengthAt + 1] = static_cast<char>(length & 0xFF);
    }

private:
    std::map<Name, std::size_t> m_known;
};

/// Nothing for one of another class.
std::optional<Record> readRecord(Reader& reader)
{
    Record record;
    record.name = reader.name();
    record.type = reader.number16();
    const std::uint16_t classAndFlush = reader.number16();
    record.flush = (classAndFlush & topBit) != 0;
    record.ttl = reader.number32();
    const std::size_t length = reader.number16();
    if (reader.failed() || reader.left() < length) {
        (void)reader.take(length); // fails
        return std::nullopt;
    }
    const std::size_t end = reader.at() + length;
    bool whole = true;
    if (record.type == typePtr) {
        record.data = reader.name();
    } else if (record.type == typeSrv) {
        (void)reader.number32();
        Place place;
        place.port = reader.number16();
        place.host = reader.name();
        record.data = std::move(place);
    } else {
        record.data = std::string(reader.take(length));
        whole = (record.type != typeA || length == 4) && (record.type != typeAaaa || length == 16);
    }
    if (reader.at() != end || !whole)
        (void)reader.take(reader.left() + 1); // fails: what it holds is not as long as it says
    if (reader.failed() || (classAndFlush & ~topBit) != classIn)
        return std::nullopt;
    return record;
}

} // namespace

Name nameOf(std::string_view text)
{
    Name name;
    while (!text.empty()) {
        const auto dot = std::min(text.find('.'), text.size());
        name.emplace_back(text.substr(0, dot));
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return name;
}

std::string toString(const Name& name)
{
    std::string text;
    for (const std::string& label : name)
        text += (text.empty() ? "" : ".") + label;
    return text;
}

Result<Message> read(std::string_view bytes)
{
    if (bytes.size() > maxMessage)
        return fail(ErrorCode::TooLarge, "the message is larger than any of the local network's");
    Reader reader(bytes);
    Message message;
    message.id = reader.number16();
    const std::uint16_t flags = reader.number16();
    message.isResponse = (flags & responseFlag) != 0;
    const std::size_t questions = reader.number16();
    const std::size_t answers = reader.number16();
    const std::size_t others = std::size_t(reader.number16()) + reader.number16();
    if (reader.failed() || (flags & opcodeAndRcode) != 0)
        return fail(ErrorCode::Malformed, "the message is not a standard query or its answer");
    if (questions + answers + others > maxRecords)
        return fail(ErrorCode::TooLarge, "the message has more records than are looked at");
    for (std::size_t i = 0; i < questions && !reader.failed(); ++i) {
        Question question;
        question.name = reader.name();
        question.type = reader.number16();
        const std::uint16_t classAndBit = reader.number16();
        question.unicast = (classAndBit & topBit) != 0;
        const unsigned which = classAndBit & ~topBit;
        if (which == classIn || which == typeAny)
            message.questions.push_back(std::move(question));
    }
    for (std::size_t i = 0; i < answers + others && !reader.failed(); ++i) {
        if (auto record = readRecord(reader))
            (i < answers ? message.answers : message.others).push_back(std::move(*record));
    }
    if (reader.failed())
        return fail(ErrorCode::Malformed, "the message ends too soon, or a name in it does not end");
    return message;
}

Result<std::string> write(const Message& message, std::size_t most)
{
    Writer writer;
    writer.number16(message.id);
    writer.number16(message.isResponse ? responseFlag | authoritative : 0);
    writer.number16(message.questions.size());
    writer.number16(message.answers.size());
    writer.number16(0);
    writer.number16(message.others.size());
    for (const Question& question : message.questions) {
        writer.name(question.name);
        writer.number16(question.type);
        writer.number16(classIn | (question.unicast ? topBit : 0));
    }
    for (const Record& record : message.answers)
        writer.record(record);
    for (const Record& record : message.others)
        writer.record(record);
    if (writer.badName)
        return fail(ErrorCode::Malformed, "a name has an empty label, or is too long");
    if (writer.bytes.size() > most || message.questions.size() + message.answers.size() + message.others.size() > maxRecords)
        return fail(ErrorCode::TooLarge, "the message is too large");
    return std::move(writer.bytes);
}

} // namespace mutoscope::discovery::dns
