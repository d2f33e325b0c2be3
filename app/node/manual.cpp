#include "app/node/manual.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "app/common/node_options.h"
#include "app/node/commands.h"

namespace mutoscope::app
{

namespace
{

/// As text that troff shows as it is.
std::string roff(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '\\')
            escaped += "\\e";
        else if (c == '-')
            escaped += "\\-";
        else if (c == '\n')
            escaped += ' ';
        else
            escaped += c;
    }
    if (escaped.starts_with('.') || escaped.starts_with('\''))
        escaped.insert(0, "\\&");
    return escaped;
}

std::string optionLine(std::string_view name, std::string_view value)
{
    return "\\fB\\-\\-" + roff(name) + "\\fR" + (value.empty() ? std::string() : " \\fI" + roff(value) + "\\fR");
}

std::string entry(const std::string& head, std::string_view text)
{
    return ".TP\n" + head + "\n" + roff(text) + "\n";
}

constexpr std::string_view beginning = R"(.TH MUTOSCOPE\-NODE 1 "" "Mutoscope" "User Commands"
.SH NAME
mutoscope\-node \- a node for paid video without a window
.SH SYNOPSIS
.B mutoscope\-node
.RI [ OPTION ]...
.I COMMAND
.RI [ ARGUMENT ]...
.SH DESCRIPTION
A node of a Mutoscope network: it watches films by paying for their segments, seeds what it has, and keeps a wallet at a tracker.
Commands work on the node that runs with the same data folder, be it this program or the player's window. Where none runs they start one for
as long as they need it. A
.I FILM
is named by its link, its content id, or the first eight digits or more of that.
.SH COMMANDS
)";

constexpr std::string_view ending = R"(.SH EXIT STATUS
0 done, 1 failed, 2 misused, 3 the film costs more than was approved, 4 no node runs.
.SH ENVIRONMENT
.TP
.B MUTOSCOPE_PASSPHRASE
The passphrase of the wallet's key. A file that only its owner can read, with
.BR \-\-passphrase\-file ,
is the better place.
.SH FILES
.TP
.I ~/.local/share/mutoscope
The data folder, unless
.B \-\-data
names another one: wallet, contracts, films. One node at a time has it.
.SH EXAMPLES
.TP
Seed a film, and be there for viewers:
mutoscope\-node \-\-tracker LINK \-\-data seeder \-\-listen 0.0.0.0:7747 seed film.mp4 \-\-price 0.02
.TP
What it has earned:
mutoscope\-node \-\-data seeder wallet
.TP
Watch with another player, for no more than 2 tokens:
mutoscope\-node play LINK \-\-approve\-up\-to 2 \-\-player "mpv %u"
.TP
Let somebody watch a film that was published with \-\-access permit:
mutoscope\-node permit make FILM KEY \-\-days 7 \-\-out for\-you.permit
.SH SEE ALSO
.BR mutoscope (1),
.BR mutoscope\-tracker (1)
)";

} // namespace

std::string manualPage()
{
    std::string page(beginning);
    for (const Command& each : commands()) {
        std::string head = "\\fB" + roff(each.words) + "\\fR";
        if (!each.arguments.empty())
            head += " \\fI" + roff(each.arguments) + "\\fR";
        for (const std::string_view option : each.options)
            head += " [\\-\\-" + roff(option) + "]";
        page += entry(head, each.help);
    }
    page += ".SH OPTIONS OF COMMANDS\n";
    for (const Option& each : commandOptions())
        page += entry(optionLine(each.name, each.value), each.help);
    page += ".SH OPTIONS OF THE NODE\n";
    for (const QCommandLineOption& each : NodeOptions::all())
        page += entry(optionLine(each.names().first().toStdString(), each.valueName().toStdString()), each.description().toStdString());
    return page + std::string(ending);
}

std::string bashCompletion()
{
    std::ostringstream script;
    script << "# Bash completion for mutoscope-node.\n_mutoscope_node()\n{\n"
              "    local word=${COMP_WORDS[COMP_CWORD]} command='' i\n"
              "    COMPREPLY=()\n"
              "    case ${COMP_WORDS[COMP_CWORD-1]} in\n";
    std::set<std::string> withValue;
    for (const Option& each : commandOptions()) {
        if (!each.value.empty())
            withValue.insert(std::string(each.name));
    }
    std::string all = "--help --version";
    for (const QCommandLineOption& each : NodeOptions::all()) {
        const std::string name = each.names().first().toStdString();
        all += " --" + name;
        if (!each.valueName().isEmpty())
            withValue.insert(name);
    }
    const std::set<std::string> files{"poster", "out", "passphrase-file", "new-passphrase-file", "words-file"};
    const auto pattern = [&](auto condition) {
        std::string joined;
        for (const std::string& name : withValue) {
            if (condition(name))
                joined += (joined.empty() ? "--" : "|--") + name;
        }
        return joined;
    };
    script << "        " << pattern([&](const std::string& name) { return files.contains(name); })
           << ")\n            COMPREPLY=($(compgen -f -- \"$word\"))\n            return ;;\n"
              "        --data)\n            COMPREPLY=($(compgen -d -- \"$word\"))\n            return ;;\n        "
           << pattern([&](const std::string& name) { return !files.contains(name) && name != "data"; })
           << ")\n            return ;;\n    esac\n"
              "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
              "        case ${COMP_WORDS[i]} in\n            "
           << pattern([](const std::string&) { return true; })
           << ") ((i++)) ;;\n            -*) ;;\n"
              "            *) command+=\"${command:+ }${COMP_WORDS[i]}\" ;;\n        esac\n    done\n"
              "    if [[ $word == -* ]]; then\n        case $command in\n";
    std::set<std::string> firstWords;
    std::map<std::string, std::set<std::string>> secondWords;
    std::vector<Command> longestFirst = commands(); // as Bash takes the first that fits
    std::ranges::sort(longestFirst, std::ranges::greater(), [](const Command& each) { return each.words.size(); });
    for (const Command& each : longestFirst) {
        const auto space = each.words.find(' ');
        const std::string first(each.words.substr(0, space));
        firstWords.insert(first);
        if (space != std::string_view::npos)
            secondWords[first].insert(std::string(each.words.substr(space + 1)));
        if (each.options.empty())
            continue;
        script << "            '" << each.words << "'*) COMPREPLY=($(compgen -W '";
        for (const std::string_view option : each.options)
            script << "--" << option << ' ';
        script << all << "' -- \"$word\")) ;;\n";
    }
    script << "            *) COMPREPLY=($(compgen -W '" << all << "' -- \"$word\")) ;;\n        esac\n        return\n    fi\n"
              "    case $command in\n        '') COMPREPLY=($(compgen -W '";
    for (const std::string& each : firstWords)
        script << each << ' ';
    script << "' -- \"$word\")) ;;\n";
    for (const auto& [first, seconds] : secondWords) {
        script << "        '" << first << "') COMPREPLY=($(compgen -W '";
        for (const std::string& each : seconds)
            script << each << ' ';
        script << "' -- \"$word\")";
        if (first == "seed")
            script << " $(compgen -f -- \"$word\")";
        script << ") ;;\n";
    }
    script << "        publish|'permit take') COMPREPLY=($(compgen -f -- \"$word\")) ;;\n    esac\n}\n"
              "complete -o filenames -F _mutoscope_node mutoscope-node\n";
    return script.str();
}

} // namespace mutoscope::app
