#include "p2p/node/node_core.h"

#include <algorithm>

#include "p2p/base/log.h"
#include "p2p/reach/relay_registration.h"
#include "p2p/wire/relaying.h"

// The relay that this node is, and those that it uses and pays.

namespace mutoscope::node
{

/// What it copies beyond the free bytes is sold like a film, so it needs the server of viewers.
base::Result<void> NodeCore::runRelay()
{
    const auto verify = [network = m_config.network](std::string_view message, std::string_view challenge) {
        return reach::checkRegistration(message, network, {}, challenge);
    };
    auto relay = net::RelayServer::start(m_config.runRelay->first, m_config.runRelay->second, verify,
                                         {.bytesPerNodeHour = m_config.relayFreeBytes});
    if (!relay)
        return tl::unexpected(relay.error());
    m_relayServer = std::move(*relay);
    if (m_config.relayPrice == base::Tokens())
        return {};
    m_seeder->sellRelaying({.pricePerMiB = m_config.relayPrice,
                            .port = m_relayServer->port(),
                            .offered =
                                [this](const std::string& offer) {
                                    if (const auto told = m_relayServer->setTerms(offer); !told)
                                        qCWarning(logNode) << told.error().message.c_str();
                                },
                            .allow =
                                [server = m_relayServer.get()](const auto& contract, const auto& node, std::uint32_t unit) {
                                    server->allow(contract, node, unit, wire::relayedUnit);
                                },
                            .end = [server = m_relayServer.get()](const auto& contract) { server->end(contract); }});
    return {};
}

std::optional<RelayRun> NodeCore::relayRun() const
{
    if (!m_relayServer)
        return std::nullopt;
    const net::RelayServer::Counters counters = m_relayServer->counters();
    RelayRun run{.price = {},
                 .nodes = counters.nodes,
                 .copying = counters.copying,
                 .copied = base::ByteCount(static_cast<std::int64_t>(counters.copiedBytes)),
                 .bought = base::ByteCount(static_cast<std::int64_t>(counters.boughtBytes)),
                 .earned = {},
                 .problem = {}};
    if (const auto sold = m_seeder->relaying()) {
        run.price = sold->pricePerMiB;
        run.earned = sold->earned;
        run.problem = sold->problem;
    }
    return run;
}

void NodeCore::payRelays()
{
    m_relayPayer = std::make_unique<viewer::RelayPayer>(
        viewer::RelayPayer::Parts{.executor = m_executor,
                                  .clock = m_clock,
                                  .random = m_random,
                                  .key = *m_key,
                                  .network = m_config.network,
                                  .http = *m_peerHttp,
                                  .tracker = *m_tracker,
                                  .wallet = *m_wallet,
                                  .book = *m_viewerBook,
                                  .closer = *m_closer,
                                  .carried = [this] { return m_relays->carried(); },
                                  .file = m_config.dataFolder / "relay-spending.json",
                                  .changed = [this] { touch(); },
                                  .unwilling = [this] { m_executor.post([this] { m_relays->passOver(); }); }});
    m_announcedRelays = std::make_unique<discovery::TrackerSource>(*m_tracker, m_config.network);
    m_payableRelays = std::make_unique<discovery::PayableOffers>(*m_announcedRelays, *m_tracker, m_clock);
    m_relays->onTerms([this](const std::optional<std::string>& offer) { m_relayPayer->setTerms(offer); });
    m_relays->onDue([this] { m_relayPayer->due(); });
    applyLimits();
}

/// Those of others that cost no more than is paid, the cheapest first.
void NodeCore::findRelays(std::function<void(std::vector<net::Endpoint>)> found)
{
    const auto offers = std::make_shared<discovery::Offers>();
    m_payableRelays->find(discovery::Wanted(wire::relayedContent()), [this, offers, found = std::move(found)](const auto& some, bool more) {
        if (some)
            offers->insert(offers->end(), some->begin(), some->end());
        if (more)
            return;
        std::ranges::stable_sort(*offers, {}, [](const auto& offer) { return offer.message.pricePerMiB; });
        std::vector<net::Endpoint> relays;
        for (const auto& offer : *offers) {
            if (offer.message.pricePerMiB > m_rules.relayPrice.value_or(base::Tokens()) || offer.message.seeder == m_key->publicKey())
                continue;
            for (const std::string& text : offer.message.endpoints) {
                const auto endpoint = net::parseEndpoint("https://" + text);
                if (endpoint && endpoint->relayed == offer.message.seeder)
                    relays.push_back({.host = endpoint->host, .port = endpoint->port, .pin = {}});
            }
        }
        found(std::move(relays));
    });
}

} // namespace mutoscope::node
