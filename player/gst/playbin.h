#pragma once

#include <atomic>

#include "player/gst/gst_ptr.h"

namespace mutoscope::player::gst
{

/// playbin3 as we use it: video and audio, with a volume, without scalers of its own. `videoSink` is borrowed, `audioSink` and
/// `audioFilter` (may be null) are taken over. Null where GStreamer lacks a part.
[[nodiscard]] Ptr<GstElement> makePlaybin(GstElement* videoSink, GstElement* audioSink, GstElement* audioFilter);

/// hlsdemux2's "high-watermark-time" and "max-buffering-time". As it comes it fetches 30 s ahead: an error in the third segment then ends
/// playback before the first frame.
inline constexpr GstClockTime bufferTime = 6 * GST_SECOND;
/// Until the first picture is there, after a seek, too: what comes behind it would only be in its way.
inline constexpr GstClockTime firstBufferTime = 1 * GST_SECOND;

[[nodiscard]] bool isHardwareDecoder(GstElementFactory* factory);

/// If hlsdemux2 1.22 is stopped before its thread has come to its main loop, it waits for that thread for ever
/// (g_main_loop_quit() before g_main_loop_run()), so a demuxer that was only just made is given time for it.
class DemuxerStart
{
public:
    void made();       ///< on any thread
    void waitIfNew();  ///< before a pipeline is lowered; at most 200 ms

private:
    std::atomic<gint64> m_made = 0; ///< g_get_monotonic_time(), 0 = none
};

} // namespace mutoscope::player::gst
