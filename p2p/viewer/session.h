#pragma once

#include <memory>
#include <set>

#include "p2p/content/library.h"
#include "p2p/discovery/content_link.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/viewer/channel.h"
#include "p2p/viewer/fetch_plan.h"
#include "p2p/viewer/gateway.h"
#include "p2p/viewer/read_ahead.h"
#include "p2p/viewer/rate_meter.h"
#include "p2p/viewer/rendition_choice.h"
#include "p2p/viewer/viewing.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::viewer
{

struct SessionOptions {
    base::Tokens approveUpTo;      ///< caps up to this need no approve()
    std::int64_t readAheadMs = 30'000;
};

/// One film that is being watched: finds a seeder, opens a contract, buys what the player will need, hands it out through the
/// gateway, and closes the contract. When a seeder fails, the next one takes over within the same approved cap.
/// All on the executor's thread.
class Session final : public Gateway::Source
{
public:
    struct Parts {
        Channel::Parts channel;
        const base::Clock& clock;
        discovery::OfferSource& offers;
        wallet::Wallet& wallet;
        content::Library& library;
    };

    Session(Parts parts, discovery::ContentLink link, SessionOptions options, std::function<void()> changed);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start();
    void approve(base::Tokens cap);
    void retry(WayOut how);
    /// How far ahead of the player segments are bought, at most.
    void setReadAhead(std::int64_t ms);
    /// One of Viewing::qualities from the next segment on, or none: by the seeder's rate. Nothing where it is not one of them.
    void setQuality(std::optional<std::size_t> quality);
    using PieceCallback = std::function<void(const SubtitlePiece&)>;
    /// The piece of text that is shown at this time, bought if need be; at once, later, or never where it can't be had. A call takes
    /// the one before back.
    void fetchSubtitles(std::size_t playlist, std::int64_t ms, PieceCallback callback);
    /// Closes what is open. The stage becomes Finished once it is settled, or Idle where no contract was opened.
    void finish(const std::string& reason);
    /// Nothing is open at the tracker any more, as far as this session knows.
    [[nodiscard]] bool isSettled() const { return m_closing.empty() && !m_channel; }

    [[nodiscard]] Viewing viewing() const;
    /// Receipted in contracts that are not settled yet.
    [[nodiscard]] base::Tokens owed() const;

    /// The gateway's side, once the stream is known.
    void want(std::uint64_t id, base::SegmentIndex index, Gateway::SegmentCallback callback) override;
    void takeBack(std::uint64_t id) override;
    void still(std::uint64_t id, std::int64_t ms, Gateway::SegmentCallback callback) override;
    base::SegmentIndex choose(std::size_t position) override;

private:
    // Finding (session_find.cpp)
    void find();
    void takeOffers(base::Result<discovery::Offers> offers, bool more);
    void fetchManifest(const wire::Signed<wire::Offer>& offer);
    void fetchPlaylist(const wire::Signed<wire::Offer>& offer, const wire::Signed<wire::Manifest>& manifest,
                       std::vector<std::string> documents);
    void keepStream(const content::Stream& stream, const std::vector<std::string>& documents);
    void get(const wire::Offer& offer, const std::string& path, std::int64_t maxBody, std::function<void(base::Result<net::Body>)> callback);

    // Buying (session.cpp)
    void haveStream(content::Stream stream);
    void chooseTerms();
    void openContract();
    [[nodiscard]] base::Tokens withReserve(base::Tokens rest) const;
    [[nodiscard]] bool resumeContract(base::Tokens left);
    void opened(const base::Result<void>& result);
    void pump();
    void fetched(base::SegmentIndex index, const base::Result<net::Body>& result);
    void seederFailed(const base::Error& error);
    void closeChannel(const std::string& reason);
    void fail(base::ErrorCode code, std::string sentence, std::vector<WayOut> waysOut);
    void setStage(Stage stage);
    void startGateway();
    void serve(std::uint64_t id, base::SegmentIndex index);
    [[nodiscard]] std::int64_t filmRate() const;
    void decideQuality();
    void fetchAgain();

    Parts m_parts;
    discovery::ContentLink m_link;
    SessionOptions m_options;
    std::function<void()> m_changed;

    Stage m_stage = Stage::Idle;
    std::optional<Problem> m_problem;
    bool m_finishing = false;
    net::HttpClient::RequestId m_request = 0;

    discovery::Offers m_offers;            ///< those that may still be tried, best first
    bool m_awaitsOffers = false;           ///< nobody was chosen yet from what the search finds
    std::uint64_t m_search = 0;            ///< the newest; what an older one still finds comes too late
    std::set<base::PublicKey> m_avoid;     ///< seeders that failed in this viewing
    std::string m_lastFailure;
    std::optional<content::Stream> m_stream;
    std::optional<FetchPlan> m_plan;
    ReadAhead m_readAhead;
    std::optional<RenditionChoice> m_choice;  ///< where there is a ladder
    std::optional<std::size_t> m_quality;     ///< what the person chose
    std::optional<std::size_t> m_playedQuality;
    RateMeter m_rate;
    std::unique_ptr<Gateway> m_gateway;

    base::Tokens m_cap;                    ///< approved, for the whole viewing
    bool m_approved = false;
    bool m_openWhenSettled = false;        ///< what it needs is reserved by a contract in m_closing
    std::unique_ptr<Channel> m_channel;
    std::vector<std::unique_ptr<Channel>> m_closing; ///< finished, not settled yet

    struct Waiting {
        base::SegmentIndex index;
        Gateway::SegmentCallback callback;
    };
    std::map<std::uint64_t, Waiting> m_waiting; ///< by the gateway's numbers, which stay below `ownRequests`
    static constexpr std::uint64_t ownRequests = std::uint64_t(1) << 63;
    std::uint64_t m_textRequest = ownRequests;

    // Of the channels that are closed
    base::Tokens m_spentBefore;
    base::ByteCount m_bytesBefore;
    std::int64_t m_segmentsBefore = 0;
    base::Tokens m_paid;
    base::Tokens m_returned;
    bool m_anySettled = false;
    bool m_anyOpened = false;
    std::optional<wire::ContractState> m_contractState;

    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
