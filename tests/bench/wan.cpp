// What distance costs: the paid film beside the same segments unpaid (nginx and curl) and beside libtorrent, over lines of the lab.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QThread>

#include "p2p/crypto/node_key.h"
#include "p2p/discovery/content_link.h"
#include "p2p/net/tls_identity.h"
#include "tests/bench/wan/place.h"
#include "tests/bench/wan/torrent.h"
#include "tests/bench/wan/watch.h"

using namespace mutoscope;
using namespace mutoscope::bench;
using namespace Qt::StringLiterals;

namespace
{

constexpr int startTime = 30'000;
constexpr int longestMs = 330'000;
constexpr int httpsPort = 8443;
constexpr std::uint16_t seederPort = 7747;
constexpr int parallel = 4; ///< connections
constexpr int segmentMs = 2'000;
constexpr double fastMegabits = 50; ///< from here on the film is longer
constexpr int segmentBytes = 1 << 20;
constexpr int segmentsSlow = 16;
constexpr int segmentsFast = 48;

struct Options {
    QList<Place::Line> lines;
    bool torrent = true;
    QList<bool> killing{false, true}; ///< the parts with three slow seeders
    int rounds = 1;
};

/// Two programs and three seeders, in a place.
class Parties
{
public:
    Parties(Place& place, QString folder) : m_place(place), m_folder(std::move(folder)) { QDir().mkpath(m_folder); }

    [[nodiscard]] QString program(const char* name) const { return QCoreApplication::applicationDirPath() + u'/' + QString::fromLatin1(name); }

    base::Result<void> startTracker()
    {
        QFile config(m_folder + u"/tracker.conf"_s);
        const QByteArray text = "network = wan\nlisten = 0.0.0.0:7480\nlink_host = " + m_place.address("tracker").toUtf8() +
                                "\nclose_grace_ms = 2000\nallow_short_grace = yes\ndata = " + (m_folder + u"/tracker"_s).toUtf8() + '\n';
        if (!config.open(QIODevice::WriteOnly) || config.write(text) != text.size())
            return base::fail(base::ErrorCode::Io, "the tracker's configuration can't be written");
        config.close();
        auto tracker = m_place.start("tracker", program("mutoscope-tracker"), {u"--config"_s, config.fileName()});
        if (!tracker)
            return tl::unexpected(tracker.error());
        m_tracker = std::move(*tracker);
        const auto line = m_tracker->readLine(startTime);
        if (!line)
            return tl::unexpected(line.error());
        m_link = QString::fromUtf8(*line);
        return {};
    }
    [[nodiscard]] const QString& tracker() const { return m_link; }

    [[nodiscard]] QStringList nodeArguments(const QString& name) const
    {
        return {u"--network"_s, u"wan"_s, u"--no-passphrase"_s, u"--data"_s, m_folder + u'/' + name, u"--tracker"_s, m_link, u"--sources"_s, u"tracker,link"_s};
    }
    [[nodiscard]] QString dataFolder(const QString& name) const { return m_folder + u'/' + name; }

    /// Publishes the film; gives its link.
    base::Result<QString> publish(const std::string& host, const WanFilm& film)
    {
        m_seeders.erase(host); // one process a folder
        auto seeder = m_place.start(host, program("mutoscope-node"),
                                    seederArguments(host) + QStringList{u"--title"_s, u"Noise"_s, u"--price"_s, u"0.01"_s, u"seed"_s, film.folder + u"/index.m3u8"_s});
        if (!seeder)
            return tl::unexpected(seeder.error());
        for (;;) {
            const auto line = (*seeder)->readLine(startTime);
            if (!line)
                return tl::unexpected(line.error());
            const QJsonObject said = QJsonDocument::fromJson(*line).object();
            if (said[u"event"_s] != u"seeding"_s)
                continue;
            m_seeders[host] = std::move(*seeder);
            return naming(said[u"link"_s].toString(), host);
        }
    }
    /// Another one with the same films: a copy of what the first has on disk, under a key of its own.
    base::Result<void> join(const std::string& host, const std::string& of)
    {
        const QString from = dataFolder(QString::fromStdString(of));
        const QString to = dataFolder(QString::fromStdString(host));
        std::error_code error;
        std::filesystem::create_directories(to.toStdString(), error);
        for (const char* name : {"films", "manifests", "seeding.json"})
            std::filesystem::copy(std::filesystem::path(from.toStdString()) / name, std::filesystem::path(to.toStdString()) / name,
                                  std::filesystem::copy_options::recursive, error);
        if (error)
            return base::fail(base::ErrorCode::Io, "the films can't be copied: " + error.message());
        return restart(host);
    }
    base::Result<void> restart(const std::string& host)
    {
        m_seeders.erase(host);
        auto seeder = m_place.start(host, program("mutoscope-node"), seederArguments(host) + QStringList{u"run"_s});
        if (!seeder)
            return tl::unexpected(seeder.error());
        m_seeders[host] = std::move(*seeder);
        return {};
    }
    void stop(const std::string& host) { m_seeders.erase(host); }
    void kill(const std::string& host)
    {
        // The lab's prefix becomes the program by exec, so this is its process.
        m_seeders.at(host)->kill();
    }

