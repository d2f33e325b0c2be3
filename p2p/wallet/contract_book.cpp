#include "p2p/wallet/contract_book.h"

#include <algorithm>
#include <mutex>

#include "p2p/base/log.h"

namespace mutoscope::wallet
{

using base::ByteCount;
using base::ContentId;
using base::ContractId;
using base::SegmentIndex;
using base::Tokens;

namespace
{

// Records: one letter, then fixed-size fields, then an envelope where there is one. Integers are 8 bytes big-endian.
constexpr char contractRecord = 'C'; // contract id, envelope
constexpr char receiptRecord = 'R';  // contract id, segment index or `nothingSent`, envelope or nothing
constexpr char closingRecord = 'F';  // contract id
constexpr char closedRecord = 'X';   // contract id, content id, bytes, amount
constexpr char totalsRecord = 'T';   // content id, bytes, amount, contracts
constexpr std::int64_t nothingSent = base::maxInteger;
constexpr std::int64_t rewriteFrom = 16 * 1024 * 1024;

std::string number(std::int64_t value)
{
    std::string bytes(8, '\0');
    for (int i = 7; i >= 0; --i, value >>= 8)
        bytes[static_cast<std::size_t>(i)] = static_cast<char>(value & 255);
    return bytes;
}

/// Takes the fields off the front of a record; `good` turns false where it ends too soon.
class Cursor
{
public:
    explicit Cursor(std::string_view bytes) : m_rest(bytes) {}

    template <class Fixed>
    Fixed fixed()
    {
        const std::string_view raw = take(Fixed::size);
        return raw.empty() ? Fixed() : Fixed::fromRaw(raw);
    }
    std::int64_t number()
    {
        std::int64_t value = 0;
        for (const char c : take(8))
            value = value << 8 | static_cast<std::uint8_t>(c);
        return value;
    }
    [[nodiscard]] std::string_view rest() const { return m_rest; }
    [[nodiscard]] bool good() const { return m_good; }

private:
    std::string_view take(std::size_t size)
    {
        m_good = m_good && m_rest.size() >= size;
        const std::string_view taken = m_good ? m_rest.substr(0, size) : std::string_view();
        m_rest.remove_prefix(taken.size());
        return taken;
    }
    std::string_view m_rest;
    bool m_good = true;
};

void replayRecord(ContractBook::State& state, std::string_view record)
{
    if (record.empty())
        return;
    Cursor cursor(record.substr(1));
    switch (record.front()) {
    case contractRecord: {
        const auto id = cursor.fixed<ContractId>();
        if (cursor.good())
            state.open[id].contract = cursor.rest();
        break;
    }
    case receiptRecord: {
        const auto id = cursor.fixed<ContractId>();
        const std::int64_t sent = cursor.number();
        const auto it = cursor.good() ? state.open.find(id) : state.open.end();
        if (it == state.open.end())
            break;
        if (!cursor.rest().empty())
            it->second.receipt = cursor.rest();
        if (sent != nothingSent)
            it->second.sent.push_back(SegmentIndex(static_cast<std::uint32_t>(sent)));
        break;
    }
    case closingRecord: {
        const auto it = state.open.find(cursor.fixed<ContractId>());
        if (cursor.good() && it != state.open.end())
            it->second.closing = true;
        break;
    }
    case closedRecord: {
        const auto id = cursor.fixed<ContractId>();
        const auto content = cursor.fixed<ContentId>();
        const ByteCount bytes(cursor.number());
        const Tokens amount(cursor.number());
        if (!cursor.good() || state.open.erase(id) == 0)
            break;
        ContractBook::Totals& totals = state.totals[content];
        totals.bytes += bytes;
        totals.amount += amount;
        ++totals.contracts;
        break;
    }
    case totalsRecord: {
        const auto content = cursor.fixed<ContentId>();
        const ContractBook::Totals totals{ByteCount(cursor.number()), Tokens(cursor.number()), cursor.number()};
        if (cursor.good())
            state.totals[content] = totals;
        break;
    }
    default:
        qCWarning(logWallet) << "the contract book has a record of an unknown kind";
    }
}

std::string receiptBytes(const ContractId& id, std::optional<SegmentIndex> sent, std::string_view receipt)
{
    return std::string(1, receiptRecord) + std::string(id.raw()) + number(sent ? sent->value() : nothingSent) + std::string(receipt);
}

std::string closingBytes(const ContractId& id)
{
    return std::string(1, closingRecord) + std::string(id.raw());
}

std::vector<std::string> compact(const ContractBook::State& state)
{
    std::vector<std::string> records;
    for (const auto& [content, totals] : state.totals) {
        records.push_back(std::string(1, totalsRecord) + std::string(content.raw()) + number(totals.bytes.value()) +
                          number(totals.amount.value()) + number(totals.contracts));
    }
    for (const auto& [id, contract] : state.open) {
        records.push_back(std::string(1, contractRecord) + std::string(id.raw()) + contract.contract);
        if (!contract.receipt.empty())
            records.push_back(receiptBytes(id, std::nullopt, contract.receipt));
        for (const SegmentIndex sent : contract.sent)
            records.push_back(receiptBytes(id, sent, {}));
        if (contract.closing)
            records.push_back(closingBytes(id));
    }
    return records;
}

} // namespace

struct ContractBook::Shared {
    struct Waiting {
        std::string record;
        Done done;
    };

