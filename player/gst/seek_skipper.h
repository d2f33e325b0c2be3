#pragma once

#include <gst/gst.h>

namespace mutoscope::player::gst
{

/// After a seek a decoder begins at the key frame before. From here on it is spared those pictures on the way that are neither shown
/// nor needed for others: about half of a usual film's. For decoders of H.264 and H.265; with others nothing is changed.
void skipUnshown(GstElement* videoDecoder);

} // namespace mutoscope::player::gst
