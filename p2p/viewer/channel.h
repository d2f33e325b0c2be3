#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "p2p/content/segment_store.h"
#include "p2p/content/stream.h"
#include "p2p/net/http.h"
#include "p2p/viewer/closer.h"
#include "p2p/wallet/contract_book.h"
#include "p2p/wallet/tracker_client.h"
#include "p2p/wire/permit.h"

namespace mutoscope::viewer
{

/// C's side of one contract with one seeder: proposes it, fetches segments, as many at a time as the contract's credit window
/// allows, checks and stores each, makes its receipt durable, and only then hands the segment on. All on the executor's
/// thread; no callback comes before its call has returned, none after destruction. A contract that is open when the channel goes
/// is left to the Closer.
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
    /// How long a seeder that doesn't answer is asked again.
    enum class Patience {
        Short, ///< a second: another one is at hand
        Long,  ///< some ten seconds: its connection may come back, or its process
    };
    using Done = std::function<void(base::Result<void>)>;
    using Fetched = std::function<void(base::Result<net::Body>)>;
    using Settled = std::function<void(const wire::ContractAnswer&)>;

    Channel(Parts parts, content::Stream stream, wire::Signed<wire::Offer> offer, Patience patience = Patience::Long);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// For the contract that open() proposes, which then ends with it.
    void usePermit(wire::Signed<wire::Permit> permit) { m_permit = std::move(permit); }
    /// Proposes a contract with this cap from this spend address. `done` comes once the tracker has opened it, or it was
    /// refused. With `first` the proposal asks for that segment, too, which may arrive before `done`: then `fetched` comes, as
    /// from fetch(). Further ones may be fetched at once, and go along with the proposal, so that the line does not fall silent while
    /// it is answered. Where the opening fails none of them may come at all.
    void open(base::Tokens cap, const base::Address& spendAddress, Done done, std::optional<base::SegmentIndex> first = {},
              Fetched fetched = {});
    /// Goes on with a contract of an earlier process: asks the seeder what is outstanding, and receipts what of it is here.
    /// After an error the contract is still this channel's to finish.
    void resume(const Closer::Leftover& leftover, Done done);
    /// Only while canFetch(), or of owed(). Errors: WrongData (the seeder lies: nothing was receipted), PaymentRequired (the cap is reached),
    /// Gone (the seeder has closed), Network and Timeout (after several attempts), Io (our disk).
    void fetch(base::SegmentIndex index, Fetched fetched);
    /// Bytes of one that is under way which are here so far; none where that isn't known.
    [[nodiscard]] std::optional<std::int64_t> received(base::SegmentIndex index) const;
    [[nodiscard]] bool canFetch() const { return freePlaces() > 0; }
    /// The seeder's and the tracker's word are still to come; segments may go along with the proposal all the same.
    [[nodiscard]] bool isOpening() const { return m_state == State::Fresh || m_state == State::Proposed; }
    /// How many segments may be asked for now.
    [[nodiscard]] std::int64_t freePlaces() const;
    /// Most that may be sent and not receipted just now.
    [[nodiscard]] std::int64_t credit() const;
    /// All places are kept by what was cancelled: nothing else can be asked for under this contract.
    [[nodiscard]] bool isBlocked() const { return m_contract && static_cast<std::int64_t>(m_owed.size()) >= credit(); }
    /// What keeps a place after cancel(). It can be fetched though canFetch() says no.
    [[nodiscard]] const std::set<base::SegmentIndex>& owed() const { return m_owed; }
    /// The cap allows this one, too, beside what is under way.
    [[nodiscard]] bool affords(base::SegmentIndex index) const;
    /// Breaks it off: `fetched` does not come. For the seeder it counts as sent, so it keeps its place in the credit window until it is
    /// fetched after all. Nothing where it is not under way, or verified already: that one is receipted and delivered.
    void cancel(base::SegmentIndex index);
    /// Called when a segment's hash is known to be right: it may be played, while the disk still writes and the receipt is to come.
    void onChecked(std::function<void(base::SegmentIndex, const net::Body&)> checked) { m_checked = std::move(checked); }
    /// Called when a segment is verified and about to be receipted; cancel() of another channel then still keeps that one from
    /// receipting it as well.
    void onVerified(std::function<void(base::SegmentIndex)> verified) { m_verified = std::move(verified); }
    /// Sends the final receipt; where the seeder does not answer, the Closer goes on with it. Breaks off what is under way.
    /// What is on its way to the disk is still receipted and delivered. `settled` comes once the tracker has settled. Keep the
    /// channel until then.
    void finish(const std::string& reason, Settled settled);

