// Links: mutoscope_net
#include "p2p/net/relay_frames.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

namespace
{

void readPayload(const net::FrameReader::Frame& frame)
{
    // An address is kept in the form in which it came; what is read of the written one is the same.
    if (const auto incoming = net::decodeIncoming(frame.payload))
        HOLDS(net::decodeIncoming(net::encode(*incoming)) == incoming);
    if (const auto joined = net::decodeJoined(frame.payload))
        HOLDS(net::decodeJoined(net::encode(*joined)) == joined);
    if (const auto how = net::decodeHow(frame.payload))
        HOLDS(net::encode(*how) == frame.payload);
    if (const auto call = net::decodeCall(frame.payload))
        HOLDS(net::encode(*call) == frame.payload);
    if (const auto address = net::parseAddress(frame.payload))
        HOLDS(net::parseAddress(net::formatAddress(*address)) == address);
}

} // namespace

// Frames of a relay: they are the same however the network cuts them, and what was read is what was sent.
void fuzzOne(std::string_view input)
{
    net::FrameReader whole;
    whole.add(input);
    net::FrameReader pieces;
    const std::size_t piece = input.empty() ? 1 : static_cast<std::uint8_t>(input.front()) % 7 + 1;
    std::size_t given = 0;
    std::size_t read = 0;
    const auto nextOfPieces = [&] {
        auto frame = pieces.next();
        while (!frame && !pieces.isBroken() && given < input.size()) {
            pieces.add(input.substr(given, piece));
            given = std::min(input.size(), given + piece);
            frame = pieces.next();
        }
        return frame;
    };
    while (const auto frame = whole.next()) {
        const auto other = nextOfPieces();
        HOLDS(other && other->type == frame->type && other->payload == frame->payload);
        HOLDS(frame->payload.size() <= net::maxRelayFrame);
        const std::string written = net::makeFrame(frame->type, frame->payload);
        HOLDS(input.substr(read, written.size()) == written);
        read += written.size();
        readPayload(*frame);
    }
    HOLDS(!nextOfPieces());
    HOLDS(whole.isBroken() == pieces.isBroken());
    HOLDS(whole.rest() == input.substr(read));
}
