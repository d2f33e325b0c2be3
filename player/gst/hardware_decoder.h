#pragma once

#include <gst/gst.h>

/// Decoders in hardware fail in more ways than others, and a processor can do their work.
namespace mutoscope::player::gst
{

/// The element that speaks, or a bin around it, if it is one; else null.
[[nodiscard]] GstElementFactory* hardwareDecoderOf(GstMessage* message);
/// One that the pipeline uses, or null.
[[nodiscard]] GstElementFactory* hardwareDecoderIn(GstElement* pipeline);
/// From here on it reports an error where it takes pictures and gives none. Nothing for other decoders.
void watchForSilence(GstElement* videoDecoder);

} // namespace mutoscope::player::gst
