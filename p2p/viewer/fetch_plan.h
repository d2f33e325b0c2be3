#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "p2p/content/stream.h"
#include "p2p/viewer/ladder.h"
#include "p2p/viewer/need.h"
#include "p2p/viewer/viewing.h"

namespace mutoscope::viewer
{

/// Which segment to buy next: pure. What the player waits for comes first, in the order in which it asked; then what it will
/// ask for next of the picture, the sound and the text that it plays, as far ahead as the setting allows. Renditions that are not
/// played are never bought ahead.
///
/// Where the film has a Ladder, it also says of which rung a segment is to be.
class FetchPlan
{
public:
    /// `have`: which segments are on disk.
    FetchPlan(content::Stream stream, std::vector<bool> have, std::int64_t readAheadMs);

    [[nodiscard]] const Ladder& ladder() const { return m_ladder; }
    /// From now on this rung is bought. `always`: even where another one is here, which otherwise is played.
    void prefer(std::size_t rung, bool always);
    /// What to play at a position of the ladder: what is here or on its way, so that no second of film is paid for twice, or else
    /// the preferred rung.
    [[nodiscard]] base::SegmentIndex choose(std::size_t position) const;

    /// The player asked for a segment and waits (until `arrived` or `released`).
    void wanted(base::SegmentIndex index, std::chrono::milliseconds now);
    [[nodiscard]] bool wasAsked() const { return !m_readers.empty(); } ///< for anything, so far
    /// The player does not wait for it any more.
    void released(base::SegmentIndex index);
    /// It is being fetched: next() names another one until it has arrived or failed.
    void fetching(base::SegmentIndex index);
    void failed(base::SegmentIndex index);
    void allFailed() { m_fetching.clear(); }
    [[nodiscard]] bool isFetching(base::SegmentIndex index) const;
    [[nodiscard]] bool isFetchingAny() const { return !m_fetching.empty(); }
    void arrived(base::SegmentIndex index);
    /// It turned out not to be on the disk after all.
    void lost(base::SegmentIndex index);

    [[nodiscard]] bool has(base::SegmentIndex index) const { return m_have[index.value()]; }
    [[nodiscard]] bool hasAny() const;

    // ---- of what watching the film takes: its picture in one quality, the sound and the text that are played ----

    [[nodiscard]] bool hasAll() const;
    [[nodiscard]] std::int64_t haveCount() const;
    [[nodiscard]] std::int64_t totalCount() const;
    /// The most that is still to be bought for it, and for text, whether or not that was asked for.
    [[nodiscard]] base::ByteCount missingBytes() const;
    /// What somebody who changes sound or quality in the middle may need on top of that: another sound, and a minute in the best
    /// quality. 0 where there is no choice.
    [[nodiscard]] base::ByteCount reserveBytes() const;
    /// Where picture and sound are here, for a seek bar.
    [[nodiscard]] std::vector<TimeRange> here() const;
    /// Of that, where the picture has come since this plan was made.
    [[nodiscard]] std::vector<TimeRange> bought() const;
    /// How much of the picture is here without a gap from where the player asked last; none before it has asked.
    [[nodiscard]] std::optional<std::int64_t> aheadMs() const;
    /// What a second of it takes on average.
    [[nodiscard]] std::int64_t bitsPerSecond() const;
    /// Of these, those of the sound that is a playlist of its own; 0 where there is none.
    [[nodiscard]] std::int64_t soundBitsPerSecond() const;

    /// From now on so much is bought ahead.
    void setReadAhead(std::int64_t ms) { m_readAheadMs = ms; }
    /// The player waits for it; otherwise it is only bought ahead.
    [[nodiscard]] bool isWaitedFor(base::SegmentIndex index) const;

    /// What is to be here, the most urgent first, what is being fetched included; empty while enough is here.
    [[nodiscard]] std::vector<Need> needs(std::chrono::milliseconds now) const;
    /// Of these the first that is not being fetched.
    [[nodiscard]] std::optional<base::SegmentIndex> next() const;
    /// next(), or the segment to begin with before the player has asked for anything.
    [[nodiscard]] std::optional<base::SegmentIndex> first() const;
    [[nodiscard]] Need need(base::SegmentIndex index, std::chrono::milliseconds due) const;

private:
    enum class Lane { Picture, Sound, Text };
    struct Reader {
        base::SegmentIndex at;           ///< asked for last
        std::chrono::milliseconds asked; ///< when
        std::chrono::milliseconds due;   ///< when the player has played what it asked for before
        bool isJump = false;             ///< it had asked for nothing just before
    };
    struct Ahead {
        base::SegmentIndex index;
        std::int64_t ms = 0; ///< of the reader
        std::chrono::milliseconds due{0};
    };

    [[nodiscard]] std::size_t picture() const;
    [[nodiscard]] std::optional<std::size_t> sound() const;
    [[nodiscard]] bool isHere(std::size_t rung, std::size_t position) const;
    /// The segment as it would be played now, and what is played after it.
    [[nodiscard]] base::SegmentIndex asPlayed(base::SegmentIndex index) const;
    [[nodiscard]] std::optional<base::SegmentIndex> after(base::SegmentIndex index) const;
    /// All segments as they would be played now, init sections included.
    [[nodiscard]] std::vector<base::SegmentIndex> needed() const;
    [[nodiscard]] Reader readerAt(base::SegmentIndex index, std::chrono::milliseconds now, const std::optional<Reader>& before) const;
    [[nodiscard]] std::vector<Ahead> ahead() const;
    [[nodiscard]] std::vector<TimeRange> rangesOf(std::size_t playlist, const std::vector<bool>& segments) const;
    [[nodiscard]] std::int64_t missingOf(std::size_t playlist) const;

    content::Stream m_stream;
    Ladder m_ladder;
    std::size_t m_rung = 0;
    bool m_always = false;
    std::vector<bool> m_have;
    std::vector<bool> m_came;
    std::int64_t m_readAheadMs;
    std::vector<Lane> m_lanes; ///< by playlist
    std::vector<base::SegmentIndex> m_waiting;
    std::vector<base::SegmentIndex> m_fetching;
    std::map<Lane, Reader> m_readers;
    std::map<Lane, std::size_t> m_played; ///< playlists that the player asked for last
};

} // namespace mutoscope::viewer
