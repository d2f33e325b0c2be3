#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "p2p/base/result.h"
#include "p2p/wire/json_text.h"

namespace mutoscope::wire
{

/// What JsonText reads, as a tree, for what is not a list of fields.
[[nodiscard]] base::Result<nlohmann::json> parseJson(std::string_view bytes, const JsonLimits& limits);

} // namespace mutoscope::wire
