#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <span>

#include <QCoreApplication>

#include "app/tracker/audit_commands.h"
#include "app/tracker/backup_commands.h"
#include "app/tracker/log_output.h"
#include "app/tracker/operator.h"
#include "app/tracker/peer_commands.h"
#include "app/tracker/reserves_command.h"
#include "app/tracker/serve.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/secret.h"

using namespace mutoscope;

namespace
{

const std::array commands{
    app::Command{"", "--config FILE [--write-link FILE]", "serve; prints the tracker's link when it listens", true,
                 app::serve},
    app::Command{"init", "--config FILE", "make the data folder and the keys, without serving", true, app::init},
    app::Command{"issue", "--config FILE --to ADDRESS (--amount MICROTOKENS | --tokens DECIMAL) [--memo TEXT]",
                 "new tokens for an address", true, app::issue},
    app::Command{"peers", "--config FILE [--json]", "what other trackers owe, may owe, and are owed; one JSON line with --json",
                 true, app::peers},
    app::Command{"settle", "--config FILE --peer KEY (--amount MICROTOKENS | --tokens DECIMAL) [--memo TEXT]",
                 "acknowledge that another tracker has paid so much of what it owes", true, app::settle},
    app::Command{"accounts", "--config FILE [--json]", "all accounts and contracts; one JSON line with --json", true,
                 app::accounts},
    app::Command{"check", "--config FILE", "add the books up; exit status 1 where they break", true, app::check},
    app::Command{"audit", "--config FILE [--json]",
                 "recompute everything from the signed documents; exit status 1 where the books break", true,
                 app::audit},
    app::Command{"export", "--config FILE --to LOG", "the whole log into a new file, beside a running tracker", true,
                 app::exportLog},
    app::Command{"rebuild", "--config FILE --from LOG", "a new ledger from a log; the key must be in the data folder",
                 true, app::rebuild},
    app::Command{"reserves", "--config FILE [--address ADDRESS] [--leaves]",
                 "a signed proof that what is owed is what was issued", true, app::reserves},
    app::Command{"verify-reserves", "--proof FILE [--tracker KEY]", "check such a proof, without the ledger", false,
                 app::verifyReserves},
    app::Command{"backup", "--config FILE --to FOLDER", "ledger, key and TLS identity of a running tracker", true,
                 app::backup},
    app::Command{"restore", "--config FILE --from FOLDER", "a backup into a data folder that has no tracker yet", true,
                 app::restore},
};

void help()
{
    std::printf("mutoscope-tracker: keeps the accounts of a Mutoscope network, and its list of seeders.\n\n");
    for (const app::Command& command : commands)
        std::printf("  mutoscope-tracker %s%s%s\n      %s\n", command.name.c_str(), command.name.empty() ? "" : " ",
                    command.options.c_str(), command.help.c_str());
    std::printf("  mutoscope-tracker --help | --version\n\nThe configuration has lines 'key = value':\n%s",
                std::string(tracker::settingsHelp()).c_str());
}

} // namespace

int main(int argc, char** argv)
{
    // Before any thread starts: they inherit it, so that only serve()'s signalfd hears of them.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a full disk, not a death

    std::span<char*> words(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
    for (const std::string_view word : words) {
        if (word == "--help") {
            help();
            return 0;
        }
        if (word == "--version") {
            std::printf("mutoscope-tracker %s\n", MUTOSCOPE_VERSION);
            return 0;
        }
    }
    std::string verb;
    if (!words.empty() && words[0][0] != '-') {
        verb = words[0];
        words = words.subspan(1);
    }
    const auto command = std::ranges::find(commands, verb, &app::Command::name);
    if (command == commands.end())
        return app::misused("there is no command '" + verb + "'");
    const auto arguments = app::readArguments(*command, words);
    if (!arguments)
        return app::misused(arguments.error().message);
    tracker::Settings settings;
    if (command->needsConfig) {
        auto read = tracker::readSettings(*arguments->option("--config"));
        if (!read) {
            std::fprintf(stderr, "mutoscope-tracker: %s\n", read.error().message.c_str());
            return 2;
        }
        settings = std::move(*read);
        app::setLogLevel(settings.log);
    }
    crypto::initialise();
    crypto::forbidDumps();

    if (!command->name.empty()) // nobody waits for a signal: a command ends at once
        pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    const QCoreApplication application(argc, argv);
    return command->run(settings, *arguments);
}
