#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "player/gst/gst_ptr.h"
#include "player/gst/video_sink.h"

namespace mutoscope::player::gst
{

/// The first picture of a film, sooner. A decoder with several threads, and of a codec whose pictures are coded in another order than they
/// are shown, gives out the first one when it has the fourth: on two cores that takes twice as long as the picture itself. Here it is
/// decoded alone, by a decoder of the same kind, and shown; then the film begins with it as if nothing had been.
///
/// Made and fed on the thread that feeds the film's decoder; destroyed on any, not while show() runs.
class FirstPicture
{
public:
    FirstPicture(std::shared_ptr<FrameMailbox> mailbox, std::uint64_t session);
    ~FirstPicture();
    FirstPicture(const FirstPicture&) = delete;
    FirstPicture& operator=(const FirstPicture&) = delete;

    /// What comes to `decoderInput`, if it can stand alone: shown when this returns, or given up after a moment. False if nothing
    /// was tried, as for films that are turned, and hardware.
    bool show(GstPad* decoderInput, GstBuffer* picture);

private:
    void came();

    VideoSink m_sink;
    Ptr<GstElement> m_pipeline;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_isOver = false; ///< under m_mutex
};

} // namespace mutoscope::player::gst
