#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include <QByteArrayView>

#include "player/subtitles.h"

namespace mutoscope::player
{

class DtvCaptionReader;

/// What a channel of captions shows from `cue.from` on, until the next one of the channel; empty text: nothing. Where nothing
/// follows it goes at `cue.to`.
struct Caption {
    int channel = 0; ///< 0 … 3: CC1 … CC4; from CaptionReader::channels on, services of CEA-708
    Cue cue;
    bool operator==(const Caption&) const = default;
};

/// Closed captions that travel within the pictures: CEA-608 (ANSI/CTA-608-E) in the `cc_data` of A/53 part 4 §6.2.3, three bytes a
/// pair. Pop-on, paint-on and roll-up captions of the four channels, not the text services; and CEA-708's own beside them
/// (dtv_captions.h). Read without trust, in bounded memory. Pure, one thread.
class CaptionReader
{
public:
    static constexpr int channels = 4;
    static constexpr std::chrono::seconds longest{16}; ///< a caption stands without another word, §B.9

    CaptionReader();
    ~CaptionReader();

    /// The data of a picture that is shown at this time, in the order of showing; a jump starts anew.
    [[nodiscard]] std::vector<Caption> take(std::chrono::milliseconds at, QByteArrayView ccData);

private:
    class Channel;
    struct Field {
        int channel = 0;       ///< of the two, that codes and letters belong to
        int lastCode = 0;      ///< control codes come twice
        bool isOther = false;  ///< within data of another service (XDS)
    };
    void takePair(int field, int first, int second);

    std::array<std::unique_ptr<Channel>, channels> m_channels;
    std::array<Field, 2> m_fields;
    std::unique_ptr<DtvCaptionReader> m_digital;
    std::chrono::milliseconds m_last{-1};
};

} // namespace mutoscope::player
