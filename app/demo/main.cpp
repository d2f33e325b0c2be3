#include <cstdio>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

#include "app/common/node_options.h"
#include "app/common/unix_signals.h"
#include "app/demo/private_network.h"
#include "p2p/wire/amount.h"

using namespace mutoscope;

namespace
{

constexpr base::Tokens gift(3'000'000);

struct Settings {
    QString film;
    QString price;
    bool headless = false;
    bool json = false;
    bool fast = false;
    bool steps = false;
    bool ask = false;
};

int complain(const std::string& sentence)
{
    std::fprintf(stderr, "demo: %s\n", sentence.c_str());
    return 1;
}

void tell(const QString& sentence)
{
    std::fprintf(stderr, "demo: %s\n", sentence.toUtf8().constData());
}

/// For whoever has started this, one JSON object a line.
void say(const Settings& settings, const QJsonObject& line)
{
    if (!settings.steps)
        return;
    std::printf("%s\n", QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

QString readable(const QString& file)
{
    QString name = QFileInfo(file).completeBaseName();
    name.replace(QLatin1Char('_'), QLatin1Char(' '));
    return name == u"wannaworktogether" ? QStringLiteral("Wanna Work Together?") : name;
}

/// Free tokens on all income addresses, by the tracker's books; only the seeder earns in this network.
qint64 incomeIn(const QJsonObject& accounts)
{
    qint64 sum = 0;
    for (const QJsonValue& account : accounts.value(QStringLiteral("accounts")).toArray()) {
        if (account.toObject().value(QStringLiteral("kind")) == QStringLiteral("income"))
            sum += account.toObject().value(QStringLiteral("balance")).toInteger();
    }
    return sum;
}

/// What the viewer reported and what the tracker's books say, as the demo's last line; true if all is as it must be.
bool judge(const QJsonObject& report, const QJsonObject& accounts, QJsonObject& line)
{
    line = report;
    const qint64 income = incomeIn(accounts);
    line.insert(QStringLiteral("income_after"), income);
    line.insert(QStringLiteral("books"), accounts.value(QStringLiteral("check")));
    const auto number = [&](const char* name) { return report.value(QLatin1String(name)).toInteger(-1); };
    const bool everySegment = number("receipts") > 0 && number("receipts") == number("segments_here");
    const bool balanced = number("paid") >= 0 && number("spend_before") - number("paid") == number("spend_after") &&
                          number("paid") == income && number("locked_after") == 0;
    const bool booksAreRight = accounts.value(QStringLiteral("check")) == QStringLiteral("ok");
    const bool isGood = report.value(QStringLiteral("played_to_end")).toBool() && everySegment && balanced && booksAreRight &&
                        report.value(QStringLiteral("contract_state")) == QStringLiteral("closed") &&
                        report.value(QStringLiteral("errors")).toArray().isEmpty();
    line.insert(QStringLiteral("ok"), isGood);
    return isGood;
}

QStringList viewerArguments(const app::PrivateNetwork& network, const Settings& settings, const QString& report, const QString& link)
{
    QStringList arguments = network.nodeArguments(QStringLiteral("viewer")) +
                            QStringList{QStringLiteral("--approve-up-to"), settings.ask ? QStringLiteral("0") : QStringLiteral("3"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")};
    if (settings.headless || settings.json)
        arguments += {QStringLiteral("--report"), report};
    if (settings.fast)
        arguments << QStringLiteral("--fast");
    return arguments << link;
}

int run(const Settings& settings, const QString& folder)
{
    app::PrivateNetwork network(QCoreApplication::applicationDirPath(), folder);
    tell(QStringLiteral("starting a wallet tracker"));
    say(settings, {{QStringLiteral("step"), QStringLiteral("tracker")}});
    if (const auto started = network.startTracker(); !started)
        return complain(started.error().message);
    tell(QStringLiteral("packaging and seeding ") + settings.film);
    say(settings, {{QStringLiteral("step"), QStringLiteral("publishing")}});
    const auto link = network.startSeeder(QStringLiteral("seeder"), settings.film, readable(settings.film), settings.price);
    if (!link)
        return complain(link.error().message);
    const auto addresses = network.addresses(QStringLiteral("viewer"));
    if (!addresses)
        return complain(addresses.error().message);
    if (const auto issued = network.issue(addresses->spend, gift); !issued)
        return complain(issued.error().message);
    tell(QStringLiteral("the viewer has 3 tokens; the film is ") + *link);

    if (settings.headless)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QString reportFile = folder + QStringLiteral("/report.json");
    QFile::remove(reportFile);
    app::ChildProcess viewer;
    viewer.process().setProcessChannelMode(QProcess::ForwardedChannels);
    if (const auto started = viewer.start(network.program(QStringLiteral("mutoscope")), viewerArguments(network, settings, reportFile, *link)); !started)
        return complain(started.error().message);
    say(settings, {{QStringLiteral("step"), QStringLiteral("watching")}});
    QEventLoop loop;
    app::UnixSignals signals;
    QObject::connect(&signals, &app::UnixSignals::terminate, &loop, [&] { viewer.process().terminate(); });
    QObject::connect(&viewer.process(), &QProcess::finished, &loop, &QEventLoop::quit);
    if (viewer.process().state() != QProcess::NotRunning)
        loop.exec();
    if (settings.steps) {
        if (const auto accounts = network.accounts())
            say(settings, {{QStringLiteral("step"), QStringLiteral("ended")}, {QStringLiteral("earned"), incomeIn(*accounts)}});
    }
    if (!settings.headless && !settings.json)
        return viewer.process().exitStatus() == QProcess::NormalExit ? viewer.process().exitCode() : 1;

    QFile file(reportFile);
    const auto accounts = network.accounts();
    if (!file.open(QIODevice::ReadOnly) || !accounts)
        return complain(accounts ? "the viewer ended without a report" : accounts.error().message);
    QJsonObject line;
    const bool isGood = judge(QJsonDocument::fromJson(file.readAll()).object(), *accounts, line);
    std::printf("%s\n", QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
    return isGood ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A tracker, a seeder and a viewer on this machine, as processes of their own."));
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("film"), QStringLiteral("Video file, or an HLS playlist."));
    const QCommandLineOption headless(QStringLiteral("headless"), QStringLiteral("Without a display; ends with the film."));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("The last line says what happened, as JSON; ends with the film."));
    const QCommandLineOption fast(QStringLiteral("fast"), QStringLiteral("As fast as the computer can."));
    const QCommandLineOption price(QStringLiteral("price"), QStringLiteral("Tokens per MiB."), QStringLiteral("tokens"), QStringLiteral("0.02"));
    const QCommandLineOption steps(QStringLiteral("steps"), QStringLiteral("Say on standard output how far it is, one JSON object a line."));
    const QCommandLineOption ask(QStringLiteral("ask"), QStringLiteral("The viewer asks before it spends anything."));
    const QCommandLineOption keep(QStringLiteral("keep"), QStringLiteral("Keep the state in this folder."), QStringLiteral("folder"));
    parser.addOptions({headless, json, fast, price, steps, ask, keep});
    parser.process(application);
    if (parser.positionalArguments().size() != 1)
        return complain("name one film");
    if (!wire::parseTokens(parser.value(price).toStdString()))
        return complain("--price is not an amount of tokens such as 0.02");

    const Settings settings{.film = QFileInfo(parser.positionalArguments().first()).absoluteFilePath(),
                            .price = parser.value(price),
                            .headless = parser.isSet(headless),
                            .json = parser.isSet(json),
                            .fast = parser.isSet(fast),
                            .steps = parser.isSet(steps),
                            .ask = parser.isSet(ask)};
    if (parser.isSet(keep))
        return run(settings, QDir(parser.value(keep)).absolutePath());
    const QTemporaryDir folder;
    if (!folder.isValid())
        return complain("no temporary folder can be made: " + folder.errorString().toStdString());
    return run(settings, folder.path());
}
