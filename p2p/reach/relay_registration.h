#pragma once

#include <string>
#include <string_view>

#include "p2p/base/result.h"
#include "p2p/crypto/node_key.h"
#include "p2p/net/http.h"

/// What a node says to a relay to be called there, protocol §10. Pure; any thread.
namespace mutoscope::reach
{

/// `relay`: host:port as the node knows it.
[[nodiscard]] std::string signRegistration(const crypto::NodeKey& key, const std::string& network, const std::string& relay,
                                           std::string_view challenge);
/// The key that has signed it for this relay and this challenge. With an empty `relay` any name of it will do: for one that does not know
/// its own.
[[nodiscard]] base::Result<base::PublicKey> checkRegistration(std::string_view message, const std::string& network,
                                                              const std::string& relay, std::string_view challenge);

/// The node's endpoint there, as it stands in an offer.
[[nodiscard]] std::string relayEndpoint(const net::Endpoint& relay, const base::PublicKey& node);

} // namespace mutoscope::reach
