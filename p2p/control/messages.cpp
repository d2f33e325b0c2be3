#include "p2p/control/messages.h"

namespace mutoscope::control
{

using base::ErrorCode;
using base::fail;
using wire::JsonText;
using wire::JsonValue;

namespace
{

constexpr int maxDepth = 12;

/// Calls the function of this name in a table, or emits the signal.
template <class Table>
base::Result<std::string_view> dispatch(const Table& table, std::string_view name, const JsonValue& arguments, node::Node& node)
{
    base::Result<std::string_view> outcome =
        fail(ErrorCode::Malformed, "there is nothing named '" + base::utf8Prefix(name, 40) + "'");
    const auto attempt = [&]<auto function>(const Named<function>& each) {
        if (each.name != name)
            return;
        typename ArgumentsOf<decltype(function)>::Tuple values;
        if (const auto read = Reader::read(arguments, values); !read) {
            outcome = fail(ErrorCode::Malformed, "what comes with '" + std::string(name) + "' can't be used: " + read.error().message);
            return;
        }
        std::apply([&node](const auto&... value) { (node.*function)(value...); }, values);
        outcome = each.name;
    };
    std::apply([&](const auto&... each) { (attempt(each), ...); }, table);
    return outcome;
}

} // namespace

std::string snapshotLine(const node::Snapshot& snapshot, bool withLibrary, bool withHistory)
{
    node::Snapshot sent = snapshot;
    if (!withLibrary)
        sent.library.reset();
    if (!withHistory)
        sent.wallet.history.reset();
    return R"({"snapshot":)" + Writer::textOf(sent) + '}';
}

std::string errorLine(std::string_view sentence)
{
    return R"({"error":)" + Writer::textOf(std::string(sentence)) + '}';
}

base::Result<void> call(std::string_view line, node::Node& node)
{
    const auto text = JsonText::read(line, {.maxBytes = maxCall, .maxDepth = maxDepth});
    if (!text)
        return tl::unexpected(text.error());
    const JsonValue& root = text->root();
    const bool isObject = root.is(JsonValue::Kind::Object);
    const JsonValue* const name = isObject ? root.member("call") : nullptr;
    const JsonValue* const arguments = isObject ? root.member("with") : nullptr;
    if (name == nullptr || arguments == nullptr || root.count != 2 || !name->is(JsonValue::Kind::String))
        return fail(ErrorCode::Malformed, "not a call: 'call' and 'with' are needed");
    const auto done = dispatch(calls, name->text, *arguments, node);
    return done ? base::Result<void>() : tl::unexpected(done.error());
}

base::Result<News> readNews(std::string_view line, node::Node& node)
{
    const auto text = JsonText::read(line, {.maxBytes = maxNews, .maxDepth = maxDepth, .maxValues = 4 * 1024 * 1024});
    if (!text)
        return tl::unexpected(text.error());
    const JsonValue& root = text->root();
    if (!root.is(JsonValue::Kind::Object) || root.count == 0)
        return fail(ErrorCode::Malformed, "a line from the node is not one");
    News news;
    if (const JsonValue* const snapshot = root.member("snapshot"); snapshot != nullptr && root.count == 1) {
        if (const auto read = Reader::read(*snapshot, news.snapshot.emplace()); !read)
            return tl::unexpected(read.error());
        return news;
    }
    if (const JsonValue* const error = root.member("error"); error != nullptr && root.count == 1) {
        if (const auto read = Reader::read(*error, news.error); !read)
            return tl::unexpected(read.error());
        return news;
    }
    const JsonValue* const event = root.member("event");
    const JsonValue* const arguments = root.member("with");
    if (event == nullptr || arguments == nullptr || root.count != 2 || !event->is(JsonValue::Kind::String))
        return fail(ErrorCode::Malformed, "a line from the node is of an unknown kind");
    const auto emitted = dispatch(events, event->text, *arguments, node);
    if (!emitted)
        return tl::unexpected(emitted.error());
    news.event = *emitted;
    return news;
}

} // namespace mutoscope::control
