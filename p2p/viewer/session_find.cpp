#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/viewer/session.h"
#include "p2p/wire/description.h"

// From a link to a stream whose playlists are all here: offers, then the manifest, then the playlists, all free.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr auto getTimeout = 10s;
constexpr auto findAgain = 15s; ///< while the film plays: somebody else may offer it now
constexpr auto findSoon = 5s;   ///< where somebody is needed

} // namespace

void Session::find()
{
    setStage(Stage::FindingSeeder);
    if (!m_stream) {
        if (auto stream = m_parts.library.load(m_link.content)) {
            haveStream(std::move(*stream));
            return;
        }
    } else if (!takePermit(*m_stream)) { // it may have expired
        return;
    }
    m_parts.wallet.whenDecided([this, alive = std::weak_ptr(m_alive)] {
        if (!alive.lock() || m_finishing)
            return;
        if (m_parts.wallet.connection() == wallet::Wallet::Connection::Offline)
            return fail(ErrorCode::Unavailable, "The wallet tracker can't be reached: " + m_parts.wallet.problem() + ".", {WayOut::Retry});
        m_awaitsOffers = true;
        search();
    });
}

void Session::search()
{
    m_swarm.expectOffers();
    m_parts.offers.find({m_link.content, m_link.seeders, m_stream ? std::optional(m_stream->manifest().message.publisher) : m_link.publisher},
                        [this, alive = std::weak_ptr(m_alive), search = ++m_search](auto offers, bool more) {
                            if (alive.lock() && !m_finishing && search == m_search)
                                takeOffers(std::move(offers), more);
                        });
}

void Session::takeOffers(base::Result<discovery::Offers> offers, bool more)
{
    if (!offers) {
        if (m_awaitsOffers && !more)
            fail(offers.error().code,
                 (offers.error().code == ErrorCode::Unacceptable ? "This film can't be paid: " : "Seeders can't be looked up: ") + offers.error().message + ".", {WayOut::Retry});
        else if (!more)
            findMore();
        return;
    }
    const bool onlyOurs = !offers->empty() && std::ranges::all_of(*offers, [this](const auto& offer) {
        return offer.message.seeder == m_parts.channel.key.publicKey();
    });
    m_swarm.addOffers(*offers);
    if (!more)
        m_swarm.allOffersCame();
    if (auto known = m_swarm.offers(); m_stream || m_awaitsOffers) {
        if (!known.empty() || m_awaitsOffers)
            m_offers = std::move(known);
    } else { // behind the one that is being asked for the manifest
        std::erase_if(known, [this](const auto& offer) { return !m_offers.empty() && offer.message.seeder == m_offers.front().message.seeder; });
        m_offers.resize(std::min<std::size_t>(m_offers.size(), 1));
        m_offers.insert(m_offers.end(), known.begin(), known.end());
    }
    if (!m_awaitsOffers) {
        m_swarm.pump();
        if (!more)
            findMore();
        return;
    }
    if (m_offers.empty() && more)
        return;
    m_awaitsOffers = false;
    if (m_offers.empty()) {
        if (!m_lastFailure.empty())
            return fail(ErrorCode::NotFound, m_lastFailure + " Nobody else seeds this film just now.", {WayOut::Retry});
        const auto& own = m_parts.channel.tracker.identity();
        if (m_link.tracker && m_link.tracker->key && own && m_link.tracker->key != own->key)
            return fail(ErrorCode::NotFound,
                        "Your wallet tracker knows nobody who seeds this film. The link names another one; whether the two take contracts together is up to their operators.",
                        {WayOut::Retry});
        return fail(ErrorCode::NotFound, onlyOurs ? "Only this computer seeds this film." : "Nobody seeds this film just now.",
                    {WayOut::Retry});
    }
    if (m_stream)
        chooseTerms();
    else
        fetchManifest(m_offers.front());
}

/// While something is to be bought: others may have joined, or be cheaper now.
void Session::findMore()
{
    m_parts.channel.executor.cancel(m_findTimer);
    m_findTimer = m_parts.channel.executor.after(m_swarm.isShort() ? findSoon : findAgain, [this] {
        m_findTimer = 0;
        if (m_finishing || !m_swarm.isBuying())
            return;
        if (m_plan->hasAll())
            return findMore(); // nobody is needed just now
        search();
    });
}

/// Before the film's playlists are here: the next one is asked for them.
void Session::seederFailed(const base::Error& error)
{
    const wire::Offer offer = m_offers.front().message;
    m_lastFailure = "The seeder at " + (offer.endpoints.empty() ? std::string("an unknown address") : offer.endpoints.front()) + " failed: " +
                    error.message + ".";
    qCInfo(logViewer) << m_lastFailure.c_str();
    m_swarm.avoid(offer.seeder, error);
    m_offers.erase(m_offers.begin());
    if (m_offers.empty())
        find();
    else
        fetchManifest(m_offers.front());
}

