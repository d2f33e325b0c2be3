#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "tests/sim/contract/world.h"
#include "tests/sim/swarm/plan.h"

namespace mutoscope::test::swarm
{

/// Checks the invariants of protocol §7 while a world runs: sees every message, B's durable books at the moment when a
/// segment leaves, and T's ledger after each of its transactions (nothing else changes it). Knows nothing of how the
/// parties work.
class Auditor final : public VirtualNetwork::Watcher
{
public:
    Auditor(const Plan& plan, const VirtualTime& time, const content::Stream& film);

    /// It starts, or starts again. `book`: of contracts, on the disk.
    void seederStarts(int party, std::filesystem::path book);
    /// By the operator, to each of the viewers.
    void issued(std::map<base::PublicKey, base::Tokens> amounts)
    {
        m_issued = std::move(amounts);
        m_changes = -1;
    }

    void asked(const std::string& client, std::uint16_t server, const net::HttpRequest& request) override;
    void answered(const std::string& client, std::uint16_t server, const net::HttpRequest& request,
                  const net::HttpResponse& response) override;
    void arrived(const std::string& client, std::uint16_t server, const net::HttpRequest& request,
                 const net::HttpResponse& response) override;
    /// T has done a transaction.
    void check(ledger::Ledger& books);
    /// T has lost everything; from now on only what the parties do by themselves is judged.
    void wiped();
    /// Everything is over and settled.
    void checkEnd(ledger::Ledger& books);

    void fail(std::string what);
    void note(const std::string& line);
    [[nodiscard]] const std::string& failure() const { return m_failure; } ///< empty: none
    [[nodiscard]] std::string story() const;                               ///< the last events
    [[nodiscard]] std::int64_t segmentsSent() const { return m_segmentsSent; }
    [[nodiscard]] std::int64_t contractsSettled() const { return m_settled; }

private:
    using Segments = std::set<std::uint32_t>;
    struct Receipt {
        wire::Receipt message;
        base::Sha256 payload;
        Segments segments;
    };
    /// What the auditor saw of one contract.
    struct Deal {
        wire::Contract terms;
        Segments sent;                            ///< by the seeder
        bool early = false;                       ///< the first one while the tracker still answered
        Segments verified;                        ///< arrived at the viewer with the right bytes
        std::map<std::int64_t, Receipt> signedBy; ///< that the viewer let out, by seq
        std::map<base::Sha256, Receipt> all;      ///< of a liar there may be several with one seq
        wire::ContractState state = wire::ContractState::Open;
        bool known = false; ///< to the tracker
        milliseconds closing{-1};
        base::Tokens paid;
        base::Tokens returned;
        base::Tokens bestDurable; ///< the seeder's best receipt
    };

    [[nodiscard]] int party(const base::PublicKey& key) const { return m_parties.at(key); }
    [[nodiscard]] Deal* dealOf(const base::ContractId& id);
    void sawContract(const std::string& bytes);
    void sawReceipt(const std::string& client, const std::string& bytes);
    void checkChain(const Deal& deal, const Receipt& receipt);
    void sawSegmentLeave(int seeder, const base::ContractId& id, std::uint32_t index, bool early);
    void checkEarly();
    void sawTrackerAnswer(const net::HttpRequest& request, const net::HttpResponse& response);
    void checkContract(Deal& deal, const ledger::ContractRecord& record);
    [[nodiscard]] wallet::ContractBook::State durableBook(int seeder);
    [[nodiscard]] const Receipt* receiptOf(const Deal& deal, const std::string& envelope) const;

    const Plan& m_plan;
    const VirtualTime& m_time;
    const content::Stream& m_film;
    std::map<base::PublicKey, int> m_parties;
    std::map<base::Address, base::PublicKey> m_ordinary;
    std::map<int, std::filesystem::path> m_books;
    std::map<base::PublicKey, base::Tokens> m_issued;
    std::map<base::ContractId, Deal> m_deals;
    std::set<std::string> m_seen;                        ///< messages that were read before
    std::map<std::string, std::string> m_trackerAnswers; ///< by request
    std::int64_t m_changes = -1;                         ///< of the ledger when it was checked last
    bool m_wiped = false;
    std::string m_failure;
    std::deque<std::string> m_story;
    std::map<int, std::int64_t>
        m_replayed;             ///< first segments that a seeder sent under a contract that was settled before
    std::map<int, int> m_lives; ///< of the seeders
    std::int64_t m_segmentsSent = 0;
    std::int64_t m_settled = 0;
};

} // namespace mutoscope::test::swarm
