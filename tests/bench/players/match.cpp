#include "tests/bench/players/match.h"

#include <algorithm>
#include <cstdio>

#include <QCoreApplication>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>

namespace mutoscope::bench
{

using base::ErrorCode;
using base::fail;

namespace
{

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

double rounded(double value)
{
    return std::round(value * 1000) / 1000;
}

} // namespace

QJsonObject summary(const std::map<QString, std::vector<double>>& samples)
{
    QJsonObject object;
    for (const auto& [player, values] : samples) {
        object.insert(player, rounded(median(values)));
        QJsonArray all;
        for (const double value : values)
            all.append(rounded(value));
        object.insert(player + QStringLiteral("_all"), all);
    }
    const auto own = samples.find(QStringLiteral("mutoscope"));
    if (own == samples.end())
        return object;
    const double ours = median(own->second);
    for (const auto& [other, theirs] : samples) {
        if (other != own->first && median(theirs) > 0)
            object.insert(QStringLiteral("ratio_") + other, rounded(ours / median(theirs)));
    }
    return object;
}

base::Result<double> untilPicture(const Screen& screen, int first, int last)
{
    const auto isThere = [&] {
        const auto picture = screen.picture();
        return picture && *picture >= first && *picture <= last;
    };
    const auto time = timeUntil(isThere, std::chrono::seconds(20));
    if (!time)
        return fail(ErrorCode::Timeout, "no picture from " + std::to_string(first) + " to " + std::to_string(last) + " was shown");
    return std::chrono::duration<double, std::milli>(*time).count();
}

base::Result<QJsonObject> play(const Match& match, const std::function<base::Result<Sample>(const Screen&, Contender&)>& once)
{
    const auto film = makeFilm(QCoreApplication::applicationDirPath() + QStringLiteral("/../films"), match.screen, match.filmSeconds,
                               match.kilobitsPerSecond);
    if (!film)
        return tl::unexpected(film.error());
    const auto arena = Arena::make(*film, match.screen);
    if (!arena)
        return tl::unexpected(arena.error());
    std::map<QString, std::map<QString, std::vector<double>>> samples; // value, player
    for (int round = 0; round < match.rounds; ++round) {
        for (int i = 0; i < Arena::names.size(); ++i) {
            const QString& name = Arena::names[(i + round) % Arena::names.size()];
            if (!match.only.isEmpty() && match.only != name)
                continue;
            const auto player = (*arena)->enter(name);
            if (!player)
                return fail(player.error().code, name.toStdString() + ": " + player.error().message);
            const auto sample = once((*arena)->screen(), **player);
            if (!sample) {
                const QString picture = QDir::tempPath() + QStringLiteral("/mutoscope-bench-") + name + QStringLiteral(".png");
                (*arena)->screen().save(picture);
                return fail(sample.error().code,
                            name.toStdString() + ": " + sample.error().message + "; see " + picture.toStdString());
            }
            std::fprintf(stderr, "round %d, %-9s", round + 1, name.toUtf8().constData());
            for (const auto& [value, number] : *sample) {
                samples[value][name].push_back(number);
                std::fprintf(stderr, "  %s %.1f", value.toUtf8().constData(), number);
            }
            std::fputc('\n', stderr);
        }
    }
    QJsonObject result{{QStringLiteral("rounds"), match.rounds}};
    for (const auto& [value, players] : samples)
        result.insert(value, summary(players));
    return result;
}

int benchMain(int argc, char** argv, const char* name, const char* method, Match match,
              const std::function<base::Result<Sample>(const Screen&, Contender&)>& once)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (const qsizetype at = arguments.indexOf(QStringLiteral("--rounds")); at >= 0)
        match.rounds = std::max(1, arguments.value(at + 1).toInt());
    if (const qsizetype at = arguments.indexOf(QStringLiteral("--only")); at >= 0)
        match.only = arguments.value(at + 1);
    auto result = play(match, once);
    if (!result) {
        std::fprintf(stderr, "bench %s: %s\n", name, result.error().message.c_str());
        return 1;
    }
    result->insert(QStringLiteral("bench"), QLatin1String(name));
    result->insert(QStringLiteral("method"), QLatin1String(method));
    std::printf("%s\n", QJsonDocument(*result).toJson(QJsonDocument::Compact).constData());
    return 0;
}

} // namespace mutoscope::bench
