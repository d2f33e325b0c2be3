#include "p2p/wallet/wallet.h"

#include <algorithm>

#include "p2p/base/log.h"

namespace mutoscope::wallet
{

using namespace std::chrono_literals;

namespace
{

constexpr auto interval = 15s;
constexpr auto firstRetry = 1s;

} // namespace

Wallet::Wallet(TrackerClient& tracker, base::Executor& executor, base::Address ordinaryAddress)
    : m_tracker(tracker), m_executor(executor)
{
    m_accounts.ordinaryAddress = ordinaryAddress;
}

Wallet::~Wallet()
{
    m_executor.cancel(m_timer);
}

void Wallet::start()
{
    refresh();
}

void Wallet::refresh()
{
    m_again = true;
    if (!m_underWay)
        step();
}

void Wallet::step()
{
    m_executor.cancel(m_timer);
    m_timer = 0;
    m_again = false;
    m_underWay = true;
    m_refreshing = std::exchange(m_waiting, {});
    m_tracker.handshake([this](const base::Result<TrackerIdentity>& identity) {
        if (!identity)
            return failed(identity.error());
        fetchAddresses();
    });
}

void Wallet::fetchAddresses()
{
    const auto take = [this](std::optional<base::Address>& where, const base::Result<wire::Signed<wire::AddressAnswer>>& answer) {
        if (!answer)
            return failed(answer.error());
        where = answer->message.address;
        fetchAddresses();
    };
    if (!m_accounts.spendAddress) {
        m_tracker.ask<wire::AddressAnswer>("getSpendAddress", wire::GetSpendAddress(),
                                           [this, take](const auto& answer) { take(m_accounts.spendAddress, answer); });
    } else if (!m_accounts.incomeAddress) {
        m_tracker.ask<wire::AddressAnswer>("getIncomeAddress", wire::GetIncomeAddress(),
                                           [this, take](const auto& answer) { take(m_accounts.incomeAddress, answer); });
    } else {
        fetchBalance();
    }
}

void Wallet::fetchBalance()
{
    m_tracker.ask<wire::BalanceAnswer>("getBalance", wire::GetBalance(), [this](const auto& answer) {
        if (!answer)
            return failed(answer.error());
        const wire::BalanceAnswer& balance = answer->message;
        m_accounts.ordinary = balance.ordinary;
        m_accounts.spend = balance.spend;
        m_accounts.locked = balance.locked;
        m_accounts.income = balance.income;
        m_accounts.spendAddress = balance.spendAddress;
        m_accounts.incomeAddress = balance.incomeAddress;
        m_history.startNewer();
        fetchHistory(base::maxInteger);
    });
}

void Wallet::fetchHistory(std::int64_t before)
{
    wire::GetHistory question;
    question.before = before;
    m_tracker.ask<wire::HistoryAnswer>("getHistory", std::move(question), [this](const auto& answer) {
        if (!answer)
            return failed(answer.error());
        if (const std::int64_t next = m_history.takeNewer(answer->message); next != 0)
            return fetchHistory(next);
        showHistory();
        succeeded();
        fetchOlder();
    });
}

/// Page by page beside all else, until nothing is older.
void Wallet::fetchOlder()
{
    tellHistory(nullptr);
    const std::int64_t before = m_history.olderBefore();
    if (before == 0 || std::exchange(m_fetchesOlder, true))
        return;
    wire::GetHistory question;
    question.before = before;
    m_tracker.ask<wire::HistoryAnswer>("getHistory", std::move(question), [this, before](const auto& answer) {
        m_fetchesOlder = false;
        if (!answer)
            return tellHistory(&answer.error()); // the next refresh goes on with it
        if (before == m_history.olderBefore())
            m_history.takeOlder(answer->message);
        showHistory();
        if (m_changed)
            m_changed();
        fetchOlder();
    });
}

void Wallet::showHistory()
{
    m_accounts.history = m_history.entries();
    m_accounts.historyIsWhole = m_history.isWhole();
}

/// Those who wait for it, as far as it reaches; all of them where it doesn't go on.
void Wallet::tellHistory(const base::Error* failure)
{
    const base::Error tooLong{base::ErrorCode::TooLarge, "there are more movements than can be looked through"};
    if (!failure && m_history.isFull())
        failure = &tooLong;
    for (Reach& each : std::exchange(m_reaches, {})) {
        if (m_history.reaches(each.since))
            each.told(m_history.entries());
        else if (failure)
            each.told(tl::unexpected(*failure));
        else
            m_reaches.push_back(std::move(each));
    }
}

void Wallet::historySince(base::UnixMs since, HistoryTold told)
{
    afterRefresh([this, since, told = std::move(told)]() mutable {
        if (m_connection != Connection::Online)
            return told(base::fail(base::ErrorCode::Unavailable, m_problem));
        m_reaches.push_back({since, std::move(told)});
        if (!m_history.olderBefore() || m_history.reaches(since))
            tellHistory(nullptr); // else fetchOlder does, which comes next
    });
}

void Wallet::succeeded()
{
    m_underWay = false;
    m_failures = 0;
    m_connection = Connection::Online;
    m_problem.clear();
    m_timer = m_executor.after(m_again ? 0ms : std::chrono::milliseconds(interval), [this] { step(); });
    if (m_accounts.spendAddress && m_accounts.incomeAddress) {
        for (const auto& ready : std::exchange(m_ready, {}))
            ready();
    }
    refreshed();
    if (m_changed)
        m_changed();
}

void Wallet::failed(const base::Error& error)
{
    qCInfo(logWallet) << "the wallet tracker can't be asked:" << error.message.c_str();
    m_underWay = false;
    m_connection = Connection::Offline;
    m_problem = error.message;
    const auto pause = std::chrono::milliseconds(firstRetry) * (1 << std::min(m_failures++, 4));
    m_timer = m_executor.after(pause, [this] { step(); });
    refreshed();
    if (m_changed)
        m_changed();
}

void Wallet::refreshed()
{
    for (auto* const waiting : {&m_decided, &m_refreshing}) {
        for (const auto& each : std::exchange(*waiting, {}))
            each();
    }
}

void Wallet::afterRefresh(std::function<void()> then)
{
    m_waiting.push_back(std::move(then));
    refresh();
}

void Wallet::whenReady(std::function<void()> ready)
{
    if (m_connection == Connection::Online && m_accounts.spendAddress && m_accounts.incomeAddress)
        return ready();
    m_ready.push_back(std::move(ready));
}

void Wallet::whenDecided(std::function<void()> decided)
{
    if (m_connection != Connection::Connecting)
        return decided();
    m_decided.push_back(std::move(decided));
}

void Wallet::transfer(const base::Address& from, const base::Address& to, base::Tokens amount, std::string memo, Done done)
{
    wire::Transfer message;
    message.from = from;
    message.to = to;
    message.amount = amount;
    message.memo = std::move(memo);
    m_tracker.insist<wire::TransferAnswer>("transfer", std::move(message), [this, done = std::move(done)](const auto& answer) {
        refresh();
        if (!answer)
            return done(tl::unexpected(answer.error()));
        done({});
    });
}

void Wallet::topUp(base::Tokens amount, Done done)
{
    if (!m_accounts.spendAddress)
        return done(base::fail(base::ErrorCode::Unavailable, "the wallet tracker has not given a spend address yet"));
    transfer(m_accounts.ordinaryAddress, *m_accounts.spendAddress, amount, "top up", std::move(done));
}

void Wallet::send(const base::Address& to, base::Tokens amount, std::string memo, Done done)
{
    transfer(m_accounts.ordinaryAddress, to, amount, std::move(memo), std::move(done));
}

template <class Message>
void Wallet::closeAddress(const char* method, std::optional<base::Address>& address, Done done)
{
    if (!address)
        return done(base::fail(base::ErrorCode::Unavailable, "the wallet tracker has not given such an address yet"));
    Message message;
    message.address = *address;
    m_tracker.insist<wire::AddressClosedAnswer>(method, std::move(message), [this, &address, done = std::move(done)](const auto& answer) {
        if (answer) {
            address.reset(); // the next refresh takes a new one
            done({});
        } else {
            done(tl::unexpected(answer.error()));
        }
        refresh();
    });
}

void Wallet::payOutIncome(Done done)
{
    closeAddress<wire::CloseIncomeAddress>("closeIncomeAddress", m_accounts.incomeAddress, std::move(done));
}

void Wallet::closeSpendAddress(Done done)
{
    closeAddress<wire::CloseSpendAddress>("closeSpendAddress", m_accounts.spendAddress, std::move(done));
}

} // namespace mutoscope::wallet
