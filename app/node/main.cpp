#include <cstdio>
#include <memory>

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include "app/common/node_options.h"
#include "app/common/unix_signals.h"
#include "app/node/keys_at_terminal.h"
#include "app/node/reserves_command.h"
#include "app/node/seed_command.h"
#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/control/control_server.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/secret.h"
#include "p2p/wire/amount.h"

using namespace mutoscope;

namespace
{

/// One line of JSON on standard output, for people and scripts alike.
void say(const QJsonObject& event)
{
    std::printf("%s\n", QJsonDocument(event).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

int complain(const QString& sentence)
{
    std::fprintf(stderr, "mutoscope-node: %s\n", sentence.toUtf8().constData());
    return 1;
}

QString hex(const std::optional<base::Address>& address)
{
    return address ? QString::fromStdString(base::toHex(*address)) : QString();
}

/// Says the wallet's addresses once they are known, then ends.
void sayAddresses(node::Node& node)
{
    QObject::connect(&node, &node::Node::changed, &node, [&node, said = false]() mutable {
        const node::Wallet& wallet = node.snapshot().wallet;
        if (said || !wallet.spendAddress || !wallet.incomeAddress || !wallet.spend)
            return;
        said = true;
        say({{QStringLiteral("ordinary_address"), hex(wallet.ordinaryAddress)},
             {QStringLiteral("spend_address"), hex(wallet.spendAddress)},
             {QStringLiteral("income_address"), hex(wallet.incomeAddress)}});
        node.stop();
    });
}

/// Says how others get to the node, each time that it changes.
void sayReach(node::Node& node)
{
    QObject::connect(&node, &node::Node::changed, &node, [&node, last = node::ReachStatus()]() mutable {
        const node::ReachStatus& reach = node.snapshot().reach;
        if (reach == last)
            return;
        last = reach;
        const auto text = [](std::string_view value) { return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size())); };
        QJsonArray ports;
        for (const node::PortCheck& each : reach.ports)
            ports << QJsonObject{{QStringLiteral("port"), each.port},
                                 {QStringLiteral("mapped"), each.mapped},
                                 {QStringLiteral("outcome"), text(wire::enumName(each.outcome))}};
        QJsonArray endpoints;
        for (const std::string& each : reach.endpoints)
            endpoints << text(each);
        say({{QStringLiteral("event"), QStringLiteral("reach")},
             {QStringLiteral("way"), text(wire::enumName(reach.way))},
             {QStringLiteral("observed"), text(reach.observed)},
             {QStringLiteral("ports"), ports},
             {QStringLiteral("endpoints"), endpoints},
             {QStringLiteral("by_relay"), QJsonObject{{QStringLiteral("returned"), static_cast<qint64>(reach.byRelay.returned)},
                                                      {QStringLiteral("punched"), static_cast<qint64>(reach.byRelay.punched)},
                                                      {QStringLiteral("relayed"), static_cast<qint64>(reach.byRelay.relayed)}}},
             {QStringLiteral("problem"), text(reach.problem.empty() ? reach.relayProblem : reach.problem)}});
    });
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
    parser.setApplicationDescription(QStringLiteral(
        "A Mutoscope node without a window.\n\nCommands:\n"
        "  run          seed what was published before, until SIGTERM\n"
        "  seed FILE    publish a video file or an HLS playlist (.m3u8), then run\n"
        "  addresses    print the wallet's addresses as JSON and end\n"
        "  reserves     check the tracker's proof that it owes this node what it should, and end\n\n"
        "What it does is printed on standard output, one JSON object a line."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("command"), QStringLiteral("run, seed, addresses or reserves"));
    const app::NodeOptions options(parser);
    const QCommandLineOption title(QStringLiteral("title"), QStringLiteral("seed: the film's title; by default the file's name."), QStringLiteral("text"));
    const QCommandLineOption price(QStringLiteral("price"), QStringLiteral("seed: tokens per MiB, by default 0.02."), QStringLiteral("tokens"), QStringLiteral("0.02"));
    parser.addOption(title);
    parser.addOption(price);
    parser.process(application);

    const QStringList words = parser.positionalArguments();
    const QString command = words.value(0);
    const bool isSeed = command == u"seed" && words.size() == 2;
    if (!isSeed && !(words.size() == 1 && (command == u"run" || command == u"addresses" || command == u"reserves")))
        return complain(QStringLiteral("say run, seed FILE, addresses or reserves; --help tells more"));
    auto config = options.config();
    if (!config)
        return complain(QString::fromStdString(config.error().message));
    const auto pricePerMiB = wire::parseTokens(parser.value(price).toStdString());
    if (!pricePerMiB)
        return complain(QStringLiteral("--price is not an amount of tokens such as 0.02"));
    if (isSeed && !config->listen)
        return complain(QStringLiteral("a seeder needs --listen HOST:PORT, where viewers reach it"));
    if (command == u"reserves")
        return app::checkReserves(*config);
    const QString workFolder = QString::fromStdString((config->dataFolder / "work").string());

    app::UnixSignals signals;
    const std::filesystem::path dataFolder = config->dataFolder;
    node::LocalNode node(std::move(*config));
    base::QtExecutor executor;
    control::ControlServer control(node, executor);
    if (const auto serving = control.listen(dataFolder); !serving)
        qCWarning(logNode) << serving.error().message.c_str();
    int status = 0;
    QObject::connect(&signals, &app::UnixSignals::terminate, &node, &node::Node::stop);
    QObject::connect(&node, &node::Node::stopped, &application, [&status] { QCoreApplication::exit(status); }, Qt::QueuedConnection);

    app::openKeysAtTerminal(node, [&](const QString& why) {
        status = complain(why);
        node.stop();
    });

    std::unique_ptr<app::SeedCommand> seed;
    if (command == u"addresses")
        sayAddresses(node);
    else
        sayReach(node);
    if (isSeed) {
        seed = std::make_unique<app::SeedCommand>(
            node, app::SeedCommand::Request{words[1], parser.value(title), *pricePerMiB, workFolder});
        QObject::connect(seed.get(), &app::SeedCommand::announced, &application, [&node](const QString& name, const QString& link) {
            say({{QStringLiteral("event"), QStringLiteral("seeding")},
                 {QStringLiteral("title"), name},
                 {QStringLiteral("link"), link},
                 {QStringLiteral("listening"), QString::fromStdString(node.snapshot().listening)}});
        });
        QObject::connect(seed.get(), &app::SeedCommand::failed, &application, [&](const QString& why) {
            status = complain(why);
            node.stop();
        });
        seed->start();
    }
    return QCoreApplication::exec();
}
