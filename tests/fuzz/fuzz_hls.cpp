// Links: mutoscope_content
#include "p2p/content/hls.h"
#include "tests/fuzz/fuzz.h"

// A playlist that is taken is written anew; that one is taken, too, has as many resources, and leaves nothing out.
void fuzzOne(std::string_view input)
{
    using namespace mutoscope;
    const auto read = content::parseHls(input);
    if (!read)
        return;
    const auto uri = [](std::size_t place) { return "uri" + std::to_string(place); };
    const std::string text = content::writeHls(*read, uri);
    for (const auto& resource : read->resources)
        HOLDS(!resource.uri.empty() && resource.uri.size() <= content::HlsPlaylist::maxUriBytes);
    const auto again = content::parseHls(text);
    HOLDS(again.has_value());
    HOLDS(again->isMultivariant == read->isMultivariant);
    HOLDS(again->resources.size() == read->resources.size());
    HOLDS(again->leftOut == 0);
    for (std::size_t i = 0; i < read->resources.size(); ++i) {
        HOLDS(again->resources[i].kind == read->resources[i].kind);
        HOLDS(again->resources[i].durationMs == read->resources[i].durationMs);
        HOLDS(again->resources[i].init == read->resources[i].init);
        HOLDS(again->resources[i].uri == uri(i));
    }
    HOLDS(content::writeHls(*again, uri) == text);
}
