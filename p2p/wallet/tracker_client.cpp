#include "p2p/wallet/tracker_client.h"

#include <set>

#include "p2p/base/log.h"

namespace mutoscope::wallet
{

using base::ErrorCode;
using namespace std::chrono_literals;

namespace
{

constexpr auto firstPause = 250ms;
constexpr auto longestPause = 8000ms;
constexpr std::int64_t maxAnswer = 1024 * 1024;

/// The tracker may or may not have done it; only the same bytes again can tell.
bool outcomeUnknown(const base::Result<net::HttpResponse>& response)
{
    if (!response)
        return response.error().code == ErrorCode::Network || response.error().code == ErrorCode::Timeout;
    return response->status == 503 || response->status == 500;
}

} // namespace

struct TrackerClient::Pending {
    std::set<net::HttpClient::RequestId> requests;
    std::set<base::Executor::TimerId> timers;
};

TrackerClient::TrackerClient(Parts parts) : m_parts(std::move(parts)), m_pending(std::make_shared<Pending>()) {}

TrackerClient::~TrackerClient()
{
    for (const auto request : m_pending->requests)
        m_parts.http.cancel(request);
    for (const auto timer : m_pending->timers)
        m_parts.executor.cancel(timer);
}

base::UnixMs TrackerClient::now() const
{
    if (!m_identity)
        return m_parts.clock.now();
    return m_identity->time + base::UnixMs((m_parts.clock.monotonic() - m_identity->since).count());
}

void TrackerClient::send(std::string method, std::string bytes, int attempts, RawCallback callback)
{
    struct Call {
        std::string method;
        std::string bytes;
        int attemptsLeft;
        std::chrono::milliseconds pause = firstPause;
        RawCallback callback;
        std::function<void()> attempt;
    };
    auto call = std::make_shared<Call>(Call{std::move(method), std::move(bytes), attempts, firstPause, std::move(callback), {}});
    // `attempt` holds its Call only weakly: requests and timers keep the Call alive, and they end with the client.
    call->attempt = [this, weak = std::weak_ptr(call)] {
        const auto self = weak.lock();
        --self->attemptsLeft;
        const auto id = std::make_shared<net::HttpClient::RequestId>(0);
        net::HttpRequest request{.method = "POST", .target = "/v1/" + self->method, .body = self->bytes, .peer = {}};
        *id = m_parts.http.send(
            m_parts.tracker.endpoint, std::move(request), {.timeout = 10s, .maxBody = maxAnswer},
            [this, self, id](base::Result<net::HttpResponse> response) {
                m_pending->requests.erase(*id);
                if (self->attemptsLeft == 0 || !outcomeUnknown(response))
                    return self->callback(std::move(response));
                qCDebug(logWallet) << "asking the tracker once more:" << self->method.c_str();
                const auto timer = std::make_shared<base::Executor::TimerId>(0);
                *timer = m_parts.executor.after(self->pause, [this, self, timer] {
                    m_pending->timers.erase(*timer);
                    self->attempt();
                });
                m_pending->timers.insert(*timer);
                self->pause = std::min(self->pause * 2, std::chrono::milliseconds(longestPause));
            });
        m_pending->requests.insert(*id);
    };
    call->attempt();
}

void TrackerClient::handshake(std::function<void(base::Result<TrackerIdentity>)> callback)
{
    if (m_parts.tracker.isNone())
        return m_parts.executor.post([callback = std::move(callback)] {
            callback(base::fail(ErrorCode::NotFound, "no wallet tracker was chosen yet"));
        });
    const Raw request = prepare(wire::Handshake());
    const auto interpret = [this, payload = request.payload,
                            callback = std::move(callback)](base::Result<net::HttpResponse> response) {
        if (!response)
            return callback(tl::unexpected(response.error()));
        const auto answer = wire::open<wire::HandshakeAnswer>(*response->body, m_parts.network, {wire::Role::Node});
        if (response->status != 200 || !answer)
            return callback(base::fail(ErrorCode::WrongData, "what answers there is not a wallet tracker of this network"));
        if (answer->message.request != payload)
            return callback(base::fail(ErrorCode::WrongData, "the tracker's answer belongs to another request"));
        if (m_parts.tracker.key && *m_parts.tracker.key != answer->message.node)
            return callback(base::fail(ErrorCode::WrongData, "the tracker signs with another key than its link names"));
        if (m_identity && m_identity->key != answer->message.node)
            return callback(base::fail(ErrorCode::WrongData, "the tracker signs with another key than before"));
        m_identity = TrackerIdentity{.key = answer->message.node,
                                     .name = answer->message.name,
                                     .time = answer->message.time,
                                     .since = m_parts.clock.monotonic()};
        callback(*m_identity);
    };
    send("handshake", request.bytes, 1, interpret);
}

void TrackerClient::openContract(const std::string& contract, const base::Sha256& payload,
                                 Callback<wire::ContractAnswer> callback)
{
    // Few attempts: the viewer waits, and after a refusal it finds another seeder.
    call<wire::ContractAnswer>("openContract", {contract, payload}, 3, std::move(callback));
}

void TrackerClient::closeContract(const std::string& receipt, const base::Sha256& payload,
                                  Callback<wire::ContractAnswer> callback)
{
    call<wire::ContractAnswer>("closeContract", {receipt, payload}, persistentAttempts, std::move(callback));
}

void TrackerClient::announce(const wire::Signed<wire::Offer>& offer, Callback<wire::AnnounceAnswer> callback)
{
    call<wire::AnnounceAnswer>("announce", {offer.bytes, offer.payload}, 1, std::move(callback));
}

void TrackerClient::describe(const wire::Signed<wire::Manifest>& manifest, Callback<wire::DescribeAnswer> callback)
{
    call<wire::DescribeAnswer>("describe", {manifest.bytes, manifest.payload}, 1, std::move(callback));
}

} // namespace mutoscope::wallet