    base::Result<void> fund(const std::string& host, qint64 microTokens)
    {
        const auto said = m_place.run(host, program("mutoscope-node"), nodeArguments(u"viewer"_s) + QStringList{u"addresses"_s}, startTime);
        if (!said)
            return tl::unexpected(said.error());
        const QString address = QJsonDocument::fromJson(*said).object()[u"spend_address"_s].toString();
        const auto issued = app::runToEnd(program("mutoscope-tracker"),
                                          {u"issue"_s, u"--config"_s, m_folder + u"/tracker.conf"_s, u"--to"_s, address, u"--amount"_s, QString::number(microTokens)},
                                          startTime);
        return issued ? base::Result<void>() : tl::unexpected(issued.error());
    }

private:
    /// As who shares it may make it: with the seeder's address.
    [[nodiscard]] base::Result<QString> naming(const QString& text, const std::string& host) const
    {
        auto link = discovery::parseContentLink(text.toStdString());
        const auto identity = net::TlsIdentity::loadOrCreate(dataFolder(QString::fromStdString(host)).toStdString());
        if (!link || !identity)
            return tl::unexpected(link ? identity.error() : link.error());
        link->seeders.push_back({.host = m_place.address(host).toStdString(), .port = seederPort, .pin = identity->fingerprint()});
        return QString::fromStdString(discovery::toString(*link));
    }
    [[nodiscard]] QStringList seederArguments(const std::string& host) const
    {
        return nodeArguments(QString::fromStdString(host)) +
               QStringList{u"--listen"_s, u"0.0.0.0:7747"_s, u"--advertise"_s, m_place.address(host) + u":7747"_s, u"--no-port-mapping"_s, u"--no-relay"_s};
    }

    Place& m_place;
    QString m_folder;
    QString m_link;
    std::unique_ptr<app::ChildProcess> m_tracker;
    std::map<std::string, std::unique_ptr<app::ChildProcess>> m_seeders;
};

base::Result<std::unique_ptr<app::ChildProcess>> startWebServer(const Place& place, const QString& folder, const QString& films)
{
    QDir().mkpath(folder);
    const QString key = folder + u"/key.pem"_s;
    const QString certificate = folder + u"/certificate.pem"_s;
    const auto made = app::runToEnd(u"openssl"_s,
                                    {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s, u"-nodes"_s, u"-days"_s, u"2"_s,
                                     u"-subj"_s, u"/CN=bench"_s, u"-keyout"_s, key, u"-out"_s, certificate},
                                    startTime);
    if (!made)
        return tl::unexpected(made.error());
    QFile config(folder + u"/nginx.conf"_s);
    const QByteArray f = folder.toUtf8();
    QByteArray text = "daemon off; master_process off; pid " + f + "/pid; error_log stderr error; events {}\n"
                      "http { access_log off; sendfile on; tcp_nopush on; keepalive_timeout 60s;\n";
    for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += QByteArray(what) + "_temp_path " + f + "/tmp;\n";
    text += "server { listen " + QByteArray::number(httpsPort) + " ssl; ssl_protocols TLSv1.3; ssl_certificate " + certificate.toUtf8() +
            "; ssl_certificate_key " + key.toUtf8() + "; root " + films.toUtf8() + "; } }\n";
    if (!config.open(QIODevice::WriteOnly) || config.write(text) != text.size())
        return base::fail(base::ErrorCode::Io, "nginx's configuration can't be written");
    config.close();
    return place.start("s1", u"nginx"_s, {u"-e"_s, u"stderr"_s, u"-p"_s, folder, u"-c"_s, config.fileName()});
}

/// One after the other on one connection, as a player asks, or several at once.
base::Result<QJsonObject> unpaid(const Place& place, const WanFilm& film, bool atOnce)
{
    const QString root = u"https://%1:%2/%3/"_s.arg(place.address("s1")).arg(httpsPort).arg(QDir(film.folder).dirName());
    QStringList words{u"-s"_s, u"-k"_s, u"--http1.1"_s, u"-f"_s, u"-w"_s, u"%{time_starttransfer} %{time_total}\n"_s};
    if (atOnce)
        words << u"-Z"_s << u"--parallel-max"_s << QString::number(parallel);
    for (int i = -1; i < film.segments; ++i)
        words << u"-o"_s << u"/dev/null"_s << root + (i < 0 ? u"index.m3u8"_s : u"s%1.ts"_s.arg(i));
    QElapsedTimer clock;
    clock.start();
    const auto said = place.run("viewer", u"curl"_s, words, longestMs);
    if (!said)
        return tl::unexpected(said.error());
    const auto wall = static_cast<double>(clock.elapsed());
    if (atOnce)
        return QJsonObject{{u"whole_ms"_s, wall}};
    double sum = 0;
    double firstByte = 0;
    const QList<QByteArray> lines = said->trimmed().split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QList<QByteArray> times = lines[i].split(' ');
        if (i == 1)
            firstByte = sum + times.value(0).toDouble() * 1000;
        sum += times.value(1).toDouble() * 1000;
    }
    return QJsonObject{{u"first_byte_ms"_s, std::round(firstByte)}, {u"whole_ms"_s, std::round(sum)}};
}

