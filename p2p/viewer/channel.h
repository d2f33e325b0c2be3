#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "p2p/content/segment_store.h"
#include "p2p/content/stream.h"
#include "p2p/net/http.h"
#include "p2p/viewer/closer.h"
#include "p2p/wallet/contract_book.h"
#include "p2p/wallet/tracker_client.h"

namespace mutoscope::viewer
{

/// C's side of one contract with one seeder: proposes it, fetches segments one after the other, checks and stores each,
/// makes its receipt durable, and only then hands the segment on. All on the executor's thread; no callback comes before its
/// call has returned, none after destruction. A contract that is open when the channel goes is left to the Closer.
class Channel
{
public:
    struct Parts {
        base::Executor& executor;
        base::Executor& disk;
        crypto::Random& random;
        const crypto::NodeKey& key;
        std::string network;
        net::HttpClient& http;
        wallet::TrackerClient& tracker;
        wallet::ContractBook& book;
        content::SegmentStore& store;
        Closer& closer;
    };
    using Done = std::function<void(base::Result<void>)>;
    using Fetched = std::function<void(base::Result<net::Body>)>;
    using Settled = std::function<void(const wire::ContractAnswer&)>;

    Channel(Parts parts, content::Stream stream, wire::Signed<wire::Offer> offer);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Proposes a contract with this cap from this spend address and waits until the tracker has opened it.
    void open(base::Tokens cap, const base::Address& spendAddress, Done done);
    /// One at a time. Errors: WrongData (the seeder lies: nothing was receipted), PaymentRequired (the cap is reached), Gone (the
    /// seeder has closed), Network and Timeout (after several attempts), Io (our disk).
    void fetch(base::SegmentIndex index, Fetched fetched);
    /// Sends the final receipt; where the seeder does not answer, the Closer goes on with it. Breaks off what is under way.
    /// `settled` comes once the tracker has settled. Keep the channel until then.
    void finish(const std::string& reason, Settled settled);

    [[nodiscard]] const wire::Offer& offer() const { return m_offer.message; }
    [[nodiscard]] const std::optional<wire::Signed<wire::Contract>>& contract() const { return m_contract; }
    [[nodiscard]] bool isBusy() const { return m_busy; }
    /// The seeder and the tracker have accepted it, whatever became of it since.
    [[nodiscard]] bool wasOpened() const { return m_signedReceipt.has_value(); }
    [[nodiscard]] const wire::Receipt& receipt() const { return m_receipt; } ///< the newest; empty at the beginning
    /// "127.0.0.1:4455" of the endpoint in use.
    [[nodiscard]] std::string address() const;

private:
    void tryEndpoint(std::size_t number, base::Error last);
    void proposed(const wire::ContractAccepted& accepted);
    void request(base::SegmentIndex index, int attempt);
    void received(base::SegmentIndex index, const net::Body& body);
    void stored(base::SegmentIndex index, const net::Body& body);
    void deliver(base::Result<net::Body> result);
    void close(const std::string& reason, Settled settled);
    void reportNeverOpened(Settled settled);
    void sendFinal(bool isDurable, const Settled& settled);
    [[nodiscard]] std::optional<wire::ContractAnswer> settlementIn(const net::HttpResponse& response) const;
    void post(std::string target, std::string body, std::chrono::milliseconds timeout, std::int64_t maxBody,
              net::HttpClient::Callback callback);

    Parts m_parts;
    content::Stream m_stream;
    wire::Signed<wire::Offer> m_offer;
    net::Endpoint m_endpoint;
    std::optional<wire::Signed<wire::Contract>> m_contract;
    wire::Receipt m_receipt;
    std::optional<wire::Signed<wire::Receipt>> m_signedReceipt;
    Done m_opened;
    Fetched m_fetched;
    bool m_busy = false;
    bool m_isOpen = false;  ///< may be open at the tracker
    bool m_storing = false; ///< the contract, or a segment that has arrived, is on its way to the disk
    std::function<void()> m_finishLater;
    net::HttpClient::RequestId m_request = 0;
    base::Executor::TimerId m_timer = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
