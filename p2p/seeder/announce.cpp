#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/seeder/seeder.h"
#include "p2p/wire/relaying.h"

// What is seeded, and telling the tracker of it.

namespace mutoscope::seeder
{

using namespace std::chrono_literals;
using base::ContentId;
using base::ErrorCode;

namespace
{

constexpr auto offerLife = 1h;
constexpr auto announceAgain = 20min;
constexpr auto retryAfter = 5s;
constexpr std::size_t maxRelayAddresses = 4; // half of what an offer holds
constexpr auto waitingForTracker = "waiting for the wallet tracker";

} // namespace

base::Result<void> Seeder::setTitle(const ContentId& content, base::Tokens pricePerMiB, bool seeding)
{
    auto stream = m_parts.library.load(content);
    if (!stream)
        return tl::unexpected(stream.error());
    if (seeding && !m_parts.library.hasAll(content))
        return base::fail(ErrorCode::NotFound, "not all of the film is on this computer");
    {
        const std::lock_guard lock(m_titlesMutex);
        m_titles.insert_or_assign(content, Title{.stream = std::move(*stream), .pricePerMiB = pricePerMiB, .seeding = seeding});
    }
    announce(content);
    reportChange();
    return {};
}

void Seeder::removeTitle(const ContentId& content)
{
    {
        const std::lock_guard lock(m_titlesMutex);
        m_titles.erase(content);
    }
    if (const auto node = m_announcements.extract(content))
        m_parts.executor.cancel(node.mapped().timer);
    reportChange();
}

void Seeder::setReach(std::vector<std::string> endpoints, base::Sha256 tlsPin)
{
    m_endpoints = std::move(endpoints);
    m_tlsPin = tlsPin;
    announceAll();
}

void Seeder::announceAll()
{
    std::vector<ContentId> all;
    {
        const std::lock_guard lock(m_titlesMutex);
        for (const auto& [content, each] : m_titles)
            all.push_back(content);
    }
    for (const ContentId& content : all)
        announce(content);
    announceRelaying();
}

std::optional<wire::Offer> Seeder::draftOffer(const ContentId& content, base::Tokens pricePerMiB) const
{
    if (!m_parts.tracker.identity() || !m_parts.wallet.accounts().incomeAddress)
        return std::nullopt;
    wire::Offer offer;
    offer.network = m_parts.network;
    offer.seeder = m_parts.key.publicKey();
    offer.tracker = m_parts.tracker.identity()->key;
    offer.incomeAddress = *m_parts.wallet.accounts().incomeAddress;
    offer.content = content;
    offer.pricePerMiB = pricePerMiB;
    offer.creditWindow = m_parts.settings.creditWindow;
    offer.endpoints = m_endpoints;
    offer.tlsPin = m_tlsPin;
    offer.expires = m_parts.tracker.now() + base::UnixMs(std::chrono::milliseconds(offerLife).count());
    return offer;
}

void Seeder::announceLater(const ContentId& content, std::chrono::milliseconds delay, std::string problem)
{
    if (!m_announcements.contains(content)) // removed meanwhile
        return;
    Announcement& ours = m_announcements[content];
    m_parts.executor.cancel(ours.timer);
    ours.timer = m_parts.executor.after(delay, [this, content] {
        if (content == wire::relayedContent())
            announceRelaying();
        else
            announce(content);
    });
    if (ours.problem == problem)
        return;
    ours.problem = std::move(problem);
    reportChange();
}

void Seeder::announce(const ContentId& content)
{
    Announcement& announcement = m_announcements[content];
    m_parts.executor.cancel(announcement.timer);
    announcement.timer = 0;
    const auto film = title(content);
    if (!film || !film->seeding || m_endpoints.empty() || m_stopping)
        return;
    const auto again = [this, content](std::chrono::milliseconds delay, std::string problem) {
        announceLater(content, delay, std::move(problem));
    };
    auto offer = draftOffer(content, film->pricePerMiB);
    if (!offer)
        return again(1s, waitingForTracker);
    offer->title = film->stream.manifest().message.title;
    offer->creditWindow = windowFor(film->stream);
    const auto signedOffer = wire::sign(std::move(*offer), m_parts.key);
    {
        const std::lock_guard lock(m_titlesMutex);
        m_titles.at(content).offer = std::make_shared<const std::string>(signedOffer.bytes);
    }
    m_parts.tracker.announce(signedOffer, [this, again, manifest = film->stream.manifest()](const auto& answer) {
        if (!answer)
            return again(retryAfter, "the wallet tracker does not take the announcement: " + answer.error().message);
        // Each time: a tracker forgets films that nobody seeds. Without it the film is found all the same, by its link.
        m_parts.tracker.describe(manifest, [again](const auto& described) {
            if (!described)
                qCInfo(logSeeder) << "the wallet tracker's catalogue does not take a film:" << described.error().message.c_str();
            again(announceAgain, {});
        });
    });
}

/// As a film is, by the addresses where it is bought, and those of the relay; the latter as if this node waited there itself.
void Seeder::announceRelaying()
{
    if (!m_relaying)
        return;
    const ContentId& content = wire::relayedContent();
    Announcement& announcement = m_announcements[content];
    m_parts.executor.cancel(announcement.timer);
    announcement.timer = 0;
    if (m_endpoints.empty() || m_stopping)
        return;
    const auto again = [this, content](std::chrono::milliseconds delay, std::string problem) {
        announceLater(content, delay, std::move(problem));
    };
    auto offer = draftOffer(content, m_relaying->pricePerMiB);
    if (!offer)
        return again(1s, waitingForTracker);
    std::erase_if(offer->endpoints, [](const std::string& each) { return each.find("#relay=") != std::string::npos; });
    offer->endpoints.resize(std::min(offer->endpoints.size(), maxRelayAddresses));
    for (const std::string& each : std::vector(offer->endpoints)) {
        auto at = net::parseEndpoint("https://" + each);
        if (!at)
            continue;
        at->port = m_relaying->port;
        offer->endpoints.push_back(net::hostAndPort(*at) + "/#relay=" + base::toBase64Url(m_parts.key.publicKey().raw()));
    }
    if (offer->endpoints.empty())
        return again(announceAgain, "nobody can connect to this node, so it is no relay for others");
    const auto signedOffer = wire::sign(std::move(*offer), m_parts.key);
    {
        const std::lock_guard lock(m_titlesMutex);
        m_relayOffer = std::make_shared<const std::string>(signedOffer.bytes);
    }
    m_relaying->offered(signedOffer.bytes);
    m_parts.tracker.announce(signedOffer, [again](const auto& answer) {
        if (answer)
            again(announceAgain, {});
        else
            again(retryAfter, "the wallet tracker does not take the announcement: " + answer.error().message);
    });
}

} // namespace mutoscope::seeder