base::Result<QJsonObject> own(const Place& place, const QStringList& words)
{
    const auto said = place.run("viewer", QCoreApplication::applicationFilePath(), words, longestMs);
    if (!said)
        return tl::unexpected(said.error());
    return QJsonDocument::fromJson(said->trimmed().split('\n').last()).object();
}

base::Result<QJsonObject> paid(const Place& place, const Parties& parties, const QString& link, int segmentPlays)
{
    return own(place, {u"watch"_s, parties.dataFolder(u"viewer"_s), u"wan"_s, parties.tracker(), link, QString::number(segmentPlays)});
}

/// The median of some runs, field by field.
QJsonObject median(QList<QJsonObject> runs)
{
    QJsonObject all = runs.first();
    for (const QString& key : all.keys()) {
        std::ranges::sort(runs, {}, [&](const QJsonObject& each) { return each[key].toDouble(); });
        all[key] = runs[runs.size() / 2][key];
    }
    return all;
}

double ratio(double ours, double theirs)
{
    return theirs > 0 ? std::round(ours / theirs * 1000) / 1000 : 0;
}

/// Megabits a second from the first byte to the last.
double rateOf(const QJsonObject& run, const WanFilm& film, double firstByte)
{
    return film.bytes() * 8 / 1000 / std::max(run[u"whole_ms"_s].toDouble() - firstByte, 1.0);
}

class Bench
{
public:
    Bench(Options options, QString folder) : m_options(std::move(options)), m_folder(std::move(folder)) {}

