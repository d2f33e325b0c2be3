#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

/// Values that cross between the player, its video output and whoever shows them.
namespace mutoscope::player
{

enum class State {
    Idle,      ///< nothing is open
    Opening,   ///< from open() to the first frame, or to the first buffer of sound where there is no picture
    Buffering, ///< wants to play, waits for data; see Player::bufferingChanged
    Playing,
    Paused,
    Ended,  ///< played to its end; play() starts again from the beginning, seek() goes back into it
    Failed, ///< see Player::failed; seek() or play() try again where it broke off, open() starts anew
};

enum class ErrorKind {
    Network,      ///< the source cannot be read; httpStatus has the answer's status if there was one
    CodecMissing, ///< no decoder: the sentence names the Debian package
    Decode,       ///< the data is damaged or not what it says
    Device,       ///< the sound device
    Other,
};

struct PlayerError {
    ErrorKind kind = ErrorKind::Other;
    int httpStatus = 0; ///< e.g. 402, 403, 404, 410; 0 = none
    QString sentence;   ///< for a person
    QStringList packages; ///< CodecMissing: Debian's, any of which may bring the decoder
    QString detail;     ///< for a log; may hold the URL, so do not show it
};

/// What plays the film, for a statistics overlay; empty as long as unknown.
struct PipelineInfo {
    QString demuxer; ///< e.g. "hlsdemux2"
    QString videoDecoder;
    QString audioDecoder;
    QString audioSink; ///< "fakesink" where there is no sound device

    bool operator==(const PipelineInfo&) const = default;
};

/// Sound that can be chosen.
struct AudioTrack {
    QString id;       ///< for Player::chooseAudio(); good as long as the film is open
    QString name;     ///< the publisher's, for people; may be empty
    QString language; ///< as the film says it, mostly RFC 5646 or ISO 639; may be empty

    bool operator==(const AudioTrack&) const = default;
};

/// Pictures since the last Player::open().
struct Frames {
    qint64 decoded = 0; ///< left the video decoder, seeks included
    /// In normal pace: painted on the widget (Raster) or given to the video sink (Multimedia); hidden widgets paint
    /// nothing. With Options::fast: handed out by the pipeline in order, whether or not the widget had time to paint
    /// each, so that at the end decoded == presented == number of frames of the film.
    qint64 presented = 0;

    bool operator==(const Frames&) const = default;
};

} // namespace mutoscope::player

Q_DECLARE_METATYPE(mutoscope::player::State)
Q_DECLARE_METATYPE(mutoscope::player::PlayerError)
Q_DECLARE_METATYPE(mutoscope::player::AudioTrack)
Q_DECLARE_METATYPE(mutoscope::player::Frames)
