// Links: mutoscope_wire
#include "p2p/wire/contract.h"
#include "tests/fuzz/fuzz.h"

// The envelope as it comes from a stranger.
void fuzzOne(std::string_view input)
{
    using namespace mutoscope;
    const auto envelope = wire::readEnvelope(input, wire::Receipt::type, wire::Receipt::maxBytes);
    const auto opened = wire::open<wire::Receipt>(input, "test", {wire::Role::Viewer});
    if (!envelope) {
        HOLDS(!opened);
        return;
    }
    HOLDS(base::toBase64Url(envelope->payload) == envelope->encodedPayload); // one form of the same bytes
    HOLDS(!envelope->signers.empty() && envelope->signers.size() <= wire::maxSignatures);
    const auto more = wire::countersign(input, wire::Receipt::type, wire::Receipt::maxBytes, fuzz::key());
    HOLDS(more.has_value() == (envelope->signers.size() < wire::maxSignatures));
    if (!more)
        return;
    const auto again = wire::readEnvelope(*more, wire::Receipt::type, more->size());
    HOLDS(again.has_value());
    HOLDS(again->payload == envelope->payload && again->signers.size() == envelope->signers.size() + 1);
    HOLDS(again->signers.back().key == fuzz::key().publicKey());
}
