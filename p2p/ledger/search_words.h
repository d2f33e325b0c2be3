#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mutoscope::ledger
{

/// A text as it is searched: its runs of letters and digits, case folded, without accents, so that both engines find the same.
/// UTF-8 in and out; each word once, in the order of the text, cut to 40 characters.
[[nodiscard]] std::vector<std::string> searchWords(std::string_view text, std::size_t most);

} // namespace mutoscope::ledger
