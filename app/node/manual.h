#pragma once

#include <string>

namespace mutoscope::app
{

/// mutoscope-node(1), for troff with the man macros; made of the tables of commands and options.
[[nodiscard]] std::string manualPage();
/// A script for Bash, from the same tables: source it, or put it where bash-completion looks.
[[nodiscard]] std::string bashCompletion();

} // namespace mutoscope::app
