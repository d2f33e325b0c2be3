#pragma once

#include <chrono>
#include <functional>

#include <QByteArray>
#include <QStringList>

#include "player/packager.h"

namespace mutoscope::player
{

/// One picture of a film, of which probe() said `info`, as its poster: upright, at most 640 px wide. QtCore only.
/// ffmpeg's arguments; `output` is where the JPEG goes, in ffmpeg's words.
[[nodiscard]] QStringList pictureArguments(const MediaInfo& info, std::chrono::milliseconds at, const QString& output);

/// The JPEG; empty where there is no picture then, or none within 10 s. Made in a pool thread; `done` runs on the main thread as long as
/// `context`, which lives there, exists.
void pictureAsync(const MediaInfo& info, std::chrono::milliseconds at, QObject* context, std::function<void(QByteArray)> done);

} // namespace mutoscope::player
