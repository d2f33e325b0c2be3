// From starting the program until its window takes input, and what it costs while nobody touches it, beside VLC's.
#include <algorithm>
#include <array>
#include <cstdio>
#include <thread>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include "tests/bench/players/match.h"
#include "tests/bench/players/windows.h"

using namespace mutoscope;
using namespace mutoscope::bench;

namespace
{

using namespace std::chrono_literals;

constexpr auto limit = 20s;
constexpr auto rest = 5s;      ///< until it is called idle
constexpr auto idleTime = 10s;

std::int64_t voluntarySwitches(qint64 pid)
{
    std::int64_t sum = 0;
    for (const QString& task : QDir(QStringLiteral("/proc/%1/task").arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(QStringLiteral("/proc/%1/task/%2/status").arg(pid).arg(task));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (line.startsWith("voluntary_ctxt_switches:"))
                sum += line.mid(24).trimmed().toLongLong();
    }
    return sum;
}

base::Result<Sample> once(const Arena& arena, const Windows& windows, QProcess& process, bool idle)
{
    const std::vector<std::uint32_t> before = windows.managed();
    (void)windows.isAnswered();
    const auto began = std::chrono::steady_clock::now();
    process.start(QIODevice::ReadOnly);
    std::uint32_t pinged = 0;
    const auto isUsable = [&] {
        for (const std::uint32_t window : windows.managed()) {
            if (window != pinged && std::ranges::find(before, window) == before.end()) {
                windows.ping(window);
                pinged = window;
            }
        }
        return windows.isAnswered();
    };
    if (!timeUntil(isUsable, limit))
        return base::fail(base::ErrorCode::Timeout, "no window answers");
    Sample sample{{QStringLiteral("usable_ms"), std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count()}};
    if (idle) {
        std::this_thread::sleep_for(rest);
        const qint64 pid = process.processId();
        const double cpu = cpuSeconds(pid) + cpuSeconds(arena.screen().pid());
        const std::int64_t switches = voluntarySwitches(pid);
        std::this_thread::sleep_for(idleTime);
        constexpr auto seconds = static_cast<double>(idleTime.count());
        sample[QStringLiteral("idle_cpu_percent")] = 100 * (cpuSeconds(pid) + cpuSeconds(arena.screen().pid()) - cpu) / seconds;
        sample[QStringLiteral("idle_wakeups_per_second")] = static_cast<double>(voluntarySwitches(pid) - switches) / seconds;
        sample[QStringLiteral("idle_memory_mib")] = static_cast<double>(memoryOf(pid)) / 1024;
    }
    return sample;
}

base::Result<QJsonObject> run(int rounds)
{
    const QSize size(1280, 720);
    const auto film = makeFilm(QCoreApplication::applicationDirPath() + QStringLiteral("/../films"), size, 20, 1'000);
    if (!film)
        return tl::unexpected(film.error());
    const auto arena = Arena::make(*film, size);
    if (!arena)
        return tl::unexpected(arena.error());
    const auto windows = Windows::connect((*arena)->screen().display());
    if (!windows)
        return tl::unexpected(windows.error());
    std::map<QString, std::map<QString, std::vector<double>>> samples; // value, program
    const std::array names{QStringLiteral("mutoscope"), QStringLiteral("vlc")};
    for (int round = -1; round < rounds; ++round) { // the first one fills the caches, and isn't counted
        for (std::size_t i = 0; i < names.size(); ++i) {
            const QString& name = names[(i + static_cast<std::size_t>(round + 1)) % names.size()];
            QProcess process;
            if (const auto ok = (*arena)->prepareWindow(name, process); !ok)
                return tl::unexpected(ok.error());
            const auto sample = once(**arena, **windows, process, round >= 0);
            end(process);
            if (!sample)
                return base::fail(sample.error().code, name.toStdString() + ": " + sample.error().message);
            if (round < 0)
                continue;
            std::fprintf(stderr, "round %d, %-9s", round + 1, name.toUtf8().constData());
            for (const auto& [value, number] : *sample) {
                samples[value][name].push_back(number);
                std::fprintf(stderr, "  %s %.1f", value.toUtf8().constData(), number);
            }
            std::fputc('\n', stderr);
        }
    }
    QJsonObject result{{QStringLiteral("rounds"), rounds}};
    for (const auto& [value, programs] : samples)
        result.insert(value, summary(programs));
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const qsizetype at = arguments.indexOf(QStringLiteral("--rounds"));
    auto result = run(at >= 0 ? std::max(1, arguments.value(at + 1).toInt()) : 7);
    if (!result) {
        std::fprintf(stderr, "bench app: %s\n", result.error().message.c_str());
        return 1;
    }
    result->insert(QStringLiteral("bench"), QStringLiteral("app"));
    result->insert(QStringLiteral("method"),
                   QStringLiteral("From starting the program until its window, managed by openbox, answers _NET_WM_PING: from where it takes keys and clicks. Files "
                                  "are in the page cache. 5 s later, over 10 s: processor of program and X server, voluntary context switches, proportional set "
                                  "size. VLC with its Qt window."));
    std::printf("%s\n", QJsonDocument(*result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
