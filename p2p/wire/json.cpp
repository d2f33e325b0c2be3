#include "p2p/wire/json.h"

#include <string>

#include <nlohmann/json.hpp>

namespace mutoscope::wire
{

using nlohmann::json;

namespace
{

json treeOf(const JsonValue& value)
{
    switch (value.kind) {
    case JsonValue::Kind::Null:
        break;
    case JsonValue::Kind::Boolean:
        return value.number != 0;
    case JsonValue::Kind::Number:
        return value.number;
    case JsonValue::Kind::String:
        return std::string(value.text);
    case JsonValue::Kind::Object: {
        json object = json::object();
        for (const JsonValue& each : value)
            object.emplace(std::string(each.name), treeOf(each));
        return object;
    }
    case JsonValue::Kind::Array: {
        json array = json::array();
        for (const JsonValue& each : value)
            array.push_back(treeOf(each));
        return array;
    }
    }
    return nullptr;
}

} // namespace

base::Result<json> parseJson(std::string_view bytes, const JsonLimits& limits)
{
    const auto text = JsonText::read(bytes, limits);
    if (!text)
        return tl::unexpected(text.error());
    return treeOf(text->root());
}

} // namespace mutoscope::wire