/// From the first of its addresses that answers, beginning with this one.
void Session::get(const wire::Offer& offer, const std::string& path, std::int64_t maxBody,
                  std::function<void(base::Result<net::Body>)> callback, std::size_t number)
{
    auto endpoint = offer.endpoints.empty() ? base::fail(ErrorCode::Network, "the seeder's offer names no address")
                                            : net::parseEndpoint("https://" + offer.endpoints[number]);
    if (!endpoint) {
        m_parts.channel.executor.post([this, alive = std::weak_ptr(m_alive), callback = std::move(callback), error = endpoint.error()] {
            if (alive.lock() && !m_finishing)
                callback(tl::unexpected(error));
        });
        return;
    }
    endpoint->pin = offer.tlsPin;
    net::HttpRequest request{.method = "GET", .target = "/v1/content/" + base::toHex(offer.content) + path, .body = {}, .peer = {}};
    m_request = m_parts.channel.http.send(*endpoint, std::move(request), {.timeout = getTimeout, .maxBody = maxBody},
                                          [this, offer, path, maxBody, number, callback = std::move(callback)](base::Result<net::HttpResponse> response) {
                                              m_request = 0;
                                              const bool isAway = !response && (response.error().code == ErrorCode::Network || response.error().code == ErrorCode::Timeout);
                                              if (isAway && number + 1 < offer.endpoints.size())
                                                  return get(offer, path, maxBody, callback, number + 1);
                                              if (!response)
                                                  return callback(tl::unexpected(response.error()));
                                              if (response->status != 200)
                                                  return callback(base::fail(ErrorCode::NotFound, "the seeder does not have this film any more"));
                                              callback(response->body);
                                          });
}

/// All at once; a seeder that does not know how, or has too much for one answer, is asked for the parts.
void Session::fetchManifest(const wire::Signed<wire::Offer>& offer)
{
    get(offer.message, "/description", wire::Description::maxBytes, [this, offer](const base::Result<net::Body>& body) {
        if (!body && (body.error().code == ErrorCode::NotFound || body.error().code == ErrorCode::TooLarge))
            return fetchInParts(offer);
        if (!body)
            return seederFailed(body.error());
        auto description = wire::readDescription(**body, m_parts.channel.network);
        if (!description)
            return seederFailed(description.error());
        if (wire::contentId(description->manifest) != m_link.content)
            return seederFailed({ErrorCode::WrongData, "the seeder sent another film's description"});
        fetchPlaylist(offer, description->manifest, std::move(description->documents)); // which are all of them
    });
}

void Session::fetchInParts(const wire::Signed<wire::Offer>& offer)
{
    get(offer.message, "/manifest", wire::Manifest::maxBytes, [this, offer](const base::Result<net::Body>& body) {
        if (!body)
            return seederFailed(body.error());
        const auto manifest = wire::open<wire::Manifest>(**body, m_parts.channel.network, {wire::Role::Publisher});
        if (!manifest || wire::contentId(*manifest) != m_link.content)
            return seederFailed({ErrorCode::WrongData, "the seeder sent another film's description"});
        fetchPlaylist(offer, *manifest, {});
    });
}

void Session::fetchPlaylist(const wire::Signed<wire::Offer>& offer, const wire::Signed<wire::Manifest>& manifest,
                            std::vector<std::string> documents)
{
    if (documents.size() == manifest.message.playlists.size()) {
        auto stream = content::Stream::make(manifest, documents);
        if (!stream)
            return fail(stream.error().code, "This film can't be played: " + stream.error().message, {});
        return keepStream(*stream, documents);
    }
    const wire::PlaylistRef wanted = manifest.message.playlists[documents.size()];
    get(offer.message, "/objects/" + base::toHex(wanted.sha256), wanted.bytes.value(),
        [this, offer, manifest, documents = std::move(documents), wanted](const base::Result<net::Body>& body) mutable {
            if (!body)
                return seederFailed(body.error());
            if (crypto::sha256(**body) != wanted.sha256)
                return seederFailed({ErrorCode::WrongData, "the seeder sent another playlist than the film's"});
            documents.push_back(**body);
            fetchPlaylist(offer, manifest, std::move(documents));
        });
}

void Session::keepStream(const content::Stream& stream, const std::vector<std::string>& documents)
{
    // On the disk's thread; the next start of this film needs no seeder to know it.
    m_parts.channel.disk.post([this, alive = std::weak_ptr(m_alive), stream, documents, &executor = m_parts.channel.executor,
                               &store = m_parts.channel.store, &library = m_parts.library] {
        base::Result<void> kept = library.add(stream.manifest(), content::Library::Keep::Playlists);
        for (std::size_t i = 0; kept && i < documents.size(); ++i)
            kept = store.put(stream.manifest().message.playlists[i].sha256, documents[i]);
        executor.post([this, alive, stream, kept] {
            if (!alive.lock() || m_finishing)
                return;
            if (!kept)
                return fail(kept.error().code, "The film can't be kept on this disk: " + kept.error().message, {WayOut::Retry});
            haveStream(stream);
        });
    });
}

} // namespace mutoscope::viewer
