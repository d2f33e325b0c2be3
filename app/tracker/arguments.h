#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "p2p/tracker/settings.h"

namespace mutoscope::app
{

/// What stands behind a command: `--name value`, or `--flag`.
struct Arguments {
    std::map<std::string, std::string> options;

    [[nodiscard]] std::optional<std::string> option(const std::string& name) const
    {
        const auto it = options.find(name);
        return it == options.end() ? std::nullopt : std::optional(it->second);
    }
    [[nodiscard]] bool has(const std::string& name) const { return options.contains(name); }
};

/// One verb of mutoscope-tracker.
struct Command {
    std::string name;    ///< empty for the one without a verb
    std::string options; ///< as the help shows them: "--config FILE [--json]"; what has a value is followed by its name
    std::string help;
    bool needsConfig = true;
    /// Exit status: 0, 1 it failed, 2 it was misused.
    int (*run)(const tracker::Settings& settings, const Arguments& arguments) = nullptr;
};

/// Reads the options that `command` knows. An error is a sentence about misuse.
[[nodiscard]] base::Result<Arguments> readArguments(const Command& command, std::span<char*> words);

/// To standard error; returns 2.
int misused(const std::string& why);
/// To standard error; returns 1.
int failed(const base::Error& error);

} // namespace mutoscope::app
