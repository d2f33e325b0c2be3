// Links: mutoscope_wire
#include <nlohmann/json.hpp>

#include "p2p/wire/json.h"
#include "tests/fuzz/fuzz.h"

// What is taken is what the library's own tree would hold, is written again, and read as the same.
void fuzzOne(std::string_view input)
{
    using namespace mutoscope;
    const wire::JsonLimits limits{.maxBytes = 32 * 1024, .maxDepth = 6, .maxValues = 4096};
    const auto read = wire::parseJson(input, limits);
    if (!read)
        return;
    HOLDS(input.size() <= limits.maxBytes);
    HOLDS(nlohmann::json::parse(input, nullptr, false) == *read);
    const std::string text = read->dump(); // throws where a text is not UTF-8
    const auto again = wire::parseJson(text, {.maxBytes = text.size(), .maxDepth = limits.maxDepth, .maxValues = limits.maxValues});
    HOLDS(again.has_value());
    HOLDS(*again == *read);
    HOLDS(again->dump() == text);
}
