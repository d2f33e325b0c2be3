#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <QByteArray>
#include <QString>
#include <tl/expected.hpp>

/// Text that is shown with a film, out of WebVTT (W3C, also as segments of HLS, RFC 8216 §3.5) and SubRip files. Read without
/// trust: memory is bounded by the limits below, a cue that makes no sense is left out, the others stay. Pure, any thread.
namespace mutoscope::player
{

struct Cue {
    /// A piece of `text` that is not plain.
    struct Format {
        qsizetype start = 0;
        qsizetype length = 0;
        bool isItalic = false;
        bool isBold = false;
        bool operator==(const Format&) const = default;
    };

    std::chrono::milliseconds from{0};
    std::chrono::milliseconds to{0}; ///< after `from`
    QString text;                    ///< without marks, lines parted by \n; not empty
    std::vector<Format> formats;     ///< in order, none empty, none overlapping
    bool isOnTop = false;            ///< at the upper edge instead of the lower one
    bool operator==(const Cue&) const = default;
};

struct Subtitles {
    static constexpr qsizetype maxBytes = 8 * 1024 * 1024;
    static constexpr std::size_t maxCues = 50'000;
    static constexpr qsizetype maxText = 2'000; ///< of a cue; the rest is cut off
    static constexpr int maxLines = 12;         ///< of a cue

    std::vector<Cue> cues; ///< by their beginning
    /// X-TIMESTAMP-MAP: what is to be added to a cue's time to have the time stamps of the film's MPEG-TS.
    std::optional<std::chrono::milliseconds> toMediaTime;
    int leftOut = 0; ///< cues that made no sense
};

/// A file's bytes as text: UTF-8, or UTF-16 with a mark or recognisable as such, or else one byte a letter: Windows-1251 where
/// most letters are Cyrillic in it, otherwise Windows-1252.
[[nodiscard]] QString decodeSubtitles(const QByteArray& bytes);

/// WebVTT or SubRip, by its beginning. Fails, with a sentence, for what is too large or has not one cue; WebVTT may have none, as
/// segments often do.
[[nodiscard]] tl::expected<Subtitles, QString> parseSubtitles(const QByteArray& bytes);

/// Cues of an HLS segment in the film's time. Nobody tells us the time stamp of the film's first picture, which
/// X-TIMESTAMP-MAP counts from, so of the ways in which packagers write times the one is taken that puts a cue into the
/// segment, which plays from `from` to `to`: the film's time as it is; mapped to time stamps that begin at 0; the segment's
/// own time.
[[nodiscard]] std::vector<Cue> inFilmTime(const Subtitles& segment, std::chrono::milliseconds from, std::chrono::milliseconds to);

} // namespace mutoscope::player
