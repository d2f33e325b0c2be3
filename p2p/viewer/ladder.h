#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "p2p/content/stream.h"

namespace mutoscope::viewer
{

/// The qualities of a film between which a player can be moved from one segment to the next without noticing: renditions
/// whose segments cover the same times and whose codecs are the same as the first one's. The gateway offers them as one
/// playlist, and which rendition a segment is of is decided when the player asks for it (docs/adr/0003).
///
/// Empty where there is nothing to choose: one rendition, or none that fits the first. Any thread, immutable.
class Ladder
{
public:
    struct Rung {
        std::size_t playlist = 0;
        int width = 0; ///< pixels; 0 where unknown
        int height = 0;
        std::int64_t bitsPerSecond = 0; ///< of its segments on average, without sound that is a rendition of its own
        bool operator==(const Rung&) const = default;
    };

    Ladder() = default;
    explicit Ladder(const content::Stream& stream);

    /// By bit rate, the lowest first.
    [[nodiscard]] const std::vector<Rung>& rungs() const { return m_rungs; }
    [[nodiscard]] bool isEmpty() const { return m_rungs.empty(); }
    /// How many segments each rung has, init sections not counted.
    [[nodiscard]] std::size_t positions() const { return m_segments.empty() ? 0 : m_segments.front().size(); }
    [[nodiscard]] base::SegmentIndex segment(std::size_t rung, std::size_t position) const { return m_segments[rung][position]; }
    /// None where it is not a segment of a rung.
    [[nodiscard]] std::optional<std::size_t> positionOf(base::SegmentIndex index) const;
    [[nodiscard]] std::optional<std::size_t> rungOf(std::size_t playlist) const;

private:
    std::vector<Rung> m_rungs;
    std::vector<std::vector<base::SegmentIndex>> m_segments; ///< of each rung
};

/// The sound that the gateway offers with a film's picture: the audio renditions of the first variant's group. Empty where
/// all sound is in the variants.
[[nodiscard]] std::vector<content::Rendition> audioOf(const content::Stream& stream);
/// WebVTT renditions, each once.
[[nodiscard]] std::vector<content::Rendition> subtitlesOf(const content::Stream& stream);

/// The multivariant playlist for a player: one picture, its sound, nothing else. Text is drawn by others, and picking a
/// rendition by what comes over loopback would measure this computer. Of a film with one playlist that playlist's own text.
[[nodiscard]] std::string topPlaylist(const content::Stream& stream, const Ladder& ladder, const std::string& ladderUri,
                                      const std::function<std::string(std::size_t)>& playlistUri,
                                      const std::function<std::string(base::SegmentIndex)>& segmentUri);
/// The ladder as one media playlist. A segment brings its init section along, so none is named.
[[nodiscard]] std::string ladderPlaylist(const content::Stream& stream, const Ladder& ladder,
                                         const std::function<std::string(std::size_t)>& positionUri);

} // namespace mutoscope::viewer
