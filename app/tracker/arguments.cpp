#include "app/tracker/arguments.h"

#include <cstdio>
#include <set>
#include <sstream>

namespace mutoscope::app
{

base::Result<Arguments> readArguments(const Command& command, std::span<char*> words)
{
    std::set<std::string> flags;
    std::set<std::string> withValue;
    std::istringstream help(command.options);
    std::string last;
    for (std::string word; help >> word;) {
        std::erase_if(word, [](char c) { return c == '[' || c == ']' || c == '(' || c == ')'; });
        if (word.starts_with("--"))
            flags.insert(last = word);
        else if (word != "|" && flags.erase(last) == 1)
            withValue.insert(last);
    }
    const auto bad = [](std::string why) { return base::fail(base::ErrorCode::Malformed, std::move(why)); };
    Arguments arguments;
    for (std::size_t next = 0; next < words.size();) {
        const std::string name = words[next++];
        if (arguments.has(name))
            return bad("the option " + name + " stands there twice");
        if (flags.contains(name))
            arguments.options[name] = "";
        else if (!withValue.contains(name))
            return bad((command.name.empty() ? "serving" : "the command '" + command.name + "'") + " has no option '" +
                       name + "'");
        else if (next == words.size())
            return bad("the option " + name + " needs a value");
        else
            arguments.options[name] = words[next++];
    }
    if (command.needsConfig && !arguments.has("--config"))
        return bad("--config FILE is needed");
    return arguments;
}

int misused(const std::string& why)
{
    std::fprintf(stderr, "mutoscope-tracker: %s; see --help\n", why.c_str());
    return 2;
}

int failed(const base::Error& error)
{
    std::fprintf(stderr, "mutoscope-tracker: %s\n", error.message.c_str());
    return 1;
}

} // namespace mutoscope::app
