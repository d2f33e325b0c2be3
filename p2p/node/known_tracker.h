#pragma once

#include <filesystem>

#include <QString>

#include "p2p/net/endpoint.h"

namespace mutoscope::node
{

/// The tracker for a start that names none, as a desktop's menu does it: that of the last start with this data folder, or the one
/// that the film's link names. Empty where neither is known.
[[nodiscard]] QString knownTracker(const std::filesystem::path& dataFolder, const QString& filmLink);
/// The tracker that a link of either kind names, its own or a film's, as its own link; empty where none does.
[[nodiscard]] QString trackerIn(const QString& text);
/// For the next start. Where that can't be written, the log says so.
void rememberTracker(const std::filesystem::path& dataFolder, const net::TrackerLink& tracker);

} // namespace mutoscope::node
