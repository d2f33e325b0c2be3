#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <QObject>
#include <QSize>

namespace mutoscope::player
{

/// One decoded picture. The pixels stay where the pipeline put them for as long as `owner` is held.
struct VideoFrame {
    enum class Format { I420, Nv12, Other };
    enum class Matrix { Bt601, Bt709, Bt2020 };
    /// How the picture is to be held, from the film's tags: mirrored left to right first, then turned clockwise.
    struct Orientation {
        int quarterTurns = 0; ///< 0 … 3
        bool mirrored = false;
        bool operator==(const Orientation&) const = default;
    };
    struct Plane {
        const std::uint8_t* data = nullptr;
        int stride = 0; ///< bytes
    };

    std::uint64_t session = 0; ///< which open() it belongs to
    Format format = Format::Other;
    Matrix matrix = Matrix::Bt709; ///< of I420 and NV12
    bool fullRange = false;        ///< of I420 and NV12
    QSize size;                    ///< pixels
    QSize shown;                   ///< true shape: rotated, with square pixels; unscaled
    Orientation orientation; ///< where the mailbox wants YUV the pipeline has turned it already
    std::array<Plane, 3> planes; ///< of I420 and NV12
    /// Writes the picture as BGRA, opaque, rows of `stride` bytes; false if it can't be converted. One thread for all frames of a
    /// mailbox. None where the mailbox wants YUV.
    std::function<bool(std::uint8_t* to, int stride)> writeBgra;
    std::shared_ptr<const void> owner;
};

/// The largest size of the picture's shape that fits into the area; at least one pixel.
[[nodiscard]] QSize fit(QSize picture, QSize area);

/// Between the pipeline's threads and the widget: holds one frame, the latest. However slow the widget is, nothing
/// queues up behind it. Everything may be called from any thread, unless it says otherwise.
class FrameMailbox : public QObject
{
    Q_OBJECT
public:
    /// Forgets the frame, starts counting anew, and from here on takes only frames of this session.
    void beginSession(std::uint64_t session);
    [[nodiscard]] std::uint64_t session() const;

    /// Replaces a frame that nobody has taken yet. Frames of other sessions are dropped.
    void put(VideoFrame frame);
    [[nodiscard]] std::optional<VideoFrame> take();

    /// What the widget could show, in device pixels; empty as long as unknown. UI thread writes.
    void setWantedSize(QSize size);
    [[nodiscard]] QSize wantedSize() const;
    /// Which pixels the output takes. Set before the player is made.
    void setWantsYuv(bool yuv) { m_wantsYuv = yuv; }
    [[nodiscard]] bool wantsYuv() const { return m_wantsYuv; }

    /// The output says that it has shown a frame of `session`, or that it cannot now, being hidden. UI thread.
    void noteShown(std::uint64_t session, bool painted);

    void resetCounters();
    void noteDecoded() { ++m_decoded; }
    void noteHandedOut() { ++m_handedOut; }
    [[nodiscard]] std::int64_t decoded() const { return m_decoded; }
    [[nodiscard]] std::int64_t handedOut() const { return m_handedOut; }
    [[nodiscard]] std::int64_t painted() const { return m_painted; }

Q_SIGNALS:
    void arrived(); ///< emitted on a pipeline thread, not again before take(): receive it queued
    void wantedSizeChanged();
    void shown(quint64 session); ///< on the UI thread

private:
    mutable std::mutex m_mutex;
    std::uint64_t m_session = 0;
    std::optional<VideoFrame> m_frame;
    bool m_announced = false;
    QSize m_wanted;
    std::atomic<bool> m_wantsYuv = false;
    std::atomic<std::int64_t> m_decoded = 0;
    std::atomic<std::int64_t> m_handedOut = 0;
    std::atomic<std::int64_t> m_painted = 0;
};

} // namespace mutoscope::player
