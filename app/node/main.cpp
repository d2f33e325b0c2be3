#include <memory>

#include <QCoreApplication>

#include "app/common/unix_signals.h"
#include "app/node/commands.h"
#include "app/node/keys_at_terminal.h"
#include "p2p/base/log.h"
#include "p2p/control/control_server.h"
#include "p2p/control/remote_node.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/secret.h"
#include "p2p/node/known_tracker.h"
#include "p2p/wire/permit.h"

using namespace mutoscope;
using namespace std::chrono_literals;

namespace
{

constexpr auto answerTime = 5s;

/// What the command line says.
struct Line {
    const QCommandLineParser& parser;
    const app::NodeOptions& options;
    const app::Command& command;
    QStringList arguments;
    app::UnixSignals& signals;
};

int complain(const base::Error& error)
{
    app::complain(app::text(error.message));
    return app::status::failed;
}

int work(app::Task& task, const Line& line)
{
    QObject::connect(&line.signals, &app::UnixSignals::terminate, &task, &app::Task::interrupt);
    QMetaObject::invokeMethod(
        &task, [&] { line.command.start(task); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

/// On the node of another process, which goes on afterwards.
int workThere(control::RemoteNode& node, const Line& line)
{
    app::Task task({.node = node,
                    .isRemote = true,
                    .parser = line.parser,
                    .command = app::text(line.command.words),
                    .arguments = line.arguments,
                    .dataFolder = line.options.dataFolder(),
                    .passphrase = line.options.passphrase().value_or(nullptr)});
    QObject::connect(&task, &app::Task::ended, &task, &QCoreApplication::exit, Qt::QueuedConnection);
    QObject::connect(&node, &control::Mirror::refused, &task, &app::Task::fail);
    QObject::connect(&node, &control::RemoteNode::lost, &task, [&](const QString& why) {
        if (line.command.needs == app::Needs::Running)
            task.end(); // it was to end
        else
            task.fail(why);
    });
    return work(task, line);
}

/// On a node in this process, which others can find meanwhile.
int workHere(node::NodeConfig config, const Line& line)
{
    const std::filesystem::path dataFolder = config.dataFolder;
    const bool listens = config.listen.has_value();
    if (line.command.keys == app::Keys::AsTheyAre) {
        config.keys.create = false;
        config.keys.passphrase.reset();
    }
    node::LocalNode node(std::move(config));
    base::QtExecutor executor;
    control::ControlServer control(node, executor);
    if (const auto serving = control.listen(dataFolder); !serving)
        qCWarning(logNode) << serving.error().message.c_str();
    app::Task task({.node = node,
                    .isRemote = false,
                    .parser = line.parser,
                    .command = app::text(line.command.words),
                    .arguments = line.arguments,
                    .dataFolder = dataFolder,
                    .listens = listens,
                    .passphrase = line.options.passphrase().value_or(nullptr)});
    if (line.command.keys == app::Keys::Open)
        app::openKeysAtTerminal(node, [&task](const QString& why) { task.fail(why); });
    int status = app::status::done;
    QObject::connect(&task, &app::Task::ended, &node, [&](int ended) {
        status = ended;
        node.stop();
    });
    QObject::connect(
        &node, &node::Node::stopped, &task, [&status] { QCoreApplication::exit(status); }, Qt::QueuedConnection);
    return work(task, line);
}

int run(const Line& line)
{
    auto remote = line.command.needs == app::Needs::Nothing
                      ? base::Result<std::unique_ptr<control::RemoteNode>>(base::fail(base::ErrorCode::NotFound, {}))
                      : control::RemoteNode::connect(line.options.dataFolder(), answerTime);
    if (remote && line.command.needs == app::Needs::Own)
        return complain({base::ErrorCode::Conflict, "a node runs with this data folder already"});
    if (const auto passphrase = line.options.passphrase(); !passphrase) {
        complain(passphrase.error());
        return app::status::misused;
    }
    if (remote)
        return workThere(**remote, line);
    if (remote.error().code != base::ErrorCode::NotFound)
        return complain(remote.error());
    if (line.command.needs == app::Needs::Running) {
        complain(remote.error());
        return app::status::nobody;
    }
    auto config = line.options.config(node::knownTracker(line.options.dataFolder(), line.arguments.value(0)));
    if (!config) {
        complain(config.error());
        return app::status::misused;
    }
    if (!line.options.tracker().isEmpty())
        node::rememberTracker(config->dataFolder, config->tracker);
    return line.command.alone ? line.command.alone(*config) : workHere(std::move(*config), line);
}

/// A key may begin with a dash, as an option does: it is what comes last then.
QStringList keysLast(QStringList arguments)
{
    QStringList keys;
    arguments.removeIf([&](const QString& each) {
        const bool isKey = each.startsWith(u'-') && wire::keyFromText(each.toStdString());
        if (isKey)
            keys << each;
        return isKey;
    });
    return keys.isEmpty() ? arguments : arguments + QStringList{QStringLiteral("--")} + keys;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mutoscope-node"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MUTOSCOPE_VERSION));
    crypto::initialise();
    crypto::forbidDumps();

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("A Mutoscope node without a window, and the way to ask one that runs, with or without.\n\nCommands:\n") +
        app::commandHelp() +
        QStringLiteral("\nThey work on the node that runs with the same data folder, or start one for as long as they need it.\n"
                       "Exit status: 0 done, 1 failed, 2 misused, 3 the film costs more than was approved, 4 no node runs."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("command"), QStringLiteral("One of the above, with what belongs to it."));
    const app::NodeOptions options(parser);
    for (const app::Option& each : app::commandOptions())
        parser.addOption(QCommandLineOption(app::text(each.name), app::text(each.help), app::text(each.value)));
    const bool isParsed = parser.parse(keysLast(QCoreApplication::arguments()));
    if (parser.isSet(version))
        parser.showVersion();
    if (parser.isSet(help))
        parser.showHelp();
    QStringList words = parser.positionalArguments();
    const app::Command* const command = app::takeCommand(words);
    const QString wrong = !isParsed  ? parser.errorText()
                          : !command ? QStringLiteral("name a command")
                                     : app::misuse(*command, words, parser);
    if (!wrong.isEmpty()) {
        app::complain(wrong + QStringLiteral("; --help tells more"));
        return app::status::misused;
    }
    if (command->offline)
        return command->offline(words);
    if (command->text) {
        std::fputs(command->text().c_str(), stdout);
        return app::status::done;
    }
    app::UnixSignals signals;
    return run({parser, options, *command, words, signals});
}
