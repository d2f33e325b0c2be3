#include "p2p/reach/relay_registration.h"

#include "p2p/base/encoding.h"
#include "p2p/net/endpoint.h"
#include "p2p/wire/reach.h"

namespace mutoscope::reach
{

std::string signRegistration(const crypto::NodeKey& key, const std::string& network, const std::string& relay, std::string_view challenge)
{
    if (challenge.size() != base::Sha256::size)
        return {};
    wire::RelayRegistration registration;
    registration.network = network;
    registration.node = key.publicKey();
    registration.relay = relay;
    registration.challenge = base::Sha256::fromRaw(challenge);
    return wire::sign(std::move(registration), key).bytes;
}

base::Result<base::PublicKey> checkRegistration(std::string_view message, const std::string& network, const std::string& relay,
                                                std::string_view challenge)
{
    const auto registration = wire::open<wire::RelayRegistration>(message, network, {wire::Role::Node});
    if (!registration)
        return base::fail(base::ErrorCode::BadSignature, "the registration is not signed as it must be");
    if (registration->message.challenge.raw() != challenge || (!relay.empty() && registration->message.relay != relay))
        return base::fail(base::ErrorCode::BadSignature, "the registration is for another relay");
    return registration->message.node;
}

std::string relayEndpoint(const net::Endpoint& relay, const base::PublicKey& node)
{
    return net::hostAndPort(relay) + "/#relay=" + base::toBase64Url(node.raw());
}

} // namespace mutoscope::reach
