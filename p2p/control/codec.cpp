#include "p2p/control/codec.h"

#include <nlohmann/json.hpp>

namespace mutoscope::control
{

void Writer::string(std::string_view text)
{
    m_text += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace mutoscope::control
