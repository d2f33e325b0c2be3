#pragma once

#include <vector>

namespace mutoscope::ui
{

/// What a node says of problems, in its own English, with %1, %2 … for values. For Sentences.
[[nodiscard]] const std::vector<const char*>& knownSentences();

} // namespace mutoscope::ui
