#pragma once

#include <array>
#include <string_view>

namespace mutoscope::crypto
{

/// BIP39's English list, sorted; made part of the program when it is built, see CMakeLists.txt.
extern const std::array<std::string_view, 2048> wordList;

} // namespace mutoscope::crypto
