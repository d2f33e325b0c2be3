#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "p2p/wallet/history.h"
#include "p2p/wallet/tracker_client.h"

namespace mutoscope::wallet
{

/// What the tracker said last about this node's addresses. Unknown until it said something.
struct Accounts {
    base::Address ordinaryAddress;
    std::optional<base::Address> spendAddress;
    std::optional<base::Address> incomeAddress;
    std::optional<base::Tokens> ordinary;
    std::optional<base::Tokens> spend;
    std::optional<base::Tokens> locked;
    std::optional<base::Tokens> income;
    History::Entries history;    ///< newest first; none before the tracker told something
    bool historyIsWhole = false; ///< nothing is older than what is in it; else it is still being fetched, or too long
};

/// Keeps the accounts fresh: handshake, then both addresses, then balances and history, again at an interval and whenever
/// something moved. All on the executor's thread.
class Wallet
{
public:
    enum class Connection { Connecting, Online, Offline };

    Wallet(TrackerClient& tracker, base::Executor& executor, base::Address ordinaryAddress);
    ~Wallet();
    Wallet(const Wallet&) = delete;
    Wallet& operator=(const Wallet&) = delete;

    /// Called after every change of anything below.
    void onChange(std::function<void()> changed) { m_changed = std::move(changed); }
    void start();
    /// Soon; calls while a refresh is under way make one more.
    void refresh();

    [[nodiscard]] const Accounts& accounts() const { return m_accounts; }
    [[nodiscard]] Connection connection() const { return m_connection; }
    /// Why it is Offline.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

    using Done = std::function<void(base::Result<void>)>;
    void topUp(base::Tokens amount, Done done);
    void send(const base::Address& to, base::Tokens amount, std::string memo, Done done);
    /// Closes the income address, which pays it out, and takes a new one.
    void payOutIncome(Done done);
    /// Closes the spend address: what is on it goes to the ordinary one, and a new one is taken. Conflict while a contract is open.
    void closeSpendAddress(Done done);

    /// Runs once both addresses are known: at once, or after the next refresh that brings them.
    void whenReady(std::function<void()> ready);
    /// Refreshes, and runs then, however that went.
    void afterRefresh(std::function<void()> then);
    /// All movements since then, as the tracker has them now, however many; or why they can't be had.
    using HistoryTold = std::function<void(base::Result<History::Entries>)>;
    void historySince(base::UnixMs since, HistoryTold told);
    /// Runs once it is known whether the tracker answers: at once, unless still Connecting.
    void whenDecided(std::function<void()> decided);

private:
    void step();
    void fetchAddresses();
    void fetchBalance();
    void fetchHistory(std::int64_t before);
    void fetchOlder();
    void showHistory();
    void tellHistory(const base::Error* failure);
    void succeeded();
    void failed(const base::Error& error);
    void refreshed();
    template <class Message>
    void closeAddress(const char* method, std::optional<base::Address>& address, Done done);
    void transfer(const base::Address& from, const base::Address& to, base::Tokens amount, std::string memo, Done done);

    TrackerClient& m_tracker;
    base::Executor& m_executor;
    Accounts m_accounts;
    Connection m_connection = Connection::Connecting;
    std::string m_problem;
    std::function<void()> m_changed;
    std::vector<std::function<void()>> m_ready;
    std::vector<std::function<void()>> m_decided;
    std::vector<std::function<void()>> m_waiting; ///< for the end of the refresh that comes next
    std::vector<std::function<void()>> m_refreshing; ///< for the end of this one
    History m_history;
    struct Reach {
        base::UnixMs since;
        HistoryTold told;
    };
    std::vector<Reach> m_reaches; ///< wait for older entries
    bool m_fetchesOlder = false;
    bool m_underWay = false;
    bool m_again = false;
    int m_failures = 0;
    base::Executor::TimerId m_timer = 0;
};

} // namespace mutoscope::wallet
