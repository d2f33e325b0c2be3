// Links: mutoscope_discovery
#include "p2p/discovery/dns_message.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

// Datagrams of the local network: each that is read can be written, and is read as the same.
void fuzzOne(std::string_view input)
{
    const auto message = discovery::dns::read(input);
    if (!message)
        return;
    const auto written = discovery::dns::write(*message, 16 * discovery::dns::maxMessage);
    if (!written) // an empty label can be read only as the root's
        HOLDS(false);
    if (written->size() > discovery::dns::maxMessage)
        return; // it may have been written shorter by pointing into the middle of other things
    const auto again = discovery::dns::read(*written);
    HOLDS(again.has_value());
    HOLDS(*again == *message);
}
