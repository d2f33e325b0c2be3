#include "p2p/net/relay_server.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_set>
#include <vector>

#include "p2p/net/relay_session.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <openssl/rand.h>

#include "p2p/base/log.h"
#include "p2p/net/peer_address.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using base::ErrorCode;
using base::fail;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds sweepInterval{250};
constexpr milliseconds retryAccept{100};
constexpr std::size_t maxAllowances = 100'000; // of nodes that were here within the hour
constexpr milliseconds askAgain{5'000};        // to pay

void fillRandomly(unsigned char* bytes, std::size_t size)
{
    if (RAND_bytes(bytes, static_cast<int>(size)) != 1)
        qFatal("no randomness"); // nothing of this is safe without
}

} // namespace

class RelayServer::Impl final : RelayOwner
{
public:
    Impl(Verify verify, RelayLimits limits)
        : m_verify(std::move(verify)), m_limits(limits),
          m_admission(std::make_shared<Admission>(limits.maxConnections, limits.maxConnectionsPerAddress))
    {
    }
    ~Impl() override
    {
        if (!m_thread.joinable())
            return;
        asio::post(m_context, [this] {
            m_stopping = true;
            error_code ignored;
            m_acceptor.close(ignored);
            m_timer.cancel();
            m_retry.cancel();
            for (const auto& session : std::vector(m_sessions.begin(), m_sessions.end()))
                session->close();
        });
        m_thread.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    base::Result<void> start(const std::string& host, std::uint16_t port)
    {
        error_code error;
        const auto address = asio::ip::make_address(host, error);
        if (error)
            return fail(ErrorCode::Malformed, "\"" + host + "\" is not an IP address to listen on");
        const tcp::endpoint endpoint(address, port);
        const auto step = [&error](auto&& what) {
            if (!error)
                what();
        };
        m_acceptor.open(endpoint.protocol(), error);
        step([&] { m_acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
        step([&] {
            if (address.is_v6())
                m_acceptor.set_option(asio::ip::v6_only(false), error);
        });
        step([&] { m_acceptor.bind(endpoint, error); });
        step([&] { m_acceptor.listen(tcp::acceptor::max_listen_connections, error); });
        step([&] { m_port = m_acceptor.local_endpoint(error).port(); });
        if (error)
            return fail(ErrorCode::Network, "the relay cannot listen on " + host + " port " + std::to_string(port) + ": " + error.message());
        accept();
        sweep();
        m_thread = std::thread([this] { run(); });
        return {};
    }

    void setTerms(std::string offer)
    {
        asio::post(m_context, [this, offer = std::move(offer)] {
            m_terms = offer;
            for (const auto& [key, each] : m_nodes)
                each.session->tell(RelayFrame::Terms, m_terms);
        });
    }
    void allow(const base::ContractId& contract, const base::PublicKey& key, std::uint32_t unit, base::ByteCount bytes)
    {
        asio::post(m_context, [this, contract, key, unit, bytes] {
            Allowance* const allowance = allowanceOf(key);
            if (allowance == nullptr)
                return;
            m_contracts[contract] = key;
            // After a restart the first one that comes is not the first of the contract.
            Allowance::Bought& bought = allowance->bought.try_emplace(contract, Allowance::Bought{.nextUnit = unit}).first->second;
            if (unit < bought.nextUnit)
                return;
            bought.nextUnit = unit + 1;
            bought.left += bytes.value();
            for (const auto& session : std::vector(m_sessions.begin(), m_sessions.end())) {
                if (session->awaitsPayment() && session->node() == key)
                    session->paid();
            }
        });
    }
    void end(const base::ContractId& contract)
    {
        asio::post(m_context, [this, contract] {
            const auto buyer = m_contracts.extract(contract);
            if (const auto allowance = buyer ? m_allowances.find(buyer.mapped()) : m_allowances.end(); allowance != m_allowances.end())
                allowance->second.bought.erase(contract);
        });
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] Counters counters() const { return {m_nodeCount, m_copying, m_calls, m_copiedBytes, m_boughtBytes, m_unpaid, m_refused}; }

private:
    struct Node {
        std::shared_ptr<RelaySession> session;
        int calls = 0; ///< asked for or copied
    };
    /// What may be copied for a node.
    struct Allowance {
        struct Bought {
            std::uint32_t nextUnit = 0;
            std::int64_t left = 0;
        };
        RelayAllowance free;
        std::map<base::ContractId, Bought> bought{};
        RelayTime::time_point askedAt{}; ///< to pay

        [[nodiscard]] std::int64_t left() const
        {
            std::int64_t sum = 0;
            for (const auto& [contract, each] : bought)
                sum += each.left;
            return sum;
        }
        /// Of what was bought; how much it was.
        std::size_t take(std::size_t bytes)
        {
            std::size_t taken = 0;
            for (auto& [contract, each] : bought) {
                const auto part = std::min<std::size_t>(bytes - taken, static_cast<std::size_t>(each.left));
                each.left -= static_cast<std::int64_t>(part);
                taken += part;
            }
            return taken;
        }
    };

    Allowance* allowanceOf(const base::PublicKey& key)
    {
        auto known = m_allowances.find(key);
        if (known == m_allowances.end()) {
            if (m_allowances.size() >= maxAllowances)
                return nullptr;
            known = m_allowances.emplace(key, Allowance{.free = RelayAllowance(m_limits.bytesPerNodeHour, RelayTime::now())}).first;
        }
        return &known->second;
    }

    void run()
    {
        for (;;) {
            try {
                m_context.run();
                return;
            } catch (const std::exception& error) { // no memory, most likely; the others go on
                qCWarning(logNet, "a relayed connection failed: %s", error.what());
            }
        }
    }

    void accept()
    {
        m_acceptor.async_accept([this](error_code error, tcp::socket socket) {
            if (m_stopping || error == asio::error::operation_aborted)
                return;
            if (error && error != asio::error::connection_aborted) {
                m_retry.expires_after(retryAccept);
                m_retry.async_wait([this](error_code cancelled) {
                    if (!cancelled)
                        accept();
                });
                return;
            }
            if (!error)
                welcome(std::move(socket));
            accept();
        });
    }

    void welcome(tcp::socket socket)
    {
        error_code error;
        const auto remote = socket.remote_endpoint(error);
        if (error)
            return; // gone already
        const auto address = plainAddress(remote.address());
        auto ticket = m_admission->admit(networkOf(address));
        if (!ticket)
            return; // closes it
        socket.set_option(tcp::no_delay(true), error);
        std::string challenge(challengeSize, '\0');
        fillRandomly(reinterpret_cast<unsigned char*>(challenge.data()), challenge.size());
        RelayOwner& owner = *this;
        const auto session = std::make_shared<RelaySession>(owner, std::move(socket), NetAddress{address.to_string(), remote.port()},
                                                            std::move(ticket), std::move(challenge));
        m_sessions.insert(session);
        session->start();
    }

    void sweep()
    {
        m_timer.expires_after(sweepInterval);
        m_timer.async_wait([this](error_code error) {
            if (error || m_stopping)
                return;
            const auto now = RelayTime::now();
            std::vector<std::shared_ptr<RelaySession>> late;
            std::ranges::copy_if(m_sessions, std::back_inserter(late), [now](const auto& each) { return each->isLate(now); });
            for (const auto& session : late) {
                m_unpaid += session->awaitsPayment() ? 1 : 0;
                session->close();
            }
            if (m_allowances.size() > maxAllowances / 2)
                std::erase_if(m_allowances, [now](const auto& each) { return each.second.bought.empty() && each.second.free.isFull(now); });
            sweep();
        });
    }

    [[nodiscard]] const RelayLimits& limits() const override { return m_limits; }

    base::Result<base::PublicKey> registerNode(std::string_view message, std::string_view challenge,
                                               const std::shared_ptr<RelaySession>& session) override
    {
        const auto key = m_verify(message, challenge);
        if (!key)
            return key;
        const auto known = m_nodes.find(*key);
        if (known == m_nodes.end() && static_cast<int>(m_nodes.size()) >= m_limits.maxNodes)
            return fail(ErrorCode::Unavailable, "the relay has as many nodes as it takes");
        // The same node again, from another address: its old connection is dead, and may not know yet.
        const auto old = known == m_nodes.end() ? nullptr : std::exchange(known->second.session, session);
        if (!old)
            m_nodes[*key].session = session;
        m_nodeCount = static_cast<std::int64_t>(m_nodes.size());
        if (old)
            old->close();
        return key;
    }

    base::Result<CallId> call(const base::PublicKey& key, const std::shared_ptr<RelaySession>& caller) override
    {
        const auto known = m_nodes.find(key);
        if (known == m_nodes.end())
            return fail(ErrorCode::NotFound, "the node is not at this relay");
        if (known->second.calls >= m_limits.maxCallsPerNode)
            return fail(ErrorCode::TooMany, "too many call the node through this relay just now");
        ++known->second.calls;
        ++m_calls;
        CallId id;
        fillRandomly(id.data(), id.size());
        m_callers[id] = caller;
        return id;
    }

    [[nodiscard]] const std::string& terms() const override { return m_terms; }

    [[nodiscard]] std::shared_ptr<RelaySession> node(const base::PublicKey& key) const override
    {
        const auto known = m_nodes.find(key);
        return known == m_nodes.end() ? nullptr : known->second.session;
    }

    std::shared_ptr<RelaySession> takeCaller(const CallId& id) override
    {
        const auto found = m_callers.find(id);
        if (found == m_callers.end() || !found->second->wantsCopy())
            return nullptr;
        const auto caller = found->second;
        m_callers.erase(found);
        return caller;
    }

    [[nodiscard]] bool mayCopy(const base::PublicKey& key) override
    {
        Allowance* const allowance = allowanceOf(key);
        return allowance != nullptr && (allowance->left() > 0 || !allowance->free.isUsedUp(RelayTime::now()));
    }

    /// What was bought goes first: by that the node counts what it owes.
    void copied(const base::PublicKey& key, std::size_t bytes) override
    {
        m_copiedBytes += bytes;
        Allowance* const allowance = allowanceOf(key);
        if (allowance == nullptr)
            return;
        const std::size_t paid = allowance->take(bytes);
        m_boughtBytes += paid;
        const auto now = RelayTime::now();
        allowance->free.take(bytes - paid, now);
        if (allowance->bought.empty() && allowance->free.left(now) < m_limits.dueBelow)
            askForPayment(key);
    }

    bool askForPayment(const base::PublicKey& key) override
    {
        Allowance* const allowance = m_terms.empty() ? nullptr : allowanceOf(key);
        if (allowance == nullptr)
            return false;
        const auto called = node(key); // it may be about to come back
        if (const auto now = RelayTime::now(); called && allowance->askedAt + askAgain <= now) {
            allowance->askedAt = now;
            called->tell(RelayFrame::Due);
        }
        return true;
    }

    void copying(bool begins) override { m_copying += begins ? 1 : -1; }
    void refused() override { ++m_refused; }

    void forget(const std::shared_ptr<RelaySession>& session) override
    {
        if (session->callId()) {
            if (const auto known = m_nodes.find(*session->node()); known != m_nodes.end())
                known->second.calls = std::max(0, known->second.calls - 1); // it may have left and come back since
            m_callers.erase(*session->callId());
        } else if (session->node()) {
            if (const auto known = m_nodes.find(*session->node()); known != m_nodes.end() && known->second.session == session)
                m_nodes.erase(known);
            m_nodeCount = static_cast<std::int64_t>(m_nodes.size());
        }
        m_sessions.erase(session);
    }

    const Verify m_verify;
    const RelayLimits m_limits;
    const std::shared_ptr<Admission> m_admission;
    asio::io_context m_context{1};
    tcp::acceptor m_acceptor{m_context};
    asio::steady_timer m_timer{m_context};
    asio::steady_timer m_retry{m_context};
    bool m_stopping = false;
    std::uint16_t m_port = 0;
    std::unordered_set<std::shared_ptr<RelaySession>> m_sessions;
    std::map<base::PublicKey, Node> m_nodes;
    std::map<CallId, std::shared_ptr<RelaySession>> m_callers; ///< those that are not copied yet
    std::map<base::PublicKey, Allowance> m_allowances;
    std::map<base::ContractId, base::PublicKey> m_contracts; ///< under which something is bought, and by whom
    std::string m_terms;                                     ///< empty: nothing is sold
    std::atomic<std::int64_t> m_nodeCount{0};
    std::atomic<std::int64_t> m_copying{0};
    std::atomic<std::uint64_t> m_calls{0};
    std::atomic<std::uint64_t> m_copiedBytes{0};
    std::atomic<std::uint64_t> m_boughtBytes{0};
    std::atomic<std::uint64_t> m_unpaid{0};
    std::atomic<std::uint64_t> m_refused{0};
    std::thread m_thread;
};

RelayServer::RelayServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

RelayServer::~RelayServer() = default;

base::Result<std::unique_ptr<RelayServer>> RelayServer::start(const std::string& host, std::uint16_t port, Verify verify, RelayLimits limits)
{
    auto impl = std::make_unique<Impl>(std::move(verify), limits);
    if (const auto started = impl->start(host, port); !started)
        return tl::unexpected(started.error());
    return std::unique_ptr<RelayServer>(new RelayServer(std::move(impl)));
}

std::uint16_t RelayServer::port() const
{
    return m_impl->port();
}

base::Result<void> RelayServer::setTerms(std::string offer)
{
    if (offer.size() > maxRelayFrame)
        return fail(ErrorCode::TooLarge, "the relay's offer is too long to be told");
    m_impl->setTerms(std::move(offer));
    return {};
}

void RelayServer::allow(const base::ContractId& contract, const base::PublicKey& node, std::uint32_t unit, base::ByteCount bytes)
{
    m_impl->allow(contract, node, unit, bytes);
}

void RelayServer::end(const base::ContractId& contract)
{
    m_impl->end(contract);
}

RelayServer::Counters RelayServer::counters() const
{
    return m_impl->counters();
}

} // namespace mutoscope::net
