#include "tests/sim/swarm/auditor.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/wire/credit.h"
#include "p2p/wire/amount.h"

namespace mutoscope::test::swarm
{

using namespace std::chrono_literals;
using base::ContractId;
using base::Tokens;

namespace
{

constexpr std::size_t storyLength = 120;

std::set<std::uint32_t> setOf(const wire::SegmentRanges& ranges)
{
    std::set<std::uint32_t> result;
    for (const auto& range : ranges.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i)
            result.insert(i);
    }
    return result;
}

template <class M>
std::optional<wire::Signed<M>> readUnchecked(const std::string& bytes)
{
    const auto envelope = wire::readEnvelope(bytes, M::type, M::maxBytes);
    if (!envelope)
        return std::nullopt;
    auto message = wire::decodeFields<M>(envelope->payload,
                                         {.maxBytes = M::maxBytes, .maxDepth = 6, .maxValues = M::maxBytes / 4});
    if (!message)
        return std::nullopt;
    return wire::Signed<M>{std::move(*message), bytes, crypto::sha256(envelope->payload)};
}

std::string shortId(const ContractId& id)
{
    return base::toHex(id).substr(0, 6);
}

struct SegmentRequest {
    ContractId contract;
    std::uint32_t index = 0;
};

constexpr std::string_view firstSegment = "/v1/contracts/segments/";

/// Of a request for a segment, under a contract or with its proposal.
std::optional<SegmentRequest> segmentRequest(const net::HttpRequest& request)
{
    constexpr std::size_t idAt = 14;
    constexpr std::size_t idSize = 64;
    constexpr std::string_view middle = "/segments/";
    const std::string& target = request.target;
    if (target.starts_with(firstSegment)) {
        const auto envelope = wire::readEnvelope(request.body, wire::Contract::type, wire::Contract::maxBytes);
        const auto index = base::parseInteger(target.substr(firstSegment.size()));
        if (!envelope || !index)
            return std::nullopt;
        return SegmentRequest{crypto::hash<ContractId>(envelope->payload), static_cast<std::uint32_t>(*index)};
    }
    if (!target.starts_with("/v1/contracts/") || target.size() < idAt + idSize ||
        target.compare(idAt + idSize, middle.size(), middle) != 0)
        return std::nullopt;
    const auto id = base::fixedFromHex<ContractId>(target.substr(idAt, idSize));
    const auto index = base::parseInteger(target.substr(idAt + idSize + middle.size()));
    if (!id || !index)
        return std::nullopt;
    return SegmentRequest{*id, static_cast<std::uint32_t>(*index)};
}

/// A path without the long hash in it.
std::string shortTarget(const std::string& target)
{
    return target.size() > 78 && target.starts_with("/v1/contracts/") ? target.substr(0, 20) + "…" + target.substr(78)
                                                                      : target.substr(0, 40);
}

bool movesValue(const std::string& target)
{
    return target == "/v1/openContract" || target == "/v1/closeContract" || target == "/v1/transfer" ||
           target == "/v1/closeIncomeAddress" || target == "/v1/closeSpendAddress";
}

bool isSegment(const net::HttpResponse& response)
{
    return response.status == 200 && response.contentType == "application/octet-stream";
}

} // namespace

Auditor::Auditor(const Plan& plan, const VirtualTime& time, const content::Stream& film)
    : m_plan(plan), m_time(time), m_film(film)
{
    for (int number = 1; number <= plan.parties(); ++number) {
        const base::PublicKey key = keyOf(static_cast<std::uint8_t>(number)).publicKey();
        m_parties[key] = number;
        m_ordinary[crypto::ordinaryAddress(key)] = key;
    }
}

void Auditor::fail(std::string what)
{
    note("!! " + what);
    if (m_failure.empty())
        m_failure = std::move(what);
}

void Auditor::note(const std::string& line)
{
    std::string time = std::to_string(m_time.monotonic().count());
    time.insert(0, time.size() < 9 ? 9 - time.size() : 0, ' ');
    m_story.push_back(time + " ms  " + line);
    if (m_story.size() > storyLength)
        m_story.pop_front();
}

std::string Auditor::story() const
{
    std::string text;
    for (const std::string& line : m_story)
        text += line + "\n";
    return text;
}

Auditor::Deal* Auditor::dealOf(const ContractId& id)
{
    const auto found = m_deals.find(id);
    return found == m_deals.end() ? nullptr : &found->second;
}

void Auditor::seederStarts(int party, std::filesystem::path book)
{
    m_books[party] = std::move(book);
    ++m_lives[party];
}

// ---- what passes ----

