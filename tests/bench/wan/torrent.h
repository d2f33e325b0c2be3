#pragma once

#include <QStringList>

#include "p2p/base/result.h"

/// libtorrent, for comparison: programs of their own, for hosts of the lab. TCP only, no DHT, no tracker: who has the film is told.
namespace mutoscope::bench
{

constexpr int torrentPort = 6881;

/// Makes the torrent of a file, with pieces as libtorrent likes them.
[[nodiscard]] base::Result<void> makeTorrent(const QString& file, const QString& torrent);
/// TORRENT FOLDER: seeds until it is ended; prints a line when it does.
int torrentSeed(const QStringList& words);
/// TORRENT FOLDER ADDRESS…: gets it, sequentially, from there. Prints one JSON object; milliseconds from adding the torrent.
int torrentGet(const QStringList& words);

} // namespace mutoscope::bench
