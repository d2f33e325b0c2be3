#include <charconv>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/seeder/seeder.h"

// What comes in from the network, on the server's threads: routing, and the check of every signature before anything else.
#include "p2p/wire/description.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::seeder
{

using base::ContentId;
using base::ContractId;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr auto notSignedYet = "the offer is not signed yet: the wallet tracker has not answered";

net::HttpResponse plain(int status, std::string text)
{
    return {.status = status, .contentType = "text/plain", .body = std::make_shared<const std::string>(std::move(text))};
}

/// The parts of "/v1/a/b/c" behind "/v1/"; empty where it does not start so.
std::vector<std::string_view> pathParts(std::string_view target)
{
    constexpr std::string_view prefix = "/v1/";
    std::vector<std::string_view> parts;
    if (!target.starts_with(prefix))
        return parts;
    target.remove_prefix(prefix.size());
    while (true) {
        const auto slash = target.find('/');
        parts.push_back(target.substr(0, slash));
        if (slash == std::string_view::npos)
            return parts;
        target.remove_prefix(slash + 1);
    }
}

std::optional<SegmentIndex> segmentIndex(std::string_view text)
{
    const auto number = base::parseInteger(text);
    if (!number || *number >= wire::SegmentRanges::maxIndex)
        return std::nullopt;
    return SegmentIndex(static_cast<std::uint32_t>(*number));
}

} // namespace

std::optional<Seeder::Title> Seeder::title(const ContentId& content) const
{
    const std::lock_guard lock(m_titlesMutex);
    const auto it = m_titles.find(content);
    return it == m_titles.end() ? std::nullopt : std::optional(it->second);
}

void Seeder::handle(net::HttpRequest request, Respond respond)
{
    if (request.method == "GET")
        return handleGet(request, respond);
    const auto parts = pathParts(request.target);
    const bool proposes = parts.size() == 1 && parts[0] == "contracts";
    const bool proposesAndWants = parts.size() == 3 && parts[0] == "contracts" && parts[1] == "segments";
    if (proposes || proposesAndWants) {
        const OptionalIndex first = proposesAndWants ? segmentIndex(parts[2]) : std::nullopt;
        if (proposesAndWants && !first)
            return respond(plain(404, {}));
        auto proposal = wire::open<wire::Contract>(request.body, m_parts.network, {wire::Role::Viewer});
        if (!proposal) {
            qCDebug(logSeeder) << "dropped a proposal:" << proposal.error().message.c_str();
            return respond(plain(400, {}));
        }
        m_parts.executor.post([this, alive = std::weak_ptr(m_alive), proposal = std::move(*proposal), first, respond] {
            if (alive.lock())
                propose(proposal, first, respond);
        });
        return;
    }
    const bool wantsSegment = parts.size() == 4 && parts[0] == "contracts" && parts[2] == "segments";
    const bool bringsReceipt = parts.size() == 3 && parts[0] == "contracts" && parts[2] == "receipts";
    const auto id = parts.size() > 1 ? base::fixedFromHex<ContractId>(parts[1]) : std::nullopt;
    const OptionalIndex wanted = wantsSegment ? segmentIndex(parts[3]) : std::nullopt;
    if ((!wantsSegment && !bringsReceipt) || !id || (wantsSegment && !wanted))
        return respond(plain(404, {}));
    auto receipt = wire::open<wire::Receipt>(request.body, m_parts.network, {wire::Role::Viewer});
    if (!receipt || receipt->message.contract != *id) {
        qCDebug(logSeeder) << "dropped a receipt:" << (receipt ? "of another contract" : receipt.error().message.c_str());
        return respond(plain(400, {}));
    }
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive), id = *id, receipt = std::move(*receipt), wanted, respond] {
        if (alive.lock())
            takeReceipt(id, receipt, wanted, respond);
    });
}

void Seeder::handleGet(const net::HttpRequest& request, const Respond& respond)
{
    const auto parts = pathParts(request.target);
    const auto content = parts.size() >= 3 && parts[0] == "content" ? base::fixedFromHex<ContentId>(parts[1]) : std::nullopt;
    if (m_relaying && content == wire::relayedContent() && parts.size() == 3 && parts[2] == "offer") {
        const std::lock_guard lock(m_titlesMutex);
        return respond(m_relayOffer ? net::HttpResponse{.status = 200, .body = m_relayOffer} : plain(503, notSignedYet));
    }
    const auto found = content ? title(*content) : std::nullopt;
    if (!found || !found->seeding)
        return respond(plain(404, "this node does not seed that film"));
    const wire::Signed<wire::Manifest>& manifest = found->stream.manifest();
    if (parts.size() == 3 && parts[2] == "manifest")
        return respond({.status = 200, .body = std::make_shared<const std::string>(manifest.bytes)});
    if (parts.size() == 3 && parts[2] == "offer")
        return respond(found->offer ? net::HttpResponse{.status = 200, .body = found->offer}
                                    : plain(503, notSignedYet));
    if (parts.size() == 3 && parts[2] == "description")
        return describe(manifest, respond);
    const auto hash = parts.size() == 4 && parts[2] == "objects" ? base::fixedFromHex<base::Sha256>(parts[3]) : std::nullopt;
    // Only what is free: segments lie in the same store, but are not given to those who just know their hash.
    bool isFree = hash && manifest.message.poster && manifest.message.poster->sha256 == *hash;
    for (const wire::PlaylistRef& playlist : manifest.message.playlists)
        isFree = isFree || (hash && playlist.sha256 == *hash);
    if (!isFree)
        return respond(plain(404, "no such object"));
    m_parts.disk.post([&store = m_parts.store, hash = *hash, respond] {
        auto bytes = store.get(hash);
        if (!bytes)
            return respond(plain(503, "the object can't be read just now"));
        respond({.status = 200, .contentType = "application/octet-stream", .body = std::move(*bytes)});
    });
}

/// What is free of a film, in one answer.
void Seeder::describe(const wire::Signed<wire::Manifest>& manifest, const Respond& respond)
{
    std::int64_t bytes = static_cast<std::int64_t>(manifest.bytes.size());
    for (const wire::PlaylistRef& playlist : manifest.message.playlists)
        bytes += playlist.bytes.value();
    if (bytes + 16 > static_cast<std::int64_t>(wire::Description::maxBytes))
        return respond(plain(404, "too much for one answer"));
    m_parts.disk.post([&store = m_parts.store, manifest, respond] {
        std::vector<std::string> documents;
        for (const wire::PlaylistRef& playlist : manifest.message.playlists) {
            const auto document = store.get(playlist.sha256);
            if (!document)
                return respond(plain(503, "a playlist can't be read just now"));
            documents.push_back(**document);
        }
        respond({.status = 200, .contentType = "application/octet-stream", .body = std::make_shared<const std::string>(wire::joinDescription(manifest.bytes, documents))});
    });
}

} // namespace mutoscope::seeder