void Auditor::asked(const std::string& client, std::uint16_t, const net::HttpRequest& request)
{
    note(client + " asks " + shortTarget(request.target));
    if (request.method != "POST" || !m_seen.insert(request.body).second)
        return;
    if (request.target == "/v1/contracts" || request.target == "/v1/openContract" ||
        request.target.starts_with(firstSegment))
        sawContract(request.body);
    else if (request.target.starts_with("/v1/contracts/") || request.target == "/v1/closeContract")
        sawReceipt(client, request.body);
}

void Auditor::sawContract(const std::string& bytes)
{
    const auto contract = readUnchecked<wire::Contract>(bytes);
    if (contract)
        m_deals[wire::contractId(*contract)].terms = contract->message;
}

void Auditor::sawReceipt(const std::string& client, const std::string& bytes)
{
    const auto read = readUnchecked<wire::Receipt>(bytes);
    Deal* const deal = read ? dealOf(read->message.contract) : nullptr;
    if (deal == nullptr)
        return;
    const Receipt receipt{read->message, read->payload, setOf(read->message.segments)};
    const bool isFirst = deal->all.emplace(receipt.payload, receipt).second;
    note("   receipt " + std::to_string(receipt.message.seq) + " of contract " + shortId(receipt.message.contract) +
         " for " + std::to_string(receipt.segments.size()) + " segments" + (receipt.message.final ? ", final" : ""));
    if (isFirst && !m_plan.isLiar(party(deal->terms.viewer)))
        checkChain(*deal, receipt);
    deal->signedBy.emplace(receipt.message.seq, receipt);
    static_cast<void>(client);
}

/// 4: an honest viewer's receipts are monotone. 5: it signs only what it verified.
void Auditor::checkChain(const Deal& deal, const Receipt& receipt)
{
    const std::string which =
        "receipt " + std::to_string(receipt.message.seq) + " of contract " + shortId(receipt.message.contract);
    const auto at = deal.signedBy.lower_bound(receipt.message.seq);
    const auto isBelow = [](const Receipt& lower, const Receipt& higher) {
        return lower.message.bytes <= higher.message.bytes && lower.message.amount <= higher.message.amount &&
               std::ranges::includes(higher.segments, lower.segments);
    };
    if (at != deal.signedBy.end() && at->first == receipt.message.seq)
        return fail("4: the viewer signed two different ones: " + which);
    if (at != deal.signedBy.end() && !isBelow(receipt, at->second))
        fail("4: a receipt is not included in a later one: " + which);
    if (at != deal.signedBy.begin() && !isBelow(std::prev(at)->second, receipt))
        fail("4: the viewer signed lower than before: " + which);
    if (!std::ranges::includes(deal.verified, receipt.segments))
        fail("5: the viewer signed for bytes that it had not verified: " + which);
    const auto due = wire::amountDue(receipt.message.bytes, deal.terms.pricePerMiB);
    if (!due || *due != receipt.message.amount || receipt.message.amount > deal.terms.maxAmount)
        fail("3: the viewer signed an amount that is not the price, or above the cap: " + which);
}

void Auditor::answered(const std::string& client, std::uint16_t server, const net::HttpRequest& request,
                       const net::HttpResponse& response)
{
    note("      " + std::to_string(response.status) + " for " + client + "'s " + shortTarget(request.target));
    if (!isSegment(response)) {
        if (server == TrackerNode::port && response.status == 200 && movesValue(request.target))
            sawTrackerAnswer(request, response);
    } else if (const auto segment = segmentRequest(request)) {
        sawSegmentLeave(server - SeederNode::portOf(0), segment->contract, segment->index,
                        request.target.starts_with(firstSegment));
    }
}

/// 7: a repeated request gets the same bytes, whatever happened to the tracker meanwhile.
void Auditor::sawTrackerAnswer(const net::HttpRequest& request, const net::HttpResponse& response)
{
    const auto contract = readUnchecked<wire::ContractAnswer>(*response.body);
    if (contract && contract->message.state == wire::ContractState::Closing)
        return; // will be over soon, and is not kept
    const auto [before, isFirst] = m_trackerAnswers.emplace(request.target + request.body, *response.body);
    if (!isFirst && before->second != *response.body)
        fail("7: a repeated " + request.target.substr(4) + " got another answer");
}