    base::Result<QJsonObject> run()
    {
        QJsonObject result{{u"bench"_s, u"wan"_s}};
        if (!m_options.lines.isEmpty()) {
            if (const auto measured = lines(result); !measured)
                return tl::unexpected(measured.error());
        }
        for (const bool killing : m_options.killing) {
            auto told = threeSlowOnes(killing);
            if (!told)
                return tl::unexpected(told.error());
            result[killing ? u"three_slow_seeders_one_killed_every_20_s"_s : u"three_slow_seeders"_s] = *told;
        }
        return result;
    }

private:
    static void tell(const QString& what) { std::fprintf(stderr, "%s\n", qPrintable(what)); }
    static QString text(const QJsonObject& object) { return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)); }

    /// So many runs, told.
    base::Result<QJsonObject> repeat(const QString& what, const std::function<base::Result<QJsonObject>()>& once) const
    {
        QList<QJsonObject> runs;
        for (int i = 0; i < m_options.rounds; ++i) {
            const auto run = once();
            if (!run)
                return tl::unexpected(base::Error{run.error().code, what.toStdString() + ": " + run.error().message});
            tell(what + u": "_s + text(*run));
            runs << *run;
        }
        return median(runs);
    }

    base::Result<void> lines(QJsonObject& result)
    {
        Place place(Place::Slow::Viewer, {1000, 0}, 3);
        const QString films = m_folder + u"/films"_s;
        // A segment is played when its hash was checked, so first bytes are measured where the first segment is small.
        const auto small = makeWanFilm(films + u"/small"_s, 3, 1024, segmentMs);
        const auto slow = makeWanFilm(films + u"/slow"_s, segmentsSlow, segmentBytes, segmentMs);
        const auto fast = makeWanFilm(films + u"/fast"_s, segmentsFast, segmentBytes, segmentMs);
        if (!small || !slow || !fast)
            return tl::unexpected((!small ? small : slow ? fast : slow).error());
        Parties parties(place, m_folder + u"/line"_s);
        if (const auto ok = parties.startTracker(); !ok)
            return ok;
        std::map<const WanFilm*, QString> links;
        for (const WanFilm* film : {&*small, &*slow, &*fast}) {
            const auto link = parties.publish("s1", *film); // it seeds the one before, too
            if (!link)
                return tl::unexpected(link.error());
            links[film] = *link;
        }
        if (const auto ok = parties.fund("viewer", 2'000'000'000); !ok)
            return ok;
        const auto web = startWebServer(place, m_folder + u"/nginx"_s, films);
        if (!web)
            return tl::unexpected(web.error());
        std::vector<std::unique_ptr<app::ChildProcess>> torrents;
        if (m_options.torrent) {
            for (const char* name : {"slow", "fast"}) {
                const QString folder = films + u'/' + QString::fromLatin1(name);
                if (const auto made = makeTorrent(folder + u"/film.bin"_s, folder + u"/torrent"_s); !made)
                    return made;
            }
        }

        std::map<int, QJsonObject> rows;
        double worstRate = 1e9;
        double worstFirstByte = 0;
        double worstFirstMib = 0;
        double worstWhole = 0;
        double worstLossy = 1e9;
        for (const int seeders : {1, 3}) {
            if (seeders == 3 && !m_options.torrent)
                break;
            if (seeders == 3) {
                for (const char* host : {"s2", "s3"}) {
                    if (const auto ok = parties.join(host, "s1"); !ok)
                        return ok;
                }
                QThread::msleep(2'000); // they announce themselves
            }
            for (int i = 0; i < m_options.lines.size(); ++i) {
                const Place::Line& line = m_options.lines[i];
                const WanFilm& film = line.megabits < fastMegabits ? *slow : *fast;
                place.setLine(line);
                const bool isLossy = line.loss > 0;
                if (isLossy && seeders == 3)
                    continue;
                const QString lost = isLossy ? u", %1 % lost"_s.arg(line.loss * 100) : QString();
                const QString name = u"%1 Mbit/s, %2 ms%3, %4"_s.arg(line.megabits).arg(line.rttMs).arg(lost, seeders == 1 ? u"one seeder"_s : u"three seeders"_s);
                QJsonObject& row = rows[i];
                row[u"megabits"_s] = line.megabits;
                row[u"rtt_ms"_s] = line.rttMs;
                row[u"lost_percent"_s] = line.loss * 100;
                const auto ours = repeat(name + u", paid"_s, [&] { return paid(place, parties, links[&film], 0); });
                if (!ours)
                    return tl::unexpected(ours.error());
                row[seeders == 1 ? u"paid"_s : u"paid_three"_s] = *ours;
                if (seeders == 1) {
                    const auto first = repeat(name + u", first byte paid"_s, [&] { return paid(place, parties, links[&*small], 0); });
                    const auto itsFirst = repeat(name + u", first byte unpaid"_s, [&] { return unpaid(place, *small, false); });
                    const auto one = repeat(name + u", unpaid"_s, [&] { return unpaid(place, film, false); });
                    const auto many = repeat(name + u", unpaid, parallel"_s, [&] { return unpaid(place, film, true); });
                    for (const auto* each : {&first, &itsFirst, &one, &many}) {
                        if (!*each)
                            return tl::unexpected(each->error());
                    }
                    row[u"unpaid"_s] = *one;
                    row[u"unpaid_parallel_whole_ms"_s] = (*many)[u"whole_ms"_s];
                    const double begun = (*one)[u"first_byte_ms"_s].toDouble();
                    row[u"first_byte_paid_ms"_s] = (*first)[u"first_byte_ms"_s];
                    row[u"first_byte_unpaid_ms"_s] = (*itsFirst)[u"first_byte_ms"_s];
                    const double theirs = std::max(rateOf(*one, film, begun), rateOf(*many, film, begun));
                    const double rate = rateOf(*ours, film, (*first)[u"first_byte_ms"_s].toDouble());
                    row[u"paid_megabits"_s] = std::round(rate * 10) / 10;
                    row[u"unpaid_megabits"_s] = std::round(theirs * 10) / 10;
                    row[u"paid_ratio"_s] = ratio(rate, theirs);
                    row[u"paid_ratio_to_sequential"_s] = ratio(rate, rateOf(*one, film, begun));
                    row[u"first_byte_ratio"_s] = ratio((*first)[u"first_byte_ms"_s].toDouble(), (*itsFirst)[u"first_byte_ms"_s].toDouble());
                    if (isLossy) { // chance is as long as the line here
                        worstLossy = std::min(worstLossy, row[u"paid_ratio_to_sequential"_s].toDouble());
                    } else {
                        worstRate = std::min(worstRate, row[u"paid_ratio"_s].toDouble());
                        worstFirstByte = std::max(worstFirstByte, row[u"first_byte_ratio"_s].toDouble());
                    }
                }
                if (!m_options.torrent || isLossy)
                    continue;
                const auto theirs = repeat(name + u", libtorrent"_s, [&] { return torrent(place, film, seeders); });
                if (!theirs)
                    return tl::unexpected(theirs.error());
                const QString suffix = seeders == 1 ? QString() : u"_three"_s;
                row[u"libtorrent"_s + suffix] = *theirs;
                const double first = ratio((*ours)[u"first_mib_ms"_s].toDouble(), (*theirs)[u"first_mib_ms"_s].toDouble());
                const double whole = ratio((*ours)[u"whole_ms"_s].toDouble(), (*theirs)[u"whole_ms"_s].toDouble());
                row[u"first_mib_vs_libtorrent"_s + suffix] = first;
                row[u"whole_vs_libtorrent"_s + suffix] = whole;
                worstFirstMib = std::max(worstFirstMib, first);
                worstWhole = std::max(worstWhole, whole);
            }
        }
        QJsonArray all;
        for (const auto& [number, row] : rows)
            all << row;
        if (worstRate < 1e9) {
            result[u"worst_paid_ratio"_s] = worstRate;
            result[u"worst_first_byte_ratio"_s] = worstFirstByte;
        }
        if (worstLossy < 1e9)
            result[u"lossy_paid_ratio_to_sequential"_s] = worstLossy;
        if (m_options.torrent) {
            result[u"first_mib_vs_libtorrent"_s] = worstFirstMib;
            result[u"whole_vs_libtorrent"_s] = worstWhole;
        }
        result[u"links"_s] = all;
        return {};
    }

    static base::Result<QJsonObject> torrent(const Place& place, const WanFilm& film, int seeders)
    {
        const QString file = film.folder + u"/torrent"_s;
        std::vector<std::unique_ptr<app::ChildProcess>> seeds;
        QStringList addresses;
        for (int i = 1; i <= seeders; ++i) {
            const std::string host = "s" + std::to_string(i);
            auto seed = place.start(host, QCoreApplication::applicationFilePath(), {u"torrent-seed"_s, file, film.folder});
            if (!seed)
                return tl::unexpected(seed.error());
            if (const auto line = (*seed)->readLine(startTime); !line)
                return tl::unexpected(line.error());
            seeds.push_back(std::move(*seed));
            addresses << place.address(host);
        }
        const QTemporaryDir folder;
        auto told = own(place, QStringList{u"torrent-get"_s, file, folder.path()} + addresses);
        for (const auto& seed : seeds)
            seed->kill();
        return told;
    }

    /// A film of 10 Mbit/s from three with 5 Mbit/s each.
    base::Result<QJsonObject> threeSlowOnes(bool killing)
    {
        constexpr int segments = 75;
        constexpr int plays = 839; // ms: 10 Mbit/s
        constexpr int killEvery = 20'000;
        constexpr int backAfter = 5'000;
        const QString folder = m_folder + (killing ? u"/killing"_s : u"/slow"_s);
        Place place(Place::Slow::Seeders, {5, 40}, 3);
        const auto film = makeWanFilm(folder + u"/film"_s, segments, segmentBytes, plays);
        if (!film)
            return tl::unexpected(film.error());
        Parties parties(place, folder);
        if (const auto ok = parties.startTracker(); !ok)
            return tl::unexpected(ok.error());
        const auto link = parties.publish("s1", *film);
        if (!link)
            return tl::unexpected(link.error());
        for (const char* host : {"s2", "s3"}) {
            if (const auto ok = parties.join(host, "s1"); !ok)
                return tl::unexpected(ok.error());
        }
        if (const auto ok = parties.fund("viewer", 2'000'000'000); !ok)
            return tl::unexpected(ok.error());
        QThread::msleep(3'000);
        auto viewer = place.start("viewer", QCoreApplication::applicationFilePath(),
                                  {u"watch"_s, parties.dataFolder(u"viewer"_s), u"wan"_s, parties.tracker(), *link, QString::number(plays)});
        if (!viewer)
            return tl::unexpected(viewer.error());
        base::Result<QByteArray> line = base::fail(base::ErrorCode::Timeout, "the film does not end");
        for (int turn = 0; turn < 15; ++turn) {
            const std::string victim = "s" + std::to_string(turn % 3 + 1);
            line = (*viewer)->readLine(turn == 0 || !killing ? killEvery : killEvery - backAfter);
            if (line || line.error().code != base::ErrorCode::Timeout)
                break;
            if (!killing)
                continue;
            parties.kill(victim);
            line = (*viewer)->readLine(backAfter);
            if (line || line.error().code != base::ErrorCode::Timeout)
                break;
            if (const auto ok = parties.restart(victim); !ok)
                return tl::unexpected(ok.error());
        }
        if (!line)
            return tl::unexpected(line.error());
        tell((killing ? u"three slow seeders, one killed every 20 s: "_s : u"three slow seeders: "_s) + QString::fromUtf8(*line));
        return QJsonDocument::fromJson(*line).object();
    }

    const Options m_options;
    const QString m_folder;
};

std::optional<Options> parse(const QStringList& words)
{
    Options options;
    QString lines = words.contains(u"--stalls"_s) ? QString() : u"20x20,20x80,20x200,100x20,100x80,100x200,20x80x1"_s;
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (words[i] == u"--links"_s && i + 1 < words.size())
            lines = words[++i];
        else if (words[i] == u"--rounds"_s && i + 1 < words.size())
            options.rounds = std::clamp(words[++i].toInt(), 1, 20);
        else if (words[i] == u"--without-torrent"_s)
            options.torrent = false;
        else if (words[i] == u"--without-stalls"_s)
            options.killing.clear();
        else if (words[i] == u"--stalls"_s && i + 1 < words.size()) // alone
            options.killing = {words[++i] == u"killing"_s};
        else
            return std::nullopt;
    }
    static const QRegularExpression pattern(u"^(\\d+)x(\\d+)(?:x(\\d+(?:\\.\\d+)?))?$"_s);
    for (const QString& each : lines.split(u',', Qt::SkipEmptyParts)) {
        const auto match = pattern.match(each);
        if (!match.hasMatch() || match.captured(1).toInt() < 1)
            return std::nullopt;
        options.lines << Place::Line{match.captured(1).toDouble(), match.captured(2).toInt(), match.captured(3).toDouble() / 100};
    }
    return options;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    crypto::initialise();
    const QStringList words = application.arguments().mid(1);
    if (words.value(0) == u"watch"_s)
        return watch(words.mid(1));
    if (words.value(0) == u"torrent-seed"_s)
        return torrentSeed(words.mid(1));
    if (words.value(0) == u"torrent-get"_s)
        return torrentGet(words.mid(1));
    const auto options = parse(words);
    if (!options) {
        std::fprintf(stderr, "bench wan [--links MBITxMS[xLOSS],…] [--rounds N] [--without-torrent] [--without-stalls]\nbench wan --stalls steady|killing\n");
        return 2;
    }
    if (const std::string why = test::Lab::whyNot(); !why.empty()) {
        std::fprintf(stderr, "bench wan: %s\n", why.c_str());
        return 1;
    }
    const QTemporaryDir folder;
    try {
        const auto result = Bench(*options, folder.path()).run();
        if (!result) {
            std::fprintf(stderr, "bench wan: %s\n", result.error().message.c_str());
            return 1;
        }
        std::printf("%s\n", QJsonDocument(*result).toJson(QJsonDocument::Compact).constData());
    } catch (const std::exception& error) { // of the lab
        std::fprintf(stderr, "bench wan: %s\n", error.what());
        return 1;
    }
    return 0;
}
