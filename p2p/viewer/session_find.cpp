#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/viewer/session.h"

// From a link to a stream whose playlists are all here: offers, then the manifest, then the playlists, all free.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr auto getTimeout = 10s;

} // namespace

void Session::find()
{
    setStage(Stage::FindingSeeder);
    if (!m_stream) {
        if (auto stream = m_parts.library.load(m_link.content)) {
            haveStream(std::move(*stream));
            return;
        }
    }
    m_parts.wallet.whenDecided([this, alive = std::weak_ptr(m_alive)] {
        if (!alive.lock() || m_finishing)
            return;
        if (m_parts.wallet.connection() == wallet::Wallet::Connection::Offline)
            return fail(ErrorCode::Unavailable, "The wallet tracker can't be reached: " + m_parts.wallet.problem() + ".", {WayOut::Retry});
        m_awaitsOffers = true;
        m_parts.offers.find({m_link.content, m_link.seeders, m_stream ? std::optional(m_stream->manifest().message.publisher) : std::nullopt},
                            [this, alive, search = ++m_search](auto offers, bool more) {
                                if (alive.lock() && !m_finishing && search == m_search)
                                    takeOffers(std::move(offers), more);
                            });
    });
}

void Session::takeOffers(base::Result<discovery::Offers> offers, bool more)
{
    if (!offers) {
        if (m_awaitsOffers && !more)
            fail(offers.error().code, "Seeders can't be looked up: " + offers.error().message, {WayOut::Retry});
        return;
    }
    bool onlyOurs = !offers->empty();
    for (auto& offer : *offers) {
        const bool ours = offer.message.seeder == m_parts.channel.key.publicKey();
        onlyOurs = onlyOurs && ours;
        if (ours || m_avoid.contains(offer.message.seeder))
            continue;
        const auto same = std::ranges::find(m_offers, offer.message.seeder, [](const auto& each) { return each.message.seeder; });
        if (same == m_offers.end())
            m_offers.push_back(std::move(offer));
        else if (same != m_offers.begin() || m_awaitsOffers) // but not the one that is being used
            *same = std::move(offer);
    }
    const auto price = [](const auto& offer) { return offer.message.pricePerMiB; };
    if (!m_awaitsOffers && !m_offers.empty())
        std::ranges::stable_sort(m_offers.begin() + 1, m_offers.end(), {}, price); // behind the one that is being used
    if (!m_awaitsOffers || (m_offers.empty() && more))
        return;
    m_awaitsOffers = false;
    if (m_offers.empty()) {
        if (!m_lastFailure.empty())
            return fail(ErrorCode::NotFound, m_lastFailure + " Nobody else seeds this film just now.", {WayOut::Retry});
        return fail(ErrorCode::NotFound, onlyOurs ? "Only this computer seeds this film." : "Nobody seeds this film just now.",
                    {WayOut::Retry});
    }
    std::ranges::stable_sort(m_offers, {}, price);
    if (m_stream)
        chooseTerms();
    else
        fetchManifest(m_offers.front());
}

void Session::get(const wire::Offer& offer, const std::string& path, std::int64_t maxBody,
                  std::function<void(base::Result<net::Body>)> callback)
{
    auto endpoint = offer.endpoints.empty() ? base::fail(ErrorCode::Network, "the seeder's offer names no address")
                                            : net::parseEndpoint("https://" + offer.endpoints.front());
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
                                          [this, callback = std::move(callback)](base::Result<net::HttpResponse> response) {
                                              m_request = 0;
                                              if (!response)
                                                  return callback(tl::unexpected(response.error()));
                                              if (response->status != 200)
                                                  return callback(base::fail(ErrorCode::NotFound, "the seeder does not have this film any more"));
                                              callback(response->body);
                                          });
}

void Session::fetchManifest(const wire::Signed<wire::Offer>& offer)
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
        base::Result<void> kept = library.add(stream.manifest());
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
