#pragma once

#include "p2p/discovery/local_network.h"
#include "p2p/discovery/offer_asker.h"

namespace mutoscope::discovery
{

/// Asks the holders that the local network names for their offers.
class LocalSource final : public OfferSource
{
public:
    LocalSource(LocalNetwork& network, OfferAsker::Parts parts) : m_network(network), m_asker(std::move(parts)) {}

    void find(const Wanted& wanted, Found found) override
    {
        const auto round = m_asker.begin(wanted.content, std::move(found));
        m_network.find(wanted.content, [round](const net::Endpoint& endpoint) { round->add(endpoint); }, [round] { round->end(); });
    }

private:
    LocalNetwork& m_network;
    OfferAsker m_asker;
};

} // namespace mutoscope::discovery
