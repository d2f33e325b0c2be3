#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QByteArray>

#include "player/subtitles.h"

namespace mutoscope::player
{

/// CEA-708's own captions (CTA-708-E): the text of each service's windows, from top to bottom, with italics; not their places, colours
/// and effects. A cue is what a service shows from then on, empty text: nothing. Read without trust, in bounded memory. Pure, one
/// thread.
class DtvCaptionReader
{
public:
    static constexpr int services = 6; ///< that are read: 1 … 6

    DtvCaptionReader();
    ~DtvCaptionReader();

    /// A pair of bytes of `cc_data`, of type 3 (a packet begins) or 2, in the order of showing. One that isn't valid ends the packet.
    void take(bool begins, bool isValid, int first, int second);
    /// What has changed by the picture that is shown at this time; the number of the service counts from 0.
    [[nodiscard]] std::vector<std::pair<int, Cue>> changes(std::chrono::milliseconds at);

private:
    class Service;
    void readPacket();

    QByteArray m_packet;
    qsizetype m_packetSize = 0; ///< its header says; 0: none has begun
    std::array<std::unique_ptr<Service>, services> m_services;
};

} // namespace mutoscope::player
