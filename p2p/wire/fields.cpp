#include "p2p/wire/fields.h"

#include <nlohmann/json.hpp>

namespace mutoscope::wire
{

std::string FieldWriter::take()
{
    for (std::size_t i = 0; i < m_members.size(); ++i)
        m_members[i].end = i + 1 < m_members.size() ? m_members[i + 1].begin : m_values.size();
    std::ranges::sort(m_members, {}, &Member::name);
    std::string object;
    object.reserve(2 + m_values.size() + 32 * m_members.size());
    for (const Member& each : m_members) {
        object += object.empty() ? "{\"" : ",\"";
        object += each.name;
        object += "\":";
        object.append(m_values, each.begin, each.end - each.begin);
    }
    return object.empty() ? "{}" : object + "}";
}

void FieldWriter::text(std::string_view value)
{
    const bool plain = std::ranges::all_of(value, [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
    if (plain)
        (m_values += '"').append(value) += '"';
    else
        m_values += nlohmann::json(value).dump();
}

} // namespace mutoscope::wire
