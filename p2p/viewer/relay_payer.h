#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "p2p/base/clock.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/viewer/closer.h"
#include "p2p/viewer/relay_tab.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::viewer
{

/// Pays the relay where this node waits for what it copies, protocol §10: opens a contract when the relay says that it is time, buys
/// unit after unit, signs for what was carried and no more, and closes when nothing is carried any more. Never above the person's
/// limits: what a contract may cost counts for its day, durably, before it is proposed. All on the executor's thread. A contract
/// that is open when the payer goes is left to the Closer.
class RelayPayer
{
public:
    struct Parts {
        base::Executor& executor;
        const base::Clock& clock;
        crypto::Random& random;
        const crypto::NodeKey& key;
        std::string network;
        net::HttpClient& http;
        wallet::TrackerClient& tracker;
        wallet::Wallet& wallet;
        wallet::ContractBook& book;
        Closer& closer;
        std::function<base::ByteCount()> carried; ///< through relays, to those who call this node; never less than before
        std::filesystem::path file;               ///< what the day has cost
        std::function<void()> changed;            ///< status() is another one
        std::function<void()> unwilling;          ///< the relay asks for more than it is paid
    };
    struct Limits {
        base::Tokens pricePerMiB; ///< the highest that is paid; 0: nothing is
        base::Tokens perDay;      ///< of UTC
        bool operator==(const Limits&) const = default;
    };
    struct Status {
        std::optional<base::Tokens> price; ///< that the relay asks for each MiB; none where it asks for nothing
        bool buying = false;
        base::ByteCount bytes;             ///< bought and used since the start
        base::Tokens paid;                 ///< for them
        std::string problem;               ///< why the relay is not paid though it asks for it, one sentence
        bool operator==(const Status&) const = default;
    };

    explicit RelayPayer(Parts parts);
    ~RelayPayer();
    RelayPayer(const RelayPayer&) = delete;
    RelayPayer& operator=(const RelayPayer&) = delete;

    void setLimits(const Limits& limits);
    /// The relay's signed offer as it came, unchecked; none where this node waits nowhere.
    void setTerms(const std::optional<std::string>& offer);
    /// The relay is about to stop copying what isn't paid.
    void due();
    /// Closes the contract. isIdle() follows.
    void stop();
    [[nodiscard]] bool isIdle() const { return !m_deal; }
    [[nodiscard]] Status status() const;

private:
    /// A contract from its proposal to its last receipt.
    struct Deal {
        wire::Signed<wire::Offer> offer;
        wire::Signed<wire::Contract> contract;
        net::Endpoint endpoint{};
        std::optional<RelayTab> tab{};                          ///< once it is open
        std::optional<wire::Signed<wire::Receipt>> receipt{};   ///< the newest that is durable
        std::int64_t broughtSeq = -1;
        std::chrono::milliseconds broughtAt{};                  ///< monotonic, as below
        base::ByteCount carried{};                              ///< at the last look
        std::chrono::milliseconds carriedAt{};                  ///< when it was another one
        bool writing = false;                                   ///< a receipt is on its way to the disk
        int failures = 0;                                       ///< to reach the relay, one after the other
        std::optional<std::string> closing{};                   ///< why
    };
    using DealPtr = std::shared_ptr<Deal>;

    void openContract();
    [[nodiscard]] base::Result<base::Tokens> affordable(base::Tokens price);
    void propose(std::size_t endpoint, const base::Error& last);
    void opened();
    void look();
    void lookLater();
    void takeReceipt();
    void ask();
    void bring();
    void failed(const base::Error& error);
    void finish(const std::string& reason);
    void sendFinal();
    void leaveToCloser();
    void settled(const wire::Contract& contract, const wire::ContractAnswer& answer);
    void makeDurable(const wire::Receipt& receipt, std::function<void(base::Result<void>)> then);
    void post(const std::string& rest, std::chrono::milliseconds timeout, net::HttpClient::Callback callback);
    void setProblem(std::string problem);

    /// The day's cost in the file.
    [[nodiscard]] base::Tokens spentToday() const;
    [[nodiscard]] base::Result<void> book(base::Tokens amount);

    Parts m_parts;
    Limits m_limits;
    std::optional<wire::Signed<wire::Offer>> m_offer;
    DealPtr m_deal;
    bool m_due = false; ///< it was asked for while the last contract was being closed
    bool m_stopped = false;
    std::int64_t m_day = 0;
    base::Tokens m_spent; ///< in it
    base::ByteCount m_bytes;
    base::Tokens m_paid;
    std::string m_problem;
    std::chrono::milliseconds m_notBefore{}; ///< another proposal
    net::HttpClient::RequestId m_request = 0;
    base::Executor::TimerId m_timer = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