    [[nodiscard]] const wire::Offer& offer() const { return m_offer.message; }
    [[nodiscard]] const std::optional<wire::Signed<wire::Contract>>& contract() const { return m_contract; }
    /// The seeder has accepted it, whatever became of it since.
    [[nodiscard]] bool wasOpened() const { return m_isAccepted; }
    [[nodiscard]] const wire::Receipt& receipt() const { return m_receipt; } ///< the newest; empty at the beginning
    /// "127.0.0.1:4455" of the endpoint in use.
    [[nodiscard]] std::string address() const;

private:
    enum class State {
        Fresh,    ///< nobody has it
        Proposed, ///< may be open at the tracker
        Ready,    ///< is open
        Closing,  ///< the final receipt is on its way
        Done,     ///< settled, or the Closer's, or never proposed
    };
    struct Fetch {
        Fetched fetched;
        int attempt = 1;
        net::HttpClient::RequestId request = 0;
        base::Executor::TimerId timer = 0;
        bool isHere = false; ///< on its way to the disk; only the receipt is missing
        bool isChecked = false; ///< said so
    };

    // Opening (channel.cpp)
    [[nodiscard]] std::int64_t proposedWindow() const;
    void tryEndpoint(std::size_t number, base::Error last);
    using Unreachable = std::function<void(const base::Error&)>;
    void propose(Unreachable unreachable);
    void proposeWithFirst(Unreachable unreachable);
    [[nodiscard]] base::Result<void> checkAccepted(const net::HttpResponse& response);
    void opened(base::Result<void> result);
    void confirm();
    void breakOffProposal();
    void requestWaiting();
    void receiptOutstanding(const wire::SegmentRanges& outstanding);

    // Fetching (channel_fetch.cpp)
    void request(base::SegmentIndex index);
    void received(base::SegmentIndex index, const net::Body& body);
    void checked(base::SegmentIndex index, const net::Body& body);
    void stored(base::SegmentIndex index, const net::Body& body);
    void deliver(base::SegmentIndex index, base::Result<net::Body> result);
    [[nodiscard]] base::Result<wire::Receipt> receiptWith(const std::vector<base::SegmentIndex>& more) const;
    void makeDurable(const wire::Receipt& receipt, Done done);
    void bringLater();
    [[nodiscard]] std::chrono::milliseconds pauseAfter(int attempt) const;
    [[nodiscard]] int attempts() const;
    [[nodiscard]] std::int64_t usualSegment() const; ///< bytes

    // Closing (channel_close.cpp)
    void close(const std::string& reason, Settled settled);
    void leaveToCloser(Settled settled);
    void reportNeverOpened(Settled settled);
    void sendFinal(bool isDurable, const Settled& settled);

    [[nodiscard]] net::HttpClient::RequestId post(std::string target, std::string body, net::RequestLimits limits, net::HttpClient::Callback callback);
    [[nodiscard]] std::string path(const char* rest) const;

    Parts m_parts;
    content::Stream m_stream;
    wire::Signed<wire::Offer> m_offer;
    const Patience m_patience;
    std::optional<wire::Signed<wire::Permit>> m_permit;
    net::Endpoint m_endpoint;
    int m_round = 1; ///< through the seeder's endpoints, to propose
    std::optional<wire::Signed<wire::Contract>> m_contract;
    State m_state = State::Fresh;
    wire::Receipt m_receipt;                                   ///< the newest
    std::optional<wire::Signed<wire::Receipt>> m_signedReceipt; ///< the newest that is durable: only that one is ever sent
    bool m_isAccepted = false; ///< by the seeder; until then the receipt reports nothing
    bool m_asksAhead = false;  ///< segments may be asked for before it is open
    std::int64_t m_broughtSeq = 0;                             ///< of the newest receipt that the seeder has answered
    Done m_opened;
    std::optional<base::SegmentIndex> m_first; ///< asked for by the proposal, and not answered yet
    std::optional<base::Result<void>> m_confirmed; ///< the contract is open, or was refused, before that answer
    std::map<base::SegmentIndex, Fetch> m_fetches; ///< under way
    std::set<base::SegmentIndex> m_owed;       ///< cancelled: sent, as far as the seeder knows, and not receipted
    std::function<void(base::SegmentIndex, const net::Body&)> m_checked;
    std::function<void(base::SegmentIndex)> m_verified;
    int m_storing = 0; ///< the contract and segments that have arrived, on their way to the disk
    bool m_finishing = false;
    std::function<void()> m_finishLater;
    net::HttpClient::RequestId m_request = 0; ///< of the proposal, or of a receipt that is brought
    net::HttpClient::RequestId m_confirmation = 0; ///< of the same proposal, behind the one that asks for the first segment
    base::Executor::TimerId m_timer = 0;      ///< for another attempt to propose, or to bring the newest receipt
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
