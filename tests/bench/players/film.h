#pragma once

#include <QSize>
#include <QString>

#include "p2p/base/result.h"

namespace mutoscope::bench
{

/// Pictures are numbered in 20 cells of equal width across the film, between 28 % and 36 % of its height: white, black, 16
/// bits of the number's Gray code with the highest first, black, white.
inline constexpr int cells = 20;
inline constexpr double cellsAt = 0.32;
inline constexpr int picturesPerSecond = 30;

struct Film {
    QString folder;   ///< holds index.m3u8, init section and segments of 4 s
    int seconds = 0;
};

/// Moving pictures with grain, H.264 and AAC as fMP4, made by ffmpeg at the first time and kept in `store`.
[[nodiscard]] base::Result<Film> makeFilm(const QString& store, QSize size, int seconds, int kilobitsPerSecond);

} // namespace mutoscope::bench
