#include "p2p/ledger/audit.h"

#include <unordered_set>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::ledger
{

using base::Result;
using base::toHex;

namespace
{

/// Between the clock's readings for an entry and for the row beside it.
constexpr std::int64_t sameMoment = 60'000;

std::string text(std::int64_t value)
{
    return std::to_string(value);
}

std::string text(const std::optional<base::PublicKey>& key)
{
    return key ? base::toBase64Url(key->raw()) : "nobody";
}

bool near(base::UnixMs a, base::UnixMs b)
{
    return a.value() - b.value() <= sameMoment && b.value() - a.value() <= sameMoment;
}

/// The first of several values that differ, as a Break.
class Comparison
{
public:
    Comparison(EntryKey entry, std::string name) : m_entry(entry), m_name(std::move(name)) {}

    void operator()(const char* field, const std::string& found, const std::string& expected)
    {
        if (!m_broken && found != expected)
            m_broken = Break{m_entry, m_name + ": " + field + " in its row", found, expected};
    }
    [[nodiscard]] std::optional<Break> take() { return std::move(m_broken); }

private:
    EntryKey m_entry;
    std::string m_name;
    std::optional<Break> m_broken;
};

std::optional<Break> compare(const Account& row, const Auditor& auditor)
{
    if (row.kind == AccountKind::Contract) {
        const auto held = auditor.held().find(row.address);
        if (held == auditor.held().end() || held->second != row.balance)
            return Break{{},
                         "the account of a contract, " + toHex(row.address),
                         text(row.balance.value()),
                         held == auditor.held().end() ? "none" : text(held->second.value())};
        return std::nullopt;
    }
    const auto known = auditor.accounts().find(row.address);
    if (known == auditor.accounts().end())
        return Break{{}, "the account " + toHex(row.address), "a row", "none: no entry made it"};
    const Account& expected = known->second.account;
    Comparison differ(known->second.last, "the account " + toHex(row.address));
    differ("the balance", text(row.balance.value()), text(expected.balance.value()));
    differ("the kind", std::string(wire::enumName(row.kind)), std::string(wire::enumName(expected.kind)));
    differ("the owner", text(row.owner), text(expected.owner));
    differ("the generation", text(row.generation), text(expected.generation));
    differ("the state", row.open ? "open" : "closed", expected.open ? "open" : "closed");
    differ("the number of its last entry", text(row.lastEntry), text(known->second.last.number));
    const bool pays = row.kind == AccountKind::Spend || row.kind == AccountKind::Nostro;
    differ("the open contracts", text(row.openContracts), text(pays ? known->second.openContracts : 0));
    differ("what is reserved", text(row.reserved.value()), text(known->second.reserved.value()));
    return differ.take();
}

/// What may change in a contract's row. `row` is not closed: its best receipt has been checked, `expected` has it.
std::optional<Break> compareOpen(const ContractRecord& row, const ContractRecord& expected, EntryKey opened)
{
    Comparison differ(opened, "the contract " + toHex(row.id));
    const ContractRecord::Best none;
    const ContractRecord::Best& found = row.best ? *row.best : none;
    const ContractRecord::Best& right = expected.best ? *expected.best : none;
    differ("the best receipt", toHex(found.payload), toHex(right.payload));
    differ("the receipt's number", text(found.seq), text(right.seq));
    differ("the bytes received", text(found.bytes.value()), text(right.bytes.value()));
    differ("the amount of the best receipt", text(found.amount.value()), text(right.amount.value()));
    differ("what was paid", text(row.paid.value()), "0");
    differ("what was returned", text(row.returned.value()), "0");
    return differ.take();
}

std::optional<Break> compareClosed(const ContractRecord& row, const Auditor::ContractState& expected)
{
    Comparison differ(*expected.closed, "the contract " + toHex(row.id));
    const ContractRecord::Best none;
    const ContractRecord::Best& best = row.best ? *row.best : none;
    differ("what was paid", text(row.paid.value()), text(expected.paid.value()));
    differ("what was returned", text(row.returned.value()), text(expected.returned.value()));
    differ("the receipt that it settled with", toHex(best.payload), toHex(expected.receipt));
    differ("the receipt's number", text(best.seq), text(expected.seq));
    differ("the bytes received", text(best.bytes.value()), text(expected.bytes.value()));
    differ("the amount of the receipt", text(best.amount.value()), text(expected.paid.value()));
    if (!row.closed || !near(*row.closed, expected.closedAt))
        differ("when it was settled", row.closed ? text(row.closed->value()) : "never",
               text(expected.closedAt.value()));
    return differ.take();
}

std::optional<Break> compare(const ContractRecord& row, Auditor& auditor)
{
    const auto known = auditor.contracts().find(row.id);
    if (known == auditor.contracts().end())
        return Break{{}, "the contract " + toHex(row.id), "a row", "none: no entry opened it"};
    const Auditor::ContractState& expected = known->second;
    Comparison differ(expected.closed.value_or(expected.opened), "the contract " + toHex(row.id));
    const bool closed = row.state == wire::ContractState::Closed;
    differ("the state", std::string(wire::enumName(row.state)),
           expected.closed ? "closed"
           : closed        ? "open or closing"
                           : std::string(wire::enumName(row.state)));
    differ("the number of the entry that opened it", text(row.openedBy.number), text(expected.opened.number));
    if (!near(row.opened, expected.openedAt))
        differ("when it was opened", text(row.opened.value()), text(expected.openedAt.value()));
    if (const ContractRecord* terms = auditor.openContract(row.id)) {
        differ("the account", toHex(row.account), toHex(terms->account));
        differ("the content", toHex(row.content), toHex(terms->content));
        differ("the seeder", text(row.seeder), text(terms->seeder));
        differ("the income address", toHex(row.incomeAddress), toHex(terms->incomeAddress));
        differ("the viewer", text(row.viewer), text(terms->viewer));
        differ("the spend address", toHex(row.spendAddress), toHex(terms->spendAddress));
        differ("the price", text(row.pricePerMiB.value()), text(terms->pricePerMiB.value()));
        differ("the cap", text(row.cap.value()), text(terms->cap.value()));
        differ("the time to serve", text(row.serveUntil.value()), text(terms->serveUntil.value()));
        differ("the time to close", text(row.closeUntil.value()), text(terms->closeUntil.value()));
    }
    differ("the SHA-256 of its terms (id, entry, keys, addresses, price, cap, times)", toHex(termsOf(row)),
           toHex(expected.terms));
    if (auto different = differ.take())
        return different;
    if (closed)
        return compareClosed(row, expected);
    std::optional<std::string> receipt;
    if (row.best)
        receipt = row.best->receipt;
    const auto checked = auditor.addReceipt(row.id, row.state, row.settles, receipt);
    if (!checked)
        return checked.error();
    return compareOpen(row, *checked, expected.opened);
}

} // namespace

Result<AuditReport> audit(Store& store, Auditor::Options options)
{
    const auto identity = store.identity();
    if (!identity)
        return store.error() ? tl::unexpected(*store.error())
                             : base::fail(base::ErrorCode::NotFound, "the ledger has no owner yet");
    Auditor auditor(identity->network, identity->tracker, options);
    AuditReport report;
    const auto note = [&](std::optional<Break> where) {
        if (where && !report.broken)
            report.broken = std::move(where);
        return !report.broken.has_value();
    };
    store.eachEntry([&](const Entry& entry, const Document& cause) {
        const auto added = auditor.add(entry, cause);
        return note(added ? std::nullopt : std::optional(added.error()));
    });

    std::unordered_set<base::Address> accounts;
    if (!report.broken) {
        store.eachAccount([&](const Account& row) {
            if (row.kind != AccountKind::Contract)
                accounts.insert(row.address);
            return note(compare(row, auditor));
        });
    }
    if (!report.broken && !store.error()) {
        for (const auto& [address, state] : auditor.accounts()) {
            if (!accounts.contains(address))
                note(Break{state.last, "the account " + toHex(address), "no row",
                           "one with " + text(state.account.balance.value())});
        }
    }
    std::unordered_set<base::ContractId> contracts;
    if (!report.broken) {
        store.eachContract([&](const ContractRecord& row) {
            contracts.insert(row.id);
            return note(compare(row, auditor));
        });
    }
    if (!report.broken && !store.error()) {
        for (const auto& [id, state] : auditor.contracts()) {
            if (!contracts.contains(id))
                note(Break{state.opened, "the contract " + toHex(id), "no row", "one"});
        }
    }
    if (!report.broken) {
        store.eachAnswer([&](const RequestKey& key, const StoredAnswer& row, const std::string& request) {
            ++report.answers;
            const auto added = auditor.addAnswer(key, row, request);
            return note(added ? std::nullopt : std::optional(added.error()));
        });
    }
    if (const auto failed = store.error())
        return tl::unexpected(*failed);
    if (!report.broken) {
        const auto finished = auditor.finish();
        note(finished ? std::nullopt : std::optional(finished.error()));
    }
    report.entries = auditor.entries();
    report.accounts = static_cast<std::int64_t>(auditor.accounts().size());
    report.contracts = static_cast<std::int64_t>(auditor.contracts().size());
    report.issued = auditor.issued();
    report.chains = auditor.chains();
    return report;
}

} // namespace mutoscope::ledger