/// 5, at the moment that counts: what the seeder would know if it crashed now.
void Auditor::sawSegmentLeave(int seeder, const ContractId& id, std::uint32_t index, bool early)
{
    Deal* const deal = dealOf(id);
    const std::string which = "segment " + std::to_string(index) + " of contract " + shortId(id);
    if (deal == nullptr)
        return fail("a segment is sent under a contract that nobody proposed: " + which);
    ++m_segmentsSent;
    if (early && deal->state == wire::ContractState::Closed) {
        ++m_replayed[seeder]; // the seeder does not know it any more; the tracker will say that it is closed
        return;
    }
    deal->early = deal->early || early;
    deal->sent.insert(index);
    const auto book = durableBook(seeder);
    const auto entry = book.open.find(id);
    if (entry == book.open.end() && early) {
        ++m_replayed[seeder]; // the tracker has refused the contract while the segment was read
        return;
    }
    if (entry == book.open.end())
        return fail("5: sent, though the contract is not in the seeder's book: " + which);
    if (std::ranges::find(entry->second.sent, base::SegmentIndex(index)) == entry->second.sent.end())
        fail("5: sent before its release was durable: " + which);
    const Receipt* const best =
        receiptOf(*deal, entry->second.receipt); // none for the first segment, which comes before it
    const Segments none;
    if (best != nullptr)
        deal->bestDurable = std::max(deal->bestDurable, best->message.amount);
    Segments owed;
    std::ranges::set_difference(deal->sent, best != nullptr ? best->segments : none, std::inserter(owed, owed.end()));
    if (static_cast<std::int64_t>(owed.size()) > wire::grantedCredit(deal->terms.creditWindow, best != nullptr ? static_cast<std::int64_t>(best->segments.size()) : 0))
        fail("5: " + std::to_string(owed.size()) + " segments sent and not durably receipted, the window is " +
             std::to_string(wire::grantedCredit(deal->terms.creditWindow, best != nullptr ? static_cast<std::int64_t>(best->segments.size()) : 0)) + ": " + which);
}

wallet::ContractBook::State Auditor::durableBook(int seeder)
{
    // A copy: the seeder holds the lock of its own.
    const std::filesystem::path& book = m_books.at(seeder);
    const std::filesystem::path copy = book.parent_path() / "served.copy";
    std::error_code error;
    std::filesystem::copy_file(book, copy, std::filesystem::copy_options::overwrite_existing, error);
    wallet::ContractBook::State state;
    VirtualTime unused;
    if (!error)
        static_cast<void>(need(wallet::ContractBook::open(copy, unused, state)));
    return state;
}

const Auditor::Receipt* Auditor::receiptOf(const Deal& deal, const std::string& envelope) const
{
    const auto read = readUnchecked<wire::Receipt>(envelope);
    const auto found = read ? deal.all.find(read->payload) : deal.all.end();
    return found == deal.all.end() ? nullptr : &found->second;
}

void Auditor::arrived(const std::string&, std::uint16_t, const net::HttpRequest& request,
                      const net::HttpResponse& response)
{
    const auto segment = isSegment(response) ? segmentRequest(request) : std::nullopt;
    if (!segment)
        return;
    Deal* const deal = dealOf(segment->contract);
    const base::SegmentIndex index(segment->index);
    if (deal != nullptr && m_film.has(index) && crypto::sha256(*response.body) == m_film.segment(index).sha256)
        deal->verified.insert(segment->index);
}

// ---- the tracker's ledger ----

void Auditor::wiped()
{
    m_wiped = true;
    m_issued.clear();
    m_trackerAnswers.clear();
    for (auto& [id, deal] : m_deals)
        deal.known = false;
}

void Auditor::check(ledger::Ledger& books)
{
    const std::int64_t changes = books.store().changes();
    if (std::exchange(m_changes, changes) == changes)
        return;                                            // it only read
    std::map<base::PublicKey, Tokens> expected = m_issued; // of spend, ordinary and income addresses together
    std::map<base::PublicKey, Tokens> found;
    Tokens reserved;
    Tokens held;
    Tokens total;
    const auto read = books.read([&](ledger::Ledger& l) -> base::Result<void> {
        l.store().eachContract([&](const ledger::ContractRecord& record) {
            if (Deal* const deal = dealOf(record.id))
                checkContract(*deal, record);
            else
                fail("the tracker has a contract that nobody proposed");
            const bool isClosed = record.state == wire::ContractState::Closed;
            expected[record.viewer] -= isClosed ? record.paid : record.cap;
            expected[record.seeder] += record.paid;
            reserved += isClosed ? Tokens() : record.cap;
            return true;
        });
        l.store().eachAccount([&](const ledger::Account& account) {
            total += account.balance;
            if (account.kind != ledger::AccountKind::Issuance && account.balance.value() < 0)
                fail("1: a balance is negative");
            if (account.kind == ledger::AccountKind::Contract)
                held += account.balance;
            else if (account.owner)
                found[*account.owner] += account.balance;
            else if (const auto owner = m_ordinary.find(account.address); owner != m_ordinary.end())
                found[owner->second] += account.balance;
            return true;
        });
        return {};
    });
    if (!read)
        return fail("the ledger can't be read: " + read.error().message);
    if (total.value() != 0)
        fail("1: all balances and what was issued sum to " + std::to_string(total.value()));
    if (held != reserved)
        fail("1: " + std::to_string(held.value()) + " are held for contracts that reserve " +
             std::to_string(reserved.value()));
    for (const auto& [owner, amount] : expected) {
        if (found[owner] != amount)
            fail("1: " + m_plan.name(party(owner)) + " has " + std::to_string(found[owner].value()) + " instead of " +
                 std::to_string(amount.value()));
    }
}

