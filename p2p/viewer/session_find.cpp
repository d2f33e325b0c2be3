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
    m_awaitsOffers = true;
    if (!m_stream)
        askLink();
    m_parts.wallet.whenDecided([this, alive = std::weak_ptr(m_alive)] {
        if (!alive.lock() || m_finishing || !m_awaitsOffers)
            return;
        if (m_parts.wallet.connection() == wallet::Wallet::Connection::Offline)
            return fail(ErrorCode::Unavailable, "The wallet tracker can't be reached: " + m_parts.wallet.problem() + ".", {WayOut::Retry});
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
                 offers.error().code == ErrorCode::Unacceptable ? "This film can't be paid: " + offers.error().message + "."
                                                                : "Seeders can't be looked up: " + offers.error().message,
                 {WayOut::Retry});
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
        fetchDescription();
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
        fetchDescription();
}

/// A seeder that the link names is asked before anybody has said who offers the film: of the description it does not matter who gives it.
void Session::askLink()
{
    const auto known = std::ranges::find_if(m_link.seeders, [](const net::Endpoint& each) { return each.pin.has_value(); });
    if (known == m_link.seeders.end() || m_fromLink)
        return;
    m_fromLink = std::make_unique<DescriptionFetch>(descriptionParts(), m_link.content, *known, [this](base::Result<wire::Description> description) {
        const auto ended = std::move(m_fromLink);
        if (description)
            return described(*description);
        qCInfo(logViewer) << "no description from" << net::hostAndPort(ended->seeder()).c_str() << "-" << description.error().message.c_str();
        if (!m_stream && !m_awaitsOffers && !m_fromOffer && !m_offers.empty())
            fetchDescription();
    });
}

/// Of the first that is offered, from the first of its addresses that answers, beginning with this one; unless it is asked already.
void Session::fetchDescription(std::size_t address)
{
    const wire::Offer& offer = m_offers.front().message;
    auto endpoint = address >= offer.endpoints.size() ? base::fail(ErrorCode::Network, "the seeder's offer names no address")
                                                      : net::parseEndpoint("https://" + offer.endpoints[address]);
    if (!endpoint) {
        m_parts.channel.executor.post([this, alive = std::weak_ptr(m_alive), seeder = offer.seeder, error = endpoint.error()] {
            if (alive.lock() && !m_finishing && !m_stream && !m_offers.empty() && m_offers.front().message.seeder == seeder)
                seederFailed(error);
        });
        return;
    }
    endpoint->pin = offer.tlsPin;
    if (m_fromLink && m_fromLink->seeder() == *endpoint)
        return;
    m_fromOffer = std::make_unique<DescriptionFetch>(descriptionParts(), m_link.content, *endpoint, [this, address, endpoints = offer.endpoints.size()](base::Result<wire::Description> description) {
        const auto ended = std::move(m_fromOffer);
        if (description)
            return described(*description);
        const ErrorCode code = description.error().code;
        if ((code == ErrorCode::Network || code == ErrorCode::Timeout) && address + 1 < endpoints)
            return fetchDescription(address + 1);
        seederFailed(description.error());
    });
}

DescriptionFetch::Parts Session::descriptionParts() const
{
    return {m_parts.channel.http, m_parts.channel.executor, m_parts.channel.network};
}

void Session::described(const wire::Description& description)
{
    m_fromLink.reset();
    m_fromOffer.reset();
    auto stream = content::Stream::make(description.manifest, description.documents);
    if (!stream)
        return fail(stream.error().code, "This film can't be played: " + stream.error().message, {});
    haveStream(*stream);
    keep(*stream, description.documents); // behind the contract's record, which the seeder waits for
}

/// On the disk's thread; the next start of this film needs no seeder to know it.
void Session::keep(const content::Stream& stream, const std::vector<std::string>& documents)
{
    m_parts.channel.disk.post([this, alive = std::weak_ptr(m_alive), stream, documents, &executor = m_parts.channel.executor,
                               &store = m_parts.channel.store, &library = m_parts.library] {
        base::Result<void> kept = library.add(stream.manifest(), content::Library::Keep::Playlists);
        for (std::size_t i = 0; kept && i < documents.size(); ++i)
            kept = store.put(stream.manifest().message.playlists[i].sha256, documents[i]);
        if (kept)
            return;
        executor.post([this, alive, error = kept.error()] {
            if (!alive.lock() || m_finishing)
                return;
            m_swarm.stop("the disk failed");
            fail(error.code, "The film can't be kept on this disk: " + error.message, {WayOut::Retry});
        });
    });
}

} // namespace mutoscope::viewer
