#pragma once

#include <QStringList>

namespace mutoscope::bench
{

/// A program of its own, for a host of the lab: watches a film with our node as a player without a screen, which asks for one
/// segment after the other. Prints one JSON object; milliseconds count from the order to open the film.
/// FOLDER NETWORK TRACKER LINK MODE, MODE being `fast` or how many milliseconds a segment plays. What is bought is not kept.
int watch(const QStringList& words);

} // namespace mutoscope::bench
