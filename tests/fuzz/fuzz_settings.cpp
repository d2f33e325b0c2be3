// Links: mutoscope_tracker
#include "p2p/base/encoding.h"
#include "p2p/tracker/settings.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/contract.h"
#include "tests/fuzz/fuzz.h"

// A tracker's configuration file, and amounts as a person types them.
void fuzzOne(std::string_view input)
{
    using namespace mutoscope;
    if (const auto settings = tracker::parseSettings(input, "/folder")) {
        HOLDS(!settings->network.empty() && settings->network.size() <= wire::maxNetwork.value);
        HOLDS(base::isUtf8(settings->name) && base::isUtf8(settings->network)); // they go into signed messages
        HOLDS(!settings->linkHost.empty() && settings->data.is_absolute());
        HOLDS(settings->closeGrace >= tracker::Settings::minGrace || settings->allowShortGrace);
        HOLDS(tracker::parseSettings(std::string(input) + "\n# and no more\n", "/folder").has_value());
    }
    if (const auto amount = wire::parseTokens(input))
        HOLDS(amount->value() >= 0 && amount->value() <= base::maxInteger);
}
