// Links: mutoscope_player mutoscope_crypto
#include <algorithm>
#include <map>

#include "player/captions.h"
#include "player/dtv_captions.h"
#include "tests/fuzz/fuzz.h"

namespace
{

using namespace mutoscope::player;

/// What each channel shows after each piece of the input, a picture's data each; the first byte of a piece says how long it is.
std::vector<Caption> read(std::string_view input)
{
    CaptionReader reader;
    std::vector<Caption> all;
    std::chrono::milliseconds at(0);
    while (!input.empty()) {
        const auto size = std::min<std::size_t>(static_cast<std::uint8_t>(input.front()), input.size() - 1);
        for (Caption& change : reader.take(at, QByteArrayView(input.data() + 1, static_cast<qsizetype>(size))))
            all.push_back(std::move(change));
        input.remove_prefix(1 + size);
        at += std::chrono::milliseconds(40);
    }
    return all;
}

} // namespace

// Whatever comes, what is shown is within its limits, each change is one, and it is the same again.
void fuzzOne(std::string_view input)
{
    const auto all = read(input);
    std::map<int, Cue> shown;
    for (const Caption& each : all) {
        HOLDS(each.channel >= 0 && each.channel < CaptionReader::channels + DtvCaptionReader::services);
        HOLDS(each.cue.to == each.cue.from + CaptionReader::longest);
        HOLDS(each.cue.text.size() <= Subtitles::maxText);
        const auto& before = shown[each.channel];
        HOLDS(before.text != each.cue.text || before.formats != each.cue.formats || before.isOnTop != each.cue.isOnTop || each.channel < CaptionReader::channels);
        qsizetype end = 0;
        for (const Cue::Format& format : each.cue.formats) {
            HOLDS(format.start >= end && format.length > 0);
            end = format.start + format.length;
        }
        HOLDS(end <= each.cue.text.size());
        shown[each.channel] = each.cue;
    }
    HOLDS(read(input) == all);
}
