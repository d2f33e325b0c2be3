#include <csignal>
#include <cstdio>
#include <map>
#include <set>
#include <span>

#include <QCoreApplication>
#include <QLoggingCategory>

#include "app/tracker/operator.h"
#include "app/tracker/serve.h"
#include "p2p/base/encoding.h"
#include "p2p/crypto/node_key.h"

using namespace mutoscope;

namespace
{

constexpr const char* usage =
    "mutoscope-tracker: keeps the accounts of a Mutoscope network, and its list of seeders.\n"
    "\n"
    "  mutoscope-tracker --config FILE [--write-link FILE]   serve; prints the tracker's link when it listens\n"
    "  mutoscope-tracker init --config FILE                  make the data folder and the keys, without serving\n"
    "  mutoscope-tracker issue --config FILE --to ADDRESS (--amount MICROTOKENS | --tokens DECIMAL) [--memo TEXT]\n"
    "  mutoscope-tracker accounts --config FILE [--json]     all accounts and contracts; one JSON line with --json\n"
    "  mutoscope-tracker check --config FILE                 recompute the books; exit status 1 where they break\n"
    "  mutoscope-tracker --help | --version\n"
    "\n"
    "The configuration has lines 'key = value':\n";

int misused(const std::string& why)
{
    std::fprintf(stderr, "mutoscope-tracker: %s; see --help\n", why.c_str());
    return 2;
}

struct Arguments {
    std::string command = "serve";
    std::map<std::string, std::string> options;
    std::string error;

    [[nodiscard]] std::optional<std::string> option(const std::string& name) const
    {
        const auto it = options.find(name);
        return it == options.end() ? std::nullopt : std::optional(it->second);
    }
};

Arguments read(std::span<char*> words)
{
    static const std::map<std::string, std::set<std::string>> allowed{
        {"serve", {"--config", "--write-link"}},
        {"init", {"--config"}},
        {"issue", {"--config", "--to", "--amount", "--tokens", "--memo"}},
        {"accounts", {"--config", "--json"}},
        {"check", {"--config"}},
    };
    Arguments arguments;
    std::size_t next = 0;
    if (!words.empty() && words[0][0] != '-')
        arguments.command = words[next++];
    const auto options = allowed.find(arguments.command);
    if (options == allowed.end()) {
        arguments.error = "there is no command '" + arguments.command + "'";
        return arguments;
    }
    while (next < words.size()) {
        const std::string name = words[next++];
        if (!options->second.contains(name))
            arguments.error = "the command '" + arguments.command + "' has no option '" + name + "'";
        else if (arguments.options.contains(name))
            arguments.error = "the option " + name + " stands there twice";
        else if (name == "--json")
            arguments.options[name] = "";
        else if (next == words.size())
            arguments.error = "the option " + name + " needs a value";
        else
            arguments.options[name] = words[next++];
        if (!arguments.error.empty())
            return arguments;
    }
    if (!arguments.option("--config"))
        arguments.error = "--config FILE is needed";
    return arguments;
}

int runIssue(const tracker::Settings& settings, const Arguments& arguments)
{
    const auto to = base::fixedFromHex<base::Address>(arguments.option("--to").value_or(""));
    if (!to)
        return misused("--to needs an address of 64 lower-case hex digits");
    const auto micro = arguments.option("--amount");
    const auto tokens = arguments.option("--tokens");
    if (micro.has_value() == tokens.has_value())
        return misused("one of --amount and --tokens is needed");
    std::optional<base::Tokens> amount;
    if (tokens)
        amount = tracker::parseTokens(*tokens);
    else if (const auto number = base::parseInteger(*micro))
        amount = base::Tokens(*number);
    if (!amount || amount->value() == 0)
        return misused("the amount must be a number more than 0");
    const std::string memo = arguments.option("--memo").value_or("");
    if (memo.size() > 200)
        return misused("the memo has at most 200 bytes");
    return app::issue(settings, *to, *amount, memo);
}

void setLogLevel(tracker::LogLevel level)
{
    switch (level) {
    case tracker::LogLevel::Debug:
        return QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*.debug=true"));
    case tracker::LogLevel::Info:
        return;
    case tracker::LogLevel::Warning:
        return QLoggingCategory::setFilterRules(QStringLiteral("mutoscope.*.info=false"));
    }
}

} // namespace

int main(int argc, char** argv)
{
    // Before any thread starts: they inherit it, so that only serve()'s signalfd hears of the end.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a full disk, not a death

    const std::span<char*> words(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
    for (const char* word : words) {
        if (std::string_view(word) == "--help") {
            std::printf("%s%s", usage, std::string(tracker::settingsHelp()).c_str());
            return 0;
        }
        if (std::string_view(word) == "--version") {
            std::printf("mutoscope-tracker %s\n", MUTOSCOPE_VERSION);
            return 0;
        }
    }
    const Arguments arguments = read(words);
    if (!arguments.error.empty())
        return misused(arguments.error);
    const auto settings = tracker::readSettings(*arguments.option("--config"));
    if (!settings) {
        std::fprintf(stderr, "mutoscope-tracker: %s\n", settings.error().message.c_str());
        return 2;
    }
    setLogLevel(settings->log);
    crypto::initialise();

    if (arguments.command != "serve") {
        // Nobody waits for the signal: a command ends at once.
        pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
        if (arguments.command == "init")
            return app::init(*settings);
        if (arguments.command == "issue")
            return runIssue(*settings, arguments);
        return arguments.command == "accounts" ? app::accounts(*settings, arguments.option("--json").has_value())
                                               : app::check(*settings);
    }
    const QCoreApplication application(argc, argv);
    return app::serve(*settings, arguments.option("--write-link"));
}