/// 2 and 3.
void Auditor::checkContract(Deal& deal, const ledger::ContractRecord& record)
{
    const std::string which = "contract " + shortId(record.id);
    if (deal.known && deal.state == wire::ContractState::Closed) {
        if (record.state != deal.state || record.paid != deal.paid || record.returned != deal.returned)
            fail("2: settled a second time: " + which);
        return;
    }
    if (deal.known && deal.state == wire::ContractState::Closing && record.state == wire::ContractState::Open)
        fail("2: open again: " + which);
    if (!deal.known || deal.state != record.state)
        note("T: " + which + " is " + std::string(wire::enumName(record.state)) + ", paid " +
             std::to_string(record.paid.value()) + " of " + std::to_string(record.cap.value()));
    deal.known = true;
    if (record.state == wire::ContractState::Closing && deal.state == wire::ContractState::Open)
        deal.closing = m_time.monotonic();
    deal.state = record.state;
    if (record.cap != deal.terms.maxAmount || record.paid.value() < 0 || record.paid > record.cap)
        fail("2: paid more than the cap: " + which);
    if (record.state != wire::ContractState::Closed)
        return;
    ++m_settled;
    deal.paid = record.paid;
    deal.returned = record.returned;
    if (record.paid + record.returned != record.cap)
        fail("2: paid and returned are not what was reserved: " + which);
    const auto best = record.best ? deal.all.find(record.best->payload) : deal.all.end();
    if (record.best && best == deal.all.end())
        return fail("3: settled with a receipt that the viewer never sent: " + which);
    const base::ByteCount bytes = record.best ? best->second.message.bytes : base::ByteCount();
    if (record.paid != need(wire::amountDue(bytes, record.pricePerMiB)))
        fail("3: not the price of what was receipted was paid: " + which);
    if (m_wiped)
        return;
    const int seeder = party(deal.terms.seeder);
    // 5, with what it takes to bring a receipt in time: a way to the tracker.
    const milliseconds now = m_time.monotonic();
    const milliseconds from = (deal.closing >= 0ms ? deal.closing : now - 90s) - 20s;
    if (m_plan.isTroubled(seeder, from, now))
        return;
    Segments unpaid;
    const Segments none;
    std::ranges::set_difference(deal.sent, record.best ? best->second.segments : none,
                                std::inserter(unpaid, unpaid.end()));
    const std::int64_t window = wire::grantedCredit(deal.terms.creditWindow, record.best ? static_cast<std::int64_t>(best->second.segments.size()) : 0);
    if (static_cast<std::int64_t>(unpaid.size()) > window)
        fail("5: " + m_plan.name(seeder) + " was not paid for " + std::to_string(unpaid.size()) +
             " segments, the window is " + std::to_string(window) + ": " + which);
    if (record.paid < deal.bestDurable)
        fail("5: " + m_plan.name(seeder) + " had a better receipt than the one that was settled with: " + which);
}

/// What a seeder sent before the tracker's answer, and for which there was no contract in the end.
void Auditor::checkEarly()
{
    const seeder::SeederSettings settings;
    std::map<int, std::int64_t> lost = m_replayed;
    for (const auto& [id, deal] : m_deals)
        lost[party(deal.terms.seeder)] += deal.early && !deal.known ? 1 : 0;
    for (const auto& [seeder, segments] : lost) {
        if (segments > m_lives[seeder] * (settings.earlyLossesPerHour + settings.earlyAtOnce))
            fail(m_plan.name(seeder) + " lost " + std::to_string(segments) + " first segments");
    }
}

void Auditor::checkEnd(ledger::Ledger& books)
{
    m_changes = -1;
    check(books);
    if (!m_wiped)
        checkEarly();
    for (const auto& [id, deal] : m_deals) {
        if (deal.known && deal.state != wire::ContractState::Closed)
            fail("contract " + shortId(id) + " is still " + std::string(wire::enumName(deal.state)) +
                 ", and its tokens are locked");
    }
    const auto checked = books.read([](ledger::Ledger& l) { return l.check(); });
    if (!checked)
        fail("8: " + checked.error().message);
}

} // namespace mutoscope::test::swarm
