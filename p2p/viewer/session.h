#pragma once

#include <memory>

#include "p2p/content/film_key.h"
#include "p2p/content/library.h"
#include "p2p/discovery/content_link.h"
#include "p2p/discovery/offer_source.h"
#include "p2p/viewer/description_fetch.h"
#include "p2p/viewer/fetch_plan.h"
#include "p2p/viewer/gateway.h"
#include "p2p/viewer/read_ahead.h"
#include "p2p/viewer/rendition_choice.h"
#include "p2p/viewer/swarm.h"
#include "p2p/viewer/viewing.h"
#include "p2p/wallet/wallet.h"

namespace mutoscope::viewer
{

struct SessionOptions {
    base::Tokens approveUpTo;      ///< caps up to this need no approve()
    std::int64_t readAheadMs = 30'000;
    /// So long after the order to buy, if a segment comes that soon, and again after the player was given it, nothing is bought ahead: the
    /// processor is left to the first picture. On a line that is this quick, the film can wait for it. 0: not at all.
    std::int64_t calmStartMs = 0;
    bool waitForPlayer = false; ///< nothing is bought before it has asked: where it begins is not known yet
    /// The newest permit for a film that this node was given, an envelope. Asked on the session's thread. A film's own publisher
    /// needs none.
    std::function<std::optional<std::string>(const base::ContentId&, const base::PublicKey& publisher)> permitOf{};
    /// Asked before anything is paid: what this viewing may cost at most. None: no limit. An error: it can't be said, and nothing is paid.
    using Limit = std::function<void(base::Result<std::optional<base::Tokens>>)>;
    std::function<void(Limit answer)> limit{};
};

/// One film that is being watched: finds seeders, has the Swarm buy what the player will need within the approved cap, hands it
/// out through the gateway, and closes what is open. While it plays it goes on looking for seeders. All on the executor's thread.
class Session final : public Gateway::Source, private Swarm::Film
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
    [[nodiscard]] bool isSettled() const { return m_swarm.isSettled(); }

    [[nodiscard]] Viewing viewing() const;
    /// Receipted in contracts that are not settled yet.
    [[nodiscard]] base::Tokens owed() const { return m_swarm.owed(); }

    /// The gateway's side, once the stream is known.
    void want(std::uint64_t id, base::SegmentIndex index, Gateway::SegmentCallback callback) override;
    void takeBack(std::uint64_t id) override;
    void still(std::uint64_t id, std::int64_t ms, Gateway::SegmentCallback callback) override;
    base::SegmentIndex choose(std::size_t position) override;

private:
    // Finding (session_find.cpp)
    void find();
    void takeOffers(base::Result<discovery::Offers> offers, bool more);
    void askLink();
    void fetchDescription(std::size_t address = 0);
    [[nodiscard]] DescriptionFetch::Parts descriptionParts() const;
    void described(const wire::Description& description);
    void keep(const content::Stream& stream, const std::vector<std::string>& documents);

    void findMore();
    void search();
    void seederFailed(const base::Error& error);

    // The swarm's side
    std::vector<Need> needs() override;
    base::Result<base::Tokens> priceOfRest(base::Tokens pricePerMiB) const override;
    std::int64_t rate() const override;
    const std::optional<wire::Signed<wire::Permit>>& permit() const override { return m_permit; }
    bool has(base::SegmentIndex index) const override { return m_plan->has(index); }
    void asked(base::SegmentIndex index) override;
    void notAsked(base::SegmentIndex index) override;
    void checked(base::SegmentIndex index, const net::Body& body) override;
    void arrived(base::SegmentIndex index) override;
    void opening() override;
    void opened() override;
    void nobodyLeft(const std::string& lastFailure) override;
    void failed(Problem problem) override;
    void measured() override;
    void changed() override;

    // What may be watched, and how it gets to the player (session_serve.cpp)
    [[nodiscard]] bool takePermit(const content::Stream& stream);
    [[nodiscard]] std::optional<std::string> permitFor(const wire::Signed<wire::Manifest>& film) const;
    void serve(std::uint64_t id, base::SegmentIndex index);
    /// On the disk's thread. Forbidden where the key does not fit, which no other way to a segment's bytes says.
    [[nodiscard]] static base::Result<net::Body> plainOf(const std::optional<crypto::SegmentCipher>& cipher, base::SegmentIndex index,
                                                         base::Result<net::Body> stored);
    void decrypt(std::vector<std::uint64_t> ids, base::SegmentIndex index, net::Body body);
    void handOutAll(base::SegmentIndex index, const net::Body& body);
    void handOut(std::uint64_t id, base::SegmentIndex index, const base::Result<net::Body>& bytes);
    void keepCalm();

    void haveStream(content::Stream stream);
    void chooseTerms();
    [[nodiscard]] base::Tokens proposedCap(base::Tokens rest) const;
    void buy();
    void fail(base::ErrorCode code, std::string sentence, std::vector<WayOut> waysOut);
    void setStage(Stage stage);
    void startGateway();
    void decideQuality();
    [[nodiscard]] std::int64_t reserveMs() const; ///< in front of what the player asked for last
    void fetchAgain();

    Parts m_parts;
    discovery::ContentLink m_link;
    SessionOptions m_options;
    std::function<void()> m_changed;

    Stage m_stage = Stage::Idle;
    std::optional<Problem> m_problem;
    bool m_finishing = false;
    std::unique_ptr<DescriptionFetch> m_fromLink;  ///< of a seeder that the link names
    std::unique_ptr<DescriptionFetch> m_fromOffer; ///< of the first of m_offers

    discovery::Offers m_offers;   ///< those that may still be tried, the cheapest first
    bool m_awaitsOffers = false;  ///< nobody was chosen yet from what the search finds, or will find
    std::uint64_t m_search = 0;   ///< the newest; what an older one still finds comes too late
    std::string m_lastFailure;
    std::optional<content::Stream> m_stream;
    std::optional<wire::Signed<wire::Permit>> m_permit; ///< where the film needs one
    std::optional<crypto::SegmentCipher> m_cipher;      ///< where it is encrypted
    std::optional<FetchPlan> m_plan;
    ReadAhead m_readAhead;
    std::optional<RenditionChoice> m_choice;  ///< where there is a ladder
    std::optional<std::size_t> m_quality;     ///< what the person chose
    std::optional<std::size_t> m_playedQuality;
    std::unique_ptr<Gateway> m_gateway;

    base::Tokens m_cap; ///< approved, for the whole viewing
    bool m_approved = false;
    bool m_limitIsKnown = false;
    std::optional<base::Tokens> m_mostCap; ///< SessionOptions::limit has said so
    Swarm m_swarm;
    base::Executor::TimerId m_findTimer = 0; ///< to look for more seeders
    bool m_hasCalmed = false;
    base::Executor::TimerId m_calmTimer = 0; ///< SessionOptions::calmStartMs

    struct Waiting {
        base::SegmentIndex index;
        Gateway::SegmentCallback callback;
    };
    std::map<base::SegmentIndex, net::Body> m_checked; ///< may be played, but have not arrived
    std::map<std::uint64_t, Waiting> m_waiting; ///< by the gateway's numbers, which stay below `ownRequests`
    static constexpr std::uint64_t ownRequests = std::uint64_t(1) << 63;
    std::uint64_t m_textRequest = ownRequests;

    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace mutoscope::viewer
