#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <QStringList>

#include "app/node/task.h"

namespace mutoscope::app
{

/// An option of commands; those of every node are NodeOptions.
struct Option {
    std::string_view name;
    std::string_view value; ///< how the help names its value; empty: it has none
    std::string_view help;
};

/// Which node a command works on.
enum class Needs {
    Nothing, ///< none; it runs `alone`
    Running, ///< the one that runs with this data folder
    Any,     ///< that one, or else one in this process for as long as it takes
    Own,     ///< one in this process
};

/// What a command that works on a node in this process wants of the wallet's key.
enum class Keys {
    Open,      ///< opened, or made, before it begins
    AsTheyAre, ///< that is its own business
};

/// One command of mutoscope-node. The help, the shell completion and the manual are checked against this table.
struct Command {
    std::string_view words;     ///< "wallet send"
    std::string_view arguments; ///< as the help shows them: "ADDRESS TOKENS", "[FILM]", "[WORD…]"
    std::vector<std::string_view> options;
    std::string_view help;
    Needs needs = Needs::Any;
    void (*start)(Task& task) = nullptr;
    int (*alone)(const node::NodeConfig& config) = nullptr;
    std::string (*text)() = nullptr; ///< all that it does is print this
    int (*offline)(const QStringList& arguments) = nullptr; ///< needs neither node nor tracker
    Keys keys = Keys::Open;
};

[[nodiscard]] const std::vector<Option>& commandOptions();
[[nodiscard]] const std::vector<Command>& commands();
/// The one with most words at the beginning of these, which are taken off; null where there is none.
[[nodiscard]] const Command* takeCommand(QStringList& words);
/// Why the command can't be called so; empty where it can.
[[nodiscard]] QString misuse(const Command& command, const QStringList& arguments, const QCommandLineParser& parser);
/// All commands, for the help.
[[nodiscard]] QString commandHelp();

// ---- what they do, each in the file of its kind ----

void showStatus(Task& task);
void showAddresses(Task& task);
void showTracker(Task& task);
void setTracker(Task& task);
void showSources(Task& task);
void switchSource(Task& task);
void stopNode(Task& task);
void runNode(Task& task);

void showWallet(Task& task);
void showHistory(Task& task);
void labelEntry(Task& task);
void topUp(Task& task);
void sendTokens(Task& task);
void payOut(Task& task);
void closeSpendAddress(Task& task);
void showContract(Task& task);
/// Prints what the papers in a file prove, or that they prove nothing: an exit status.
[[nodiscard]] int verifyPapers(const QStringList& arguments);

void createWallet(Task& task);
void restoreWallet(Task& task);
void unlockWallet(Task& task);
void lockWallet(Task& task);
void showWords(Task& task);
void confirmWords(Task& task);
void changePassphrase(Task& task);
void moveKey(Task& task);

void searchFilms(Task& task);
void checkSeeders(Task& task);
void playFilm(Task& task);
void publishFilm(Task& task);
void seedFile(Task& task);
void showDrafts(Task& task);
void discardDraft(Task& task);

void showOwnKey(Task& task);
void makePermit(Task& task);
void takePermit(Task& task);
void showPermits(Task& task);

void showSeeding(Task& task);
void seedOn(Task& task);
void seedOff(Task& task);
void setPrice(Task& task);
void seedingRules(Task& task);
void showLibrary(Task& task);
void removeFilm(Task& task);

} // namespace mutoscope::app
