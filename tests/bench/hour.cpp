// A film of an hour, paid, played as fast as the machine can: does the player's memory grow?
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "tests/bench/players/contenders.h"

using namespace mutoscope;
using namespace mutoscope::bench;

namespace
{

constexpr int minutes = 60;
constexpr int sampleMs = 200;
constexpr qint64 longestMs = 30 * 60 * 1'000;

struct Look {
    qint64 ms = 0;  ///< since the player was started
    double mib = 0; ///< proportional set size
};

base::Result<QJsonObject> run()
{
    const auto film = makeFilm(QCoreApplication::applicationDirPath() + QStringLiteral("/../films"), {320, 180}, minutes * 60, 250);
    if (!film)
        return tl::unexpected(film.error());
    const QTemporaryDir folder;
    app::PrivateNetwork network(QCoreApplication::applicationDirPath(), folder.path());
    if (const auto ok = network.startTracker(); !ok)
        return tl::unexpected(ok.error());
    const auto link = network.startSeeder(QStringLiteral("seeder"), film->folder + QStringLiteral("/index.m3u8"), QStringLiteral("A film"), QStringLiteral("0.001"));
    if (!link)
        return tl::unexpected(link.error());
    const auto addresses = network.addresses(QStringLiteral("viewer"));
    if (!addresses)
        return tl::unexpected(addresses.error());
    if (const auto issued = network.issue(addresses->spend, base::Tokens(5'000'000)); !issued)
        return tl::unexpected(issued.error());

    const QString report = folder.filePath(QStringLiteral("report.json"));
    QProcess player;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("HOME"), folder.path());
    player.setProcessEnvironment(environment);
    player.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    player.start(network.program(QStringLiteral("mutoscope")),
                 network.nodeArguments(QStringLiteral("viewer")) +
                     QStringList{QStringLiteral("--approve-up-to"), QStringLiteral("5"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                                 QStringLiteral("--fast"), QStringLiteral("--report"), report, *link},
                 QIODevice::ReadOnly);
    QElapsedTimer clock;
    clock.start();
    std::vector<Look> looks;
    while (!player.waitForFinished(sampleMs)) {
        if (player.state() == QProcess::NotRunning)
            return base::fail(base::ErrorCode::Unavailable, "mutoscope can't be started");
        if (clock.hasExpired(longestMs)) {
            end(player);
            return base::fail(base::ErrorCode::Timeout, "the film has not ended");
        }
        if (const qint64 kib = memoryOf(player.processId()); kib > 0)
            looks.push_back({clock.elapsed(), static_cast<double>(kib) / 1024});
    }
    QFile file(report);
    if (player.exitCode() != 0 || !file.open(QIODevice::ReadOnly) || looks.size() < 10)
        return base::fail(base::ErrorCode::Internal, "the film was not played to its end");
    const QJsonObject told = QJsonDocument::fromJson(file.readAll()).object();

    // The pace is even, so a share of the time is that share of the film.
    const double whole = static_cast<double>(looks.back().ms);
    const auto after = [&](int minute) {
        return std::ranges::find_if(looks, [&](const Look& look) { return static_cast<double>(look.ms) >= whole * minute / minutes; })->mib;
    };
    const double first = after(1);
    const double last = looks[looks.size() - 3].mib; // the very last ones are of a program that ends
    QJsonArray each;
    for (int minute = 1; minute < minutes; minute += 10)
        each.append(std::round(after(minute) * 10) / 10);
    return QJsonObject{{QStringLiteral("bench"), QStringLiteral("hour")},
                       {QStringLiteral("method"), QStringLiteral("A film of an hour, 320x180, from a seeder on loopback, paid, played as fast as the machine can without a "
                                                                "screen: proportional set size of the player after a sixtieth of the time, and at the end.")},
                       {QStringLiteral("first_minute_mib"), first},
                       {QStringLiteral("end_mib"), last},
                       {QStringLiteral("ratio"), std::round(last / first * 1000) / 1000},
                       {QStringLiteral("every_ten_minutes_mib"), each},
                       {QStringLiteral("seconds"), whole / 1000},
                       {QStringLiteral("report"), told}};
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const auto result = run();
    if (!result) {
        std::fprintf(stderr, "bench hour: %s\n", result.error().message.c_str());
        return 1;
    }
    std::printf("%s\n", QJsonDocument(*result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
