#include "p2p/net/rendezvous.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_set>

#include "p2p/net/relay_dial.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"

namespace mutoscope::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Time = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t maxMemories = 1'024;
constexpr milliseconds untilAnswered{90'000}; // a ping

} // namespace

class Rendezvous::Impl final : RelayDialOwner
{
public:
    Impl(Hooks hooks, Limits limits) : m_hooks(std::move(hooks)), m_limits(limits), m_retryTimer(m_context), m_pingTimer(m_context)
    {
        m_thread = std::thread([this] { run(); });
    }
    ~Impl() override
    {
        asio::post(m_context, [this] {
            leave();
            for (const auto& dial : std::vector(m_dials.begin(), m_dials.end()))
                dial->close();
            m_context.stop();
        });
        m_thread.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void post(std::function<void(Impl&)> work)
    {
        asio::post(m_context, [this, work = std::move(work)] { work(*this); });
    }
    [[nodiscard]] Status status() const
    {
        const std::lock_guard lock(m_statusMutex);
        return m_status;
    }

    // All on the thread:
    void waitAt(const std::string& host, std::uint16_t port)
    {
        const Endpoint relay{host, port, {}, {}};
        if (m_relay == relay)
            return;
        leave();
        m_relay = relay;
        m_retry = m_limits.firstRetry;
        arrive();
    }
    void stopWaiting()
    {
        leave();
        m_relay.reset();
        tell({}, false);
    }
    void setReturnPort(std::optional<std::uint16_t> port) { m_returnPort = port; }
    void dial(const Endpoint& endpoint, Connected connected)
    {
        RelayDialOwner& owner = *this;
        const auto dial = std::make_shared<RelayDial>(owner, m_context, endpoint, std::move(connected));
        m_dials.insert(dial);
        dial->start();
    }
    void returned(const std::string& call, const std::shared_ptr<SocketHandle>& socket)
    {
        const auto id = decodeCall(call);
        const auto dial = id ? m_expected.find(*id) : m_expected.end();
        if (dial == m_expected.end())
            return; // too late, or a stranger
        const auto expecting = dial->second;
        expecting->returned(std::move(*socket));
    }

private:
    using WayKey = std::tuple<std::string, std::uint16_t, base::PublicKey, Path>;

    void run()
    {
        for (;;) {
            try {
                m_context.run();
                return;
            } catch (const std::exception& error) { // no memory, most likely; the others go on
                qCWarning(logNet, "a connection by a relay failed: %s", error.what());
            }
        }
    }

    void tell(const std::string& problem, bool waiting)
    {
        {
            const std::lock_guard lock(m_statusMutex);
            m_status.waiting = waiting;
            m_status.problem = problem;
        }
        m_hooks.changed();
    }
    void count(std::array<std::uint64_t, 3> Status::*which, Path path)
    {
        {
            const std::lock_guard lock(m_statusMutex);
            ++(m_status.*which)[static_cast<std::size_t>(path)];
        }
        m_hooks.changed();
    }

    // ---- waiting to be called ----

    void leave()
    {
        m_retryTimer.cancel();
        m_pingTimer.cancel();
        ++m_round;
        if (m_line)
            std::exchange(m_line, nullptr)->close();
    }

    void arrive()
    {
        m_line = std::make_shared<RelayLine>(m_context);
        const auto round = ++m_round;
        m_line->open(m_relay->host, m_relay->port, m_limits.relayTime, [this, round](const base::Result<void>& opened) {
            if (round != m_round)
                return;
            if (!opened)
                return lost(opened.error().message);
            m_line->send(std::string(relayGreeting) + makeFrame(RelayFrame::Register, m_hooks.registration(m_line->challenge())));
            m_line->readFrame(m_limits.relayTime, [this, round](const base::Result<FrameReader::Frame>& frame) {
                if (round != m_round)
                    return;
                if (!frame || frame->type != RelayFrame::Registered)
                    return lost(frame ? "the relay does not speak this protocol" : frame.error().message);
                m_retry = m_limits.firstRetry;
                tell({}, true);
                ping();
                listen();
            });
        });
    }

    void lost(const std::string& why)
    {
        leave();
        {
            const std::lock_guard lock(m_statusMutex);
            ++m_status.losses;
        }
        tell(why, false);
        m_retryTimer.expires_after(m_retry);
        m_retry = std::min(m_retry * 2, m_limits.longestRetry);
        m_retryTimer.async_wait([this, round = m_round](error_code error) {
            if (!error && round == m_round)
                arrive();
        });
    }

    void ping()
    {
        m_pingTimer.expires_after(m_limits.pingInterval);
        m_pingTimer.async_wait([this, round = m_round](error_code error) {
            if (error || round != m_round)
                return;
            m_line->send(makeFrame(RelayFrame::Ping));
            ping();
        });
    }

    void listen()
    {
        m_line->readFrame(untilAnswered, [this, round = m_round](const base::Result<FrameReader::Frame>& frame) {
            if (round != m_round)
                return;
            if (!frame)
                return lost(frame.error().message);
            if (const auto incoming = frame->type == RelayFrame::Incoming ? decodeIncoming(frame->payload) : std::nullopt)
                answer(*incoming);
            else if (frame->type == RelayFrame::Terms && m_hooks.terms)
                m_hooks.terms(frame->payload);
            else if (frame->type == RelayFrame::Due && m_hooks.due)
                m_hooks.due();
            listen();
        });
    }

    void answer(const RelayIncoming& incoming)
    {
        if (m_answering >= m_limits.callsAtOnce)
            return;
        ++m_answering;
        if (incoming.mode == RelayMode::Copy)
            return answerByRelay(incoming.call);
        const auto to = toEndpoint(incoming.caller);
        const bool punches = incoming.mode == RelayMode::Punch;
        if (!to) {
            --m_answering;
            return;
        }
        const auto puncher = std::make_shared<Puncher>(m_context);
        const auto from = punches ? std::optional(m_line->local()) : std::nullopt;
        puncher->start(from, *to, punches ? m_limits.punchTime : m_limits.returnTime,
                       [this, puncher, incoming](SocketHandle socket) {
                           if (socket.get() < 0) {
                               --m_answering;
                               return;
                           }
                           greet(incoming, std::move(socket));
                       });
    }

    /// Says which call it is; then the caller's TLS begins.
    void greet(const RelayIncoming& incoming, SocketHandle socket)
    {
        const auto stream = std::make_shared<tcp::socket>(m_context);
        const auto words = std::make_shared<std::string>(std::string(returnGreeting) + encode(incoming.call));
        error_code error;
        stream->assign(toEndpoint(incoming.caller)->protocol(), socket.release(), error);
        asio::async_write(*stream, asio::buffer(*words), [this, stream, words, incoming](error_code failure, std::size_t) {
            --m_answering;
            error_code ignored;
            if (failure)
                return;
            accepted(SocketHandle(stream->release(ignored)), incoming.caller.host,
                     incoming.mode == RelayMode::Punch ? Path::Punched : Path::Returned);
        });
    }

    void answerByRelay(const CallId& call)
    {
        const auto line = std::make_shared<RelayLine>(m_context);
        line->open(m_relay->host, m_relay->port, m_limits.relayTime, [this, line, call](const base::Result<void>& opened) {
            if (!opened) {
                --m_answering;
                return;
            }
            line->send(std::string(relayGreeting) + makeFrame(RelayFrame::Answer, encode(call)));
            line->readFrame(m_limits.relayTime, [this, line](const base::Result<FrameReader::Frame>& frame) {
                --m_answering;
                if (!frame || frame->type != RelayFrame::Go)
                    return;
                const std::string relay = toNetAddress(line->remote()).host;
                accepted(line->release(), relay, Path::Relayed);
            });
        });
    }

    void accepted(SocketHandle socket, const std::string& address, Path path)
    {
        count(&Status::answered, path);
        m_hooks.accepted(std::move(socket), address, path);
    }

    // ---- calling ----

    [[nodiscard]] const Limits& limits() const override { return m_limits; }
    [[nodiscard]] std::optional<std::uint16_t> returnPort() const override { return m_returnPort; }
    static WayKey keyOf(const Endpoint& endpoint, Path path) { return {endpoint.host, endpoint.port, *endpoint.relayed, path}; }

    [[nodiscard]] bool mayWork(const Endpoint& endpoint, Path path) override
    {
        const auto failed = m_failed.find(keyOf(endpoint, path));
        return failed == m_failed.end() || failed->second + m_limits.memory < Time::now();
    }
    void hasFailed(const Endpoint& endpoint, Path path) override
    {
        if (m_failed.size() >= maxMemories)
            m_failed.clear();
        m_failed[keyOf(endpoint, path)] = Time::now();
    }
    void expect(const CallId& call, const std::shared_ptr<RelayDial>& dial) override { m_expected[call] = dial; }
    void expectNoMore(const CallId& call) override { m_expected.erase(call); }
    void finished(const std::shared_ptr<RelayDial>& dial, base::Result<std::shared_ptr<Dialed>> result) override
    {
        m_dials.erase(dial);
        if (result)
            count(&Status::called, (*result)->path);
        dial->connected()(std::move(result));
    }

    const Hooks m_hooks;
    const Limits m_limits;
    asio::io_context m_context{1};
    asio::executor_work_guard<asio::io_context::executor_type> m_guard{m_context.get_executor()};
    mutable std::mutex m_statusMutex;
    Status m_status; ///< guarded by it

    std::optional<Endpoint> m_relay; ///< where it waits
    std::shared_ptr<RelayLine> m_line;
    asio::steady_timer m_retryTimer;
    asio::steady_timer m_pingTimer;
    milliseconds m_retry{};
    std::uint64_t m_round = 0; ///< what belongs to an earlier one is obsolete
    int m_answering = 0;

    std::optional<std::uint16_t> m_returnPort;
    std::unordered_set<std::shared_ptr<RelayDial>> m_dials;
    std::map<CallId, std::shared_ptr<RelayDial>> m_expected;
    std::map<WayKey, Time::time_point> m_failed;
    std::thread m_thread;
};

Rendezvous::Rendezvous(Hooks hooks, Limits limits) : m_impl(std::make_unique<Impl>(std::move(hooks), limits)) {}

Rendezvous::~Rendezvous() = default;

void Rendezvous::waitAt(const std::string& host, std::uint16_t port)
{
    m_impl->post([host, port](Impl& impl) { impl.waitAt(host, port); });
}

void Rendezvous::stopWaiting()
{
    m_impl->post([](Impl& impl) { impl.stopWaiting(); });
}

void Rendezvous::setReturnPort(std::optional<std::uint16_t> port)
{
    m_impl->post([port](Impl& impl) { impl.setReturnPort(port); });
}

void Rendezvous::returned(const std::string& call, SocketHandle socket)
{
    m_impl->post([call, socket = std::make_shared<SocketHandle>(std::move(socket))](Impl& impl) { impl.returned(call, socket); });
}

void Rendezvous::dial(const Endpoint& endpoint, Connected connected)
{
    m_impl->post([endpoint, connected = std::move(connected)](Impl& impl) { impl.dial(endpoint, connected); });
}

Rendezvous::Status Rendezvous::status() const
{
    return m_impl->status();
}

} // namespace mutoscope::net
