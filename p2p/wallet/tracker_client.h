#pragma once

#include <limits>
#include <memory>
#include <string>

#include "p2p/base/clock.h"
#include "p2p/base/executor.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/random.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/http.h"
#include "p2p/wire/answers.h"
#include "p2p/wire/catalogue.h"
#include "p2p/wire/requests.h"

namespace mutoscope::wallet
{

/// What a handshake told, and what follows from it.
struct TrackerIdentity {
    base::PublicKey key;
    std::string name;
    base::UnixMs time;                 ///< the tracker's clock when the answer came
    std::chrono::milliseconds since{}; ///< our monotonic clock then: our wall clock may be set at any time
};

/// This node's side of every call to one tracker. Signs requests, checks that answers are the tracker's and belong to the
/// request. An unknown outcome (Network, Timeout, Unavailable) is not a failure: the same bytes are sent again, at
/// growing intervals, as often as the call allows. All on the executor's thread; callbacks never come before the call
/// returns, and none after destruction.
class TrackerClient
{
public:
    template <class A>
    using Callback = std::function<void(base::Result<wire::Signed<A>>)>;

    struct Parts {
        net::HttpClient& http;
        base::Executor& executor;
        const base::Clock& clock;
        crypto::Random& random;
        const crypto::NodeKey& key;
        std::string network;
        net::TrackerLink tracker;
    };

    explicit TrackerClient(Parts parts);
    ~TrackerClient();
    TrackerClient(const TrackerClient&) = delete;
    TrackerClient& operator=(const TrackerClient&) = delete;

    /// Where the link names a key, an answer signed by another one is refused.
    void handshake(std::function<void(base::Result<TrackerIdentity>)> callback);
    /// Once the handshake went well.
    [[nodiscard]] const std::optional<TrackerIdentity>& identity() const { return m_identity; }
    [[nodiscard]] const net::TrackerLink& link() const { return m_parts.tracker; }
    /// The tracker's clock as far as it is known: times in contracts are by it.
    [[nodiscard]] base::UnixMs now() const;

    /// A request that moves nothing: one attempt, the caller repeats it when it likes.
    template <class A, class M>
    void ask(std::string_view method, M message, Callback<A> callback)
    {
        call<A>(method, prepare(std::move(message)), 1, std::move(callback));
    }
    /// A request that moves tokens: sent again until its outcome is known, however long that takes. After the time that a
    /// tracker allows for it (§3), it either was done and is answered as before, or never will be.
    template <class A, class M>
    void insist(std::string_view method, M message, Callback<A> callback)
    {
        call<A>(method, prepare(std::move(message)), untilKnown, std::move(callback));
    }

    /// Both signatures on it.
    void openContract(const std::string& contract, const base::Sha256& payload, Callback<wire::ContractAnswer> callback);
    /// The viewer's signature on it, or both.
    void closeContract(const std::string& receipt, const base::Sha256& payload, Callback<wire::ContractAnswer> callback);
    void announce(const wire::Signed<wire::Offer>& offer, Callback<wire::AnnounceAnswer> callback);
    /// What the tracker's catalogue says of a film that is announced.
    void describe(const wire::Signed<wire::Manifest>& manifest, Callback<wire::DescribeAnswer> callback);

private:
    static constexpr int persistentAttempts = 8;
    static constexpr int untilKnown = std::numeric_limits<int>::max();

    struct Raw {
        std::string bytes;
        base::Sha256 payload;
    };
    using RawCallback = std::function<void(base::Result<net::HttpResponse>)>;

    /// Fills in what every request carries, and signs.
    template <class M>
    [[nodiscard]] Raw prepare(M message)
    {
        message.network = m_parts.network;
        message.node = m_parts.key.publicKey();
        message.tracker = m_identity ? m_identity->key : base::PublicKey();
        message.time = now();
        message.nonce = m_parts.random.make<base::Nonce>();
        auto request = wire::sign(std::move(message), m_parts.key);
        return {std::move(request.bytes), request.payload};
    }

    template <class A>
    void call(std::string_view method, Raw request, int attempts, Callback<A> callback)
    {
        if (!m_identity) {
            m_parts.executor.post([callback = std::move(callback)] {
                callback(base::fail(base::ErrorCode::Unavailable, "the wallet tracker has not answered yet"));
            });
            return;
        }
        const auto interpret = [network = m_parts.network, tracker = m_identity->key, payload = request.payload,
                                callback = std::move(callback)](base::Result<net::HttpResponse> response) {
            if (!response)
                return callback(tl::unexpected(response.error()));
            callback(wire::openAnswer<A>(response->status, *response->body, network, tracker, payload));
        };
        send(std::string(method), std::move(request.bytes), attempts, interpret);
    }

    void send(std::string method, std::string bytes, int attempts, RawCallback callback);

    struct Pending;
    Parts m_parts;
    std::optional<TrackerIdentity> m_identity;
    std::shared_ptr<Pending> m_pending; ///< what is under way; gone with the client
};

} // namespace mutoscope::wallet
