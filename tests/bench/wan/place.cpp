#include "tests/bench/wan/place.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>

#include <QDir>
#include <QFile>

namespace mutoscope::bench
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr double leastQueue = 64 * 1024;

test::LinkSpec specOf(const Place::Line& line)
{
    test::LinkSpec spec;
    spec.bitsPerSecond = line.megabits * 1e6;
    spec.delay = std::chrono::microseconds(line.rttMs * 500);
    spec.loss = line.loss;
    // As much as the line holds itself: what is commonly asked of routers, so that one connection can fill it.
    spec.queueBytes = static_cast<std::size_t>(std::max(leastQueue, line.megabits * 1e6 / 8 * line.rttMs / 1000));
    return spec;
}

/// Else a connection begins with what an earlier one has learnt.
void forgetConnections(const test::Lab& lab, const std::string& host)
{
    lab.run(host, [] {
        std::ofstream file("/proc/sys/net/ipv4/tcp_no_metrics_save");
        file << "1\n";
        if (!file.flush())
            throw std::runtime_error("tcp_no_metrics_save can't be set");
    });
}

/// With cubic by the route, as a kernel may let only its first namespace choose another one than its own.
void setWayOut(const test::Lab& lab, const std::string& host, const std::string& way)
{
    lab.ip(host, "route replace default " + way + " congctl cubic");
    forgetConnections(lab, host);
}

bool write(const QString& file, const QByteArray& bytes)
{
    QFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
}

} // namespace

base::Result<WanFilm> makeWanFilm(const QString& folder, int segments, int segmentBytes, int segmentMs)
{
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Io, "the film's folder can't be made");
    std::mt19937_64 random(static_cast<std::uint64_t>(segments) << 32U | static_cast<std::uint64_t>(segmentBytes));
    const auto noise = [&random](int size) {
        QByteArray bytes(size, Qt::Uninitialized);
        for (qsizetype i = 0; i + 8 <= bytes.size(); i += 8) {
            const std::uint64_t word = random();
            std::memcpy(bytes.data() + i, &word, 8);
        }
        return bytes;
    };
    QFile whole(folder + QStringLiteral("/film.bin"));
    bool ok = whole.open(QIODevice::WriteOnly);
    QByteArray playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:" + QByteArray::number((segmentMs + 999) / 1000) +
                          "\n#EXT-X-PLAYLIST-TYPE:VOD\n";
    for (int i = 0; i < segments && ok; ++i) {
        const QByteArray bytes = noise(segmentBytes);
        ok = write(folder + QStringLiteral("/s%1.ts").arg(i), bytes) && whole.write(bytes) == bytes.size();
        playlist += "#EXTINF:" + QByteArray::number(segmentMs / 1000.0, 'f', 3) + ",\ns" + QByteArray::number(i) + ".ts\n";
    }
    ok = ok && write(folder + QStringLiteral("/index.m3u8"), playlist + "#EXT-X-ENDLIST\n");
    if (!ok)
        return fail(ErrorCode::Io, "the film can't be written");
    return WanFilm{folder, segments, segmentBytes, segmentMs};
}

Place::Place(Slow slow, const Line& line, int seeders) : m_slow(slow)
{
    m_lab.addNetwork("net");
    for (const char* host : {"exchange", "tracker", "viewer"})
        m_lab.addHost(host);
    m_lab.attach("exchange", "net", {"10.2.0.1/24"});
    m_lab.makeRouter("exchange", "net", test::Lab::Nat::None);
    m_lab.attach("tracker", "net", {"10.2.0.2/24"});
    setWayOut(m_lab, "tracker", "via 10.2.0.1");
    if (slow == Slow::Seeders) {
        m_lab.attach("viewer", "net", {"10.2.0.3/24"});
        setWayOut(m_lab, "viewer", "via 10.2.0.1");
    }
    for (int i = 1; i <= seeders; ++i) {
        const std::string host = "s" + std::to_string(i);
        m_lab.addHost(host);
        if (slow == Slow::Viewer) {
            m_lab.attach(host, "net", {"10.2.0.1" + std::to_string(i) + "/24"});
            setWayOut(m_lab, host, "via 10.2.0.1");
        } else {
            attachBehindLine(host, "10.3." + std::to_string(i), "line" + std::to_string(i), line);
        }
    }
    if (slow == Slow::Viewer)
        setLine(line);
}

void Place::attachBehindLine(const std::string& host, const std::string& net, const std::string& name, const Line& line)
{
    m_lines.push_back(std::make_unique<test::LinkEmulator>(m_lab, name, test::LinkEmulator::End{host, net + ".2"},
                                                           test::LinkEmulator::End{"exchange", net + ".1"}, specOf(line)));
    setWayOut(m_lab, host, "dev " + name);
}

void Place::setLine(const Line& line)
{
    m_lines.clear();
    attachBehindLine("viewer", "10.1.0", "line", line);
}

QString Place::address(const std::string& host) const
{
    if (host == "tracker")
        return QStringLiteral("10.2.0.2");
    const QString number = QString::fromStdString(host.substr(1));
    return m_slow == Slow::Viewer ? QStringLiteral("10.2.0.1") + number : QStringLiteral("10.3.%1.2").arg(number);
}

QStringList Place::words(const std::string& host, const QString& program, const QStringList& arguments) const
{
    QStringList all;
    for (const std::string& word : m_lab.prefix(host))
        all << QString::fromStdString(word);
    return all + QStringList{program} + arguments;
}

base::Result<std::unique_ptr<app::ChildProcess>> Place::start(const std::string& host, const QString& program, const QStringList& arguments) const
{
    auto process = std::make_unique<app::ChildProcess>();
    QStringList all = words(host, program, arguments);
    const QString first = all.takeFirst();
    if (const auto started = process->start(first, all); !started)
        return tl::unexpected(started.error());
    return process;
}

base::Result<QByteArray> Place::run(const std::string& host, const QString& program, const QStringList& arguments, int timeoutMs) const
{
    QStringList all = words(host, program, arguments);
    const QString first = all.takeFirst();
    return app::runToEnd(first, all, timeoutMs);
}

} // namespace mutoscope::bench
