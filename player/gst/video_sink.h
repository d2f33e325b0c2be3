#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include <QSize>

#include "player/frame_mailbox.h"
#include "player/gst/gst_ptr.h"
#include "player/gst/pixels.h"

typedef struct _GstAppSink GstAppSink;

namespace mutoscope::player::gst
{

/// The pipeline's last element: scales pictures in the pipeline's own thread, and puts them into the mailbox without copying, as the
/// decoder's kind of pixels, with how they are to be turned. Nothing is queued: the mailbox holds one frame, this holds none.
class VideoSink
{
public:
    VideoSink(std::shared_ptr<FrameMailbox> mailbox, bool fast);
    ~VideoSink(); ///< after the pipeline is in NULL
    VideoSink(const VideoSink&) = delete;
    VideoSink& operator=(const VideoSink&) = delete;

    /// For playbin3's "video-sink"; null if a plugin is missing.
    [[nodiscard]] GstElement* element() const { return m_bin.get(); }

    /// Frames belong to this session from now on. With the gate closed they are dropped: before the seek to a start
    /// position nobody wants to see the beginning.
    void setSession(std::uint64_t session) { m_session = session; }
    void setGate(bool open) { m_open = open; }
    /// The widget has another size.
    void updateScale();
    [[nodiscard]] bool hasPicture() const { return m_hasPicture; }
    void forgetPicture()
    {
        m_hasPicture = false;
        m_shownAt = none;
    }
    static constexpr std::int64_t none = -1;
    /// Film time in ns of the newest picture that was handed out, `none` before the first, and how long one lasts (0 unknown).
    [[nodiscard]] std::int64_t shownAt() const { return m_shownAt; }
    [[nodiscard]] std::int64_t pictureTime() const { return m_pictureTime; }

private:
    void onEvent(GstEvent* event);
    void onCaps(GstCaps* caps);
    void onTags(const GstTagList* tags);
    [[nodiscard]] QSize natural() const;
    void onSample(GstSample* sample, bool preroll);

    std::shared_ptr<FrameMailbox> m_mailbox;
    Ptr<GstElement> m_bin;
    GstElement* m_filter = nullptr; ///< in m_bin
    std::atomic<std::uint64_t> m_session = 0;
    std::atomic<bool> m_open = true;
    std::atomic<bool> m_hasPicture = false;
    std::atomic<std::int64_t> m_shownAt = none;
    std::atomic<std::int64_t> m_pictureTime = 0;
    std::mutex m_mutex; ///< of the three below
    QSize m_coded;      ///< with square pixels, before it is turned
    VideoFrame::Orientation m_orientation;
    QSize m_scaled;
    GstClockTime m_prerolled = GST_CLOCK_TIME_NONE; ///< streaming thread only, as the next
    std::shared_ptr<PixelConverter> m_converter;
};

} // namespace mutoscope::player::gst
