#pragma once

#include <atomic>

#include "player/gst/gst_ptr.h"

namespace mutoscope::player::gst
{

/// playbin3 as we use it: video and audio, with a volume, without scalers of its own. `videoSink` is borrowed, `audioSink` and
/// `audioFilter` (may be null) are taken over. Null where GStreamer lacks a part.
[[nodiscard]] Ptr<GstElement> makePlaybin(GstElement* videoSink, GstElement* audioSink, GstElement* audioFilter);

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
