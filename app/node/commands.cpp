#include "app/node/commands.h"

#include <algorithm>
#include <sstream>

#include "app/node/manual.h"
#include "app/node/reserves_command.h"

namespace mutoscope::app
{

const std::vector<Option>& commandOptions()
{
    static const std::vector<Option> all{
        {"json", "", "Print one JSON object or list instead of text."},
        {"csv", "", "Print a table for spreadsheets instead of text."},
        {"title", "text", "The film's title; by default the file's name."},
        {"description", "text", "What the film is about."},
        {"poster", "file", "A JPEG or PNG; by default a picture of the film."},
        {"poster-at", "seconds", "The picture of the film at this time is the poster."},
        {"price", "tokens", "For each MiB; by default 0.02."},
        {"access", "open|permit", "Who may watch: everybody, which is the default, or those alone who are given a permit."},
        {"until", "date", "The permit ends after this day: 2027-01-31."},
        {"days", "number", "The permit ends after so many days; by default 30."},
        {"out", "file", "Write the link, or a contract's papers, there."},
        {"cap", "tokens", "Spend no more than this, even if it is not enough for all of the film."},
        {"daily-cap", "tokens", "All films of today may cost so much together; what is left of it bounds the cap."},
        {"approve-up-to", "tokens", "Buy the film if all of it costs no more than this."},
        {"quality", "height", "Of the qualities that the film has, the largest of at most so many lines; by default what the seeder can send."},
        {"ahead", "seconds", "Buy so far ahead of the player, 5 to 600; by default 30."},
        {"player", "command", "Start this with the film's address in place of %u, or at its end, and end with it."},
        {"cursor", "text", "What an earlier search named as 'next'."},
        {"new-passphrase-file", "file", "The first line is the new passphrase; asked for on the terminal where it isn't given, see --no-passphrase."},
        {"words-file", "file", "The first line has the 24 words; asked for on the terminal where it isn't given."},
        {"memo", "text", "A note that both sides see."},
        {"min-free", "MiB", "Leave this much of the disk free."},
        {"upload", "KiB", "Send at most this much in a second; 0: no limit."},
        {"schedule", "times", "Seed between these times of the day only: 22:00-07:00, or off."},
        {"ratio", "percent", "Stop seeding a film when this much of its size was sent; 0: never."},
        {"hours", "hours", "Stop seeding a film after this time; 0: never."},
        {"port", "number", "Where a node with a window serves viewers, from its next start on; 0: any. One without a window listens where --listen says."},
        {"watched", "on|off", "Seed what was watched to its end."},
        {"watched-price", "tokens", "For each MiB of those."},
        {"max-relay-price", "tokens", "Pay a relay so much for each MiB at most, where nobody can connect to this node; 0: only free ones."},
        {"relay-per-day", "tokens", "Relays may cost so much in a day (UTC)."},
    };
    return all;
}

namespace
{

/// One that deals with the wallet's key itself.
Command key(std::string_view words, std::string_view arguments, std::vector<std::string_view> options, std::string_view help, Needs needs, void (*start)(Task& task))
{
    Command command{words, arguments, std::move(options), help, needs, start};
    command.keys = Keys::AsTheyAre;
    return command;
}

} // namespace

const std::vector<Command>& commands()
{
    static const std::vector<Command> all{
        {"run", "", {}, "seed what was published before, and be there for other commands, until SIGTERM", Needs::Own, runNode},
        {"status", "", {"json"}, "what the node does just now", Needs::Any, showStatus},
        {"stop", "", {}, "end the node that runs, with receipts flushed", Needs::Running, stopNode},
        {"play", "LINK", {"cap", "approve-up-to", "daily-cap", "quality", "ahead", "player"}, "buy a film as a player fetches it; prints the address for any HLS player", Needs::Any,
         playFilm},
        {"search", "[WORD…]", {"json", "cursor"}, "films of the tracker's catalogue, the newest first without words", Needs::Any, searchFilms},
        {"seeders", "FILM", {"json"}, "ask those who seed a film whether they are there", Needs::Any, checkSeeders},
        {"publish", "FILE", {"title", "description", "poster", "poster-at", "price", "access"}, "publish a video file or an HLS playlist (.m3u8); prints its link", Needs::Any,
         publishFilm},
        key("publish drafts", "", {}, "films that were not published to their end; the same publish as before goes on with one", Needs::Any, showDrafts),
        key("publish discard", "FILE", {}, "what was done of publishing this file", Needs::Any, discardDraft),
        {"seed", "FILE", {"title", "description", "poster", "poster-at", "price", "access"}, "publish a file, then run", Needs::Any, seedFile},
        {"seed list", "", {"json"}, "films that are seeded, and what they have earned", Needs::Any, showSeeding},
        {"seed on", "FILM", {"price"}, "seed a film that is here as a whole", Needs::Any, seedOn},
        {"seed off", "FILM", {}, "seed it no longer", Needs::Any, seedOff},
        {"seed price", "FILM TOKENS", {}, "for each MiB, in contracts from now on", Needs::Any, setPrice},
        {"seed rules",
         "",
         {"json", "quota", "min-free", "upload", "schedule", "ratio", "hours", "port", "watched", "watched-price", "max-relay-price", "relay-per-day"},
         "show the rules of seeding, or change those that are named",
         Needs::Any,
         seedingRules},
        {"permit", "", {"json"}, "permits that this node was given", Needs::Any, showPermits},
        {"permit key", "", {}, "this node's key, for those who are to give it a permit", Needs::Any, showOwnKey},
        {"permit make", "FILM KEY", {"until", "days", "out"}, "let the owner of a key watch a film that was published here; prints a link", Needs::Any,
         makePermit},
        {"permit take", "LINK", {}, "keep the permit in a link, or in a file with one, for later; play does it by itself", Needs::Any, takePermit},
        {"library", "", {"json"}, "films on this computer", Needs::Any, showLibrary},
        {"library remove", "FILM", {}, "from this computer, and from what is seeded", Needs::Any, removeFilm},
        {"wallet", "", {"json"}, "addresses and balances", Needs::Any, showWallet},
        {"wallet show", "", {"json"}, "the same", Needs::Any, showWallet},
        {"wallet history", "", {"json", "csv"}, "all movements, the newest first, with your labels", Needs::Any, showHistory},
        {"wallet label", "LINE [WORD…]", {}, "your own words for a line of the history: its number, as --csv shows it, or its contract; without words, none", Needs::Any,
         labelEntry},
        {"wallet top-up", "TOKENS", {}, "from the ordinary address to the spend address", Needs::Any, topUp},
        {"wallet send", "ADDRESS TOKENS", {"memo"}, "from the ordinary address", Needs::Any, sendTokens},
        {"wallet pay-out", "", {}, "what was earned, to the ordinary address", Needs::Any, payOut},
        {"wallet close-spend", "", {}, "what is on the spend address, to the ordinary one; takes a new one", Needs::Any, closeSpendAddress},
        {"wallet contract", "CONTRACT", {"out"}, "a contract's terms, what was delivered under it, and what its signatures prove", Needs::Any, showContract},
        {"wallet verify", "FILE", {}, "check a contract's papers that were written with --out", Needs::Nothing, nullptr, nullptr, nullptr, verifyPapers},
        {"tracker", "", {"json"}, "the wallet tracker's link, and whether it answers", Needs::Any, showTracker},
        {"tracker set", "LINK", {}, "be with this one from now on and at the next start", Needs::Any, setTracker},
        key("wallet create", "", {"new-passphrase-file"}, "make a wallet where there is none", Needs::Any, createWallet),
        key("wallet restore", "", {"words-file", "new-passphrase-file"}, "bring a wallet here by its 24 words", Needs::Any, restoreWallet),
        key("wallet unlock", "", {}, "of the node that runs", Needs::Running, unlockWallet),
        key("wallet lock", "", {}, "of the node that runs: it signs nothing until it is unlocked", Needs::Running, lockWallet),
        key("wallet words", "", {}, "print the 24 words that are the wallet, to be written on paper", Needs::Any, showWords),
        key("wallet confirm", "", {"words-file"}, "type them again from the paper: the wallet is backed up", Needs::Any, confirmWords),
        key("wallet passphrase", "", {"new-passphrase-file"}, "change that of the wallet's key", Needs::Any, changePassphrase),
        key("wallet move", "PLACE", {"new-passphrase-file"}, "bring the wallet's key into the desktop's keychain, or into a file: keychain or file", Needs::Any,
            moveKey),
        {"sources", "", {"json"}, "the ways to find seeders", Needs::Any, showSources},
        {"sources on", "SOURCE", {}, "look there: tracker, link, local or dht", Needs::Any, switchSource},
        {"sources off", "SOURCE", {}, "don't", Needs::Any, switchSource},
        {"addresses", "", {}, "print the wallet's addresses as JSON", Needs::Any, showAddresses},
        {"reserves", "", {}, "check the tracker's proof that it owes this node what it should", Needs::Nothing, nullptr, checkReserves},
        {"completion", "", {}, "print what Bash needs to complete commands and options", Needs::Nothing, nullptr, nullptr, bashCompletion},
        {"manual", "", {}, "print the manual page, for man(1)", Needs::Nothing, nullptr, nullptr, manualPage},
    };
    return all;
}

const Command* takeCommand(QStringList& words)
{
    const Command* best = nullptr;
    qsizetype taken = 0;
    for (const Command& each : commands()) {
        const QStringList own = text(each.words).split(u' ');
        if (own.size() > taken && words.first(std::min(own.size(), words.size())) == own) {
            best = &each;
            taken = own.size();
        }
    }
    words.remove(0, taken);
    return best;
}

QString misuse(const Command& command, const QStringList& arguments, const QCommandLineParser& parser)
{
    std::istringstream shown{std::string(command.arguments)};
    qsizetype least = 0;
    qsizetype most = 0;
    for (std::string each; shown >> each;) {
        ++most;
        if (!each.starts_with('['))
            ++least;
        if (each.find("…") != std::string::npos)
            most = 64;
    }
    const QString name = text(command.words);
    if (arguments.size() < least)
        return QStringLiteral("'%1' needs %2").arg(name, text(command.arguments));
    if (arguments.size() > most)
        return QStringLiteral("'%1' does not know what to do with '%2'").arg(name, arguments[most]);
    for (const Option& each : commandOptions()) {
        if (parser.isSet(text(each.name)) && std::ranges::find(command.options, each.name) == command.options.end())
            return QStringLiteral("'%1' has no option --%2").arg(name, text(each.name));
    }
    return {};
}

QString commandHelp()
{
    QString help;
    for (const Command& each : commands()) {
        std::string line = "  " + std::string(each.words);
        if (!each.arguments.empty())
            line += ' ' + std::string(each.arguments);
        for (const std::string_view option : each.options)
            line += " [--" + std::string(option) + ']';
        help += text(line + "\n      " + std::string(each.help) + '\n');
    }
    return help;
}

} // namespace mutoscope::app
