#pragma once

#include <atomic>

#include <QImage>
#include <QUrl>

namespace mutoscope::player::gst
{

/// The first picture of what is at this address, turned upright, at most `longestSide` pixels. Null where there is none, where it
/// takes longer than 3 s, or soon after `cancelled` becomes true. Blocks; any thread but the UI's.
[[nodiscard]] QImage still(const QUrl& url, int longestSide, const std::atomic<bool>& cancelled);

} // namespace mutoscope::player::gst
