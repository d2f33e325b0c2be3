// Links: mutoscope_discovery
#include "p2p/discovery/content_link.h"
#include "p2p/discovery/dht_source.h"
#include "tests/fuzz/fuzz.h"

using namespace mutoscope;

namespace
{

template <class Read>
void link(std::string_view text, Read read)
{
    const auto value = read(text);
    if (!value)
        return;
    const std::string written = toString(*value);
    const auto again = read(written);
    HOLDS(again.has_value());
    HOLDS(*again == *value);
    HOLDS(toString(*again) == written);
}

} // namespace

// Endpoints, trackers' links, links to films: each that is taken has one form that is read as the same. Lists of seeders in the DHT: few
// endpoints, whatever comes.
void fuzzOne(std::string_view input)
{
    const auto [which, rest] = fuzz::choose(input, 4);
    if (which == 0)
        link(rest, net::parseEndpoint);
    else if (which == 1)
        link(rest, net::parseTrackerLink);
    else if (which == 2)
        link(rest, discovery::parseContentLink);
    else
        HOLDS(discovery::readSeederList(rest).size() <= 16);
}