    Shared(base::RecordLog opened, base::Executor& executor) : log(std::move(opened)), disk(executor) {}

    base::RecordLog log; // disk thread only
    State state;         // disk thread only
    std::int64_t rewriteAt = rewriteFrom; // disk thread only; grows with what is alive, so that rewriting stays rare
    base::Executor& disk;
    std::mutex mutex;
    std::vector<Waiting> waiting; // under the mutex
    bool scheduled = false;       // under the mutex

    /// Disk thread: everything that waits, with one sync.
    void drain()
    {
        std::vector<Waiting> batch;
        {
            const std::lock_guard lock(mutex);
            batch.swap(waiting);
            scheduled = false;
        }
        base::Result<void> written;
        for (const Waiting& each : batch) {
            if (written && !each.record.empty())
                written = log.append(each.record);
        }
        if (written)
            written = log.sync();
        if (written) {
            for (const Waiting& each : batch)
                replayRecord(state, each.record);
            if (log.size().value() > rewriteAt) {
                warn(rewrite()); // what was appended stays durable either way
                rewriteAt = std::max(rewriteFrom, 2 * log.size().value());
            }
        } else {
            // Some of the batch may stand in the file although all of it is reported as failed: write what is known to be good.
            qCCritical(logWallet) << "the contract book can't be written:" << written.error().message.c_str();
            warn(rewrite());
        }
        for (const Waiting& each : batch)
            each.done(written);
    }

    base::Result<void> rewrite() { return log.rewrite(compact(state)); }

    static void warn(const base::Result<void>& result)
    {
        if (!result)
            qCCritical(logWallet) << result.error().message.c_str();
    }
};

base::Result<std::unique_ptr<ContractBook>> ContractBook::open(const std::filesystem::path& file, base::Executor& disk,
                                                             State& state)
{
    auto log = base::RecordLog::open(file, [&state](std::string_view record) { replayRecord(state, record); });
    if (!log)
        return tl::unexpected(log.error());
    auto shared = std::make_shared<Shared>(std::move(*log), disk);
    shared->state = state;
    return std::unique_ptr<ContractBook>(new ContractBook(std::move(shared)));
}

void ContractBook::add(std::string record, Done done)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->waiting.push_back({std::move(record), std::move(done)});
    if (!std::exchange(m_shared->scheduled, true))
        m_shared->disk.post([shared = m_shared] { shared->drain(); });
}

void ContractBook::addContract(const ContractId& id, std::string contract, Done done)
{
    add(std::string(1, contractRecord) + std::string(id.raw()) + contract, std::move(done));
}

void ContractBook::addReceipt(const ContractId& id, std::string receipt, std::optional<SegmentIndex> sent, Done done)
{
    add(sent || !receipt.empty() ? receiptBytes(id, sent, receipt) : std::string(), std::move(done));
}

void ContractBook::beginClosing(const ContractId& id, Done done)
{
    add(closingBytes(id), std::move(done));
}

void ContractBook::closeContract(const ContractId& id, const ContentId& content, ByteCount bytes, Tokens amount, Done done)
{
    add(std::string(1, closedRecord) + std::string(id.raw()) + std::string(content.raw()) + number(bytes.value()) +
            number(amount.value()),
        std::move(done));
}

} // namespace mutoscope::wallet
