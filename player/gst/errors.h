#pragma once

#include "player/gst/gst_ptr.h"
#include "player/player_types.h"

/// GStreamer's messages → sentences for a person. Pure.
namespace mutoscope::player::gst
{

/// Of a GST_MESSAGE_ERROR.
[[nodiscard]] PlayerError errorOf(GstMessage* message);
/// Of a "missing-plugin" element message.
[[nodiscard]] PlayerError missingPlugin(GstMessage* message);
[[nodiscard]] bool isMissingPlugin(GstMessage* message);
/// Does the message speak of a video stream's decoder?
[[nodiscard]] bool isMissingVideoDecoder(GstMessage* message);

} // namespace mutoscope::player::gst
