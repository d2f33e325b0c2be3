// What the program costs whoever has lived with it for a year, with 1,000 films on the shelf and 10,000 lines in the wallet: from its start
// until its window takes input, while nobody touches it, and when its pages are turned to. Beside VLC, qBittorrent and Electrum.
#include <algorithm>
#include <cstdio>
#include <thread>

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include "tests/bench/app/full_house.h"
#include "tests/bench/app/programs.h"
#include "tests/bench/players/match.h"
#include "tests/bench/players/windows.h"

using namespace mutoscope;
using namespace mutoscope::bench;

namespace
{

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto limit = 30s;
constexpr auto rest = 5s; ///< until it is called idle
constexpr auto idleTime = 10s;
constexpr auto stillTime = 400ms; ///< nothing moves on the screen for so long: a page is complete

struct Page {
    const char* name;
    char key; ///< with Control
};
constexpr Page home{"home", '1'};
constexpr Page pages[]{{"library", '2'}, {"seeding", '4'}, {"wallet", '5'}, {"settings", '6'}};

double milliseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

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

/// The first window of the program that answers.
base::Result<std::uint32_t> start(const Windows& windows, QProcess& process, Sample& sample)
{
    const std::vector<std::uint32_t> before = windows.managed();
    (void)windows.isAnswered();
    const auto began = Clock::now();
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
    sample[QStringLiteral("usable_ms")] = milliseconds(Clock::now() - began);
    return pinged;
}

void idle(const Screen& screen, qint64 pid, Sample& sample)
{
    std::this_thread::sleep_for(rest);
    const double cpu = cpuSeconds(pid) + cpuSeconds(screen.pid());
    const std::int64_t switches = voluntarySwitches(pid);
    std::this_thread::sleep_for(idleTime);
    constexpr auto seconds = static_cast<double>(idleTime.count());
    sample[QStringLiteral("idle_cpu_percent")] = 100 * (cpuSeconds(pid) + cpuSeconds(screen.pid()) - cpu) / seconds;
    sample[QStringLiteral("idle_wakeups_per_second")] = static_cast<double>(voluntarySwitches(pid) - switches) / seconds;
    sample[QStringLiteral("idle_memory_mib")] = static_cast<double>(memoryOf(pid)) / 1024;
}

/// From the key until the last change of what is on the screen; after it, nothing moves for a while.
base::Result<double> turnTo(const Screen& screen, const Windows& windows, std::uint32_t window, const Page& page)
{
    std::vector<unsigned char> shown;
    (void)screen.hasChanged(shown);
    const auto pressed = Clock::now();
    auto changed = pressed;
    windows.pressWithControl(window, static_cast<std::uint32_t>(page.key));
    const auto isStill = [&] {
        if (screen.hasChanged(shown))
            changed = Clock::now();
        return Clock::now() - changed > stillTime;
    };
    if (!timeUntil(isStill, limit))
        return base::fail(base::ErrorCode::Timeout, std::string("the page ") + page.name + " does not come to rest");
    if (changed == pressed)
        return base::fail(base::ErrorCode::Timeout, std::string("the page ") + page.name + " does not come");
    return milliseconds(changed - pressed);
}

base::Result<void> turnPages(const Arena& arena, const Programs& programs, const Windows& windows, std::uint32_t window, Sample& sample)
{
    const auto measure = [&](const Page& page, const QString& name) -> base::Result<void> {
        const auto time = turnTo(arena.screen(), windows, window, page);
        if (!time)
            return tl::unexpected(time.error());
        sample[name] = *time;
        return {};
    };
    for (const char* turn : {"first_", ""}) {
        if (*turn == '\0') {
            const auto all = programs.fetchWholeHistory();
            if (!all)
                return tl::unexpected(all.error());
            sample[QStringLiteral("history_entries")] = *all;
        }
        for (const Page& page : pages) {
            if (const auto ok = measure(page, QStringLiteral("page_%1_%2ms").arg(QLatin1String(page.name), QLatin1String(turn))); !ok)
                return ok;
        }
        if (const auto ok = measure(home, QStringLiteral("page_home_ms")); !ok)
            return ok;
    }
    return {};
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
    const auto programs = Programs::make(**arena);
    if (!programs)
        return tl::unexpected(programs.error());
    std::map<QString, std::map<QString, std::vector<double>>> samples; // value, program
    const QStringList names = Programs::names();
    for (int round = -1; round < rounds; ++round) { // the first one fills the caches, and isn't counted
        for (int i = 0; i < names.size(); ++i) {
            const QString& name = names[(i + round + 1) % names.size()];
            const bool counts = round >= 0;
            QProcess process;
            if (const auto ok = (*programs)->prepare(name, process); !ok)
                return tl::unexpected(ok.error());
            Sample sample;
            const auto window = start(**windows, process, sample);
            base::Result<void> turned;
            if (window && counts) {
                idle((*arena)->screen(), process.processId(), sample);
                if (name == u"mutoscope")
                    turned = turnPages(**arena, **programs, **windows, *window, sample);
            }
            if (!window || !turned)
                (*arena)->screen().save(QDir::tempPath() + QStringLiteral("/mutoscope-bench-app.png"));
            end(process);
            if (!window || !turned)
                return base::fail(base::ErrorCode::Unavailable, name.toStdString() + ": " + (window ? turned : tl::unexpected(window.error())).error().message);
            if (!counts)
                continue;
            std::fprintf(stderr, "round %d, %-11s", round + 1, name.toUtf8().constData());
            for (const auto& [value, number] : sample) {
                samples[value][name].push_back(number);
                std::fprintf(stderr, "  %s %.1f", value.toUtf8().constData(), number);
            }
            std::fputc('\n', stderr);
        }
    }
    QJsonObject result{{QStringLiteral("rounds"), rounds}, {QStringLiteral("programs"), QJsonArray::fromStringList(names)}};
    double worst = 0;
    for (const auto& [value, byProgram] : samples) {
        result.insert(value, summary(byProgram));
        if (value.startsWith(u"page_"))
            worst = std::max(worst, result.value(value).toObject().value(QStringLiteral("mutoscope")).toDouble());
    }
    result.insert(QStringLiteral("worst_page_ms"), worst);
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen"); // it only draws posters
    QGuiApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (const qsizetype furnished = arguments.indexOf(QStringLiteral("--furnish")); furnished >= 0) {
        app::PrivateNetwork network(QCoreApplication::applicationDirPath(), arguments.value(furnished + 1));
        base::Result<void> made = network.startTracker();
        network.stopTracker();
        if (made)
            made = furnish(network, QStringLiteral("person"), {});
        std::fprintf(stderr, "%s\n", made ? "in it are tracker.conf, and person, a data folder" : made.error().message.c_str());
        return made ? 0 : 1;
    }
    const qsizetype at = arguments.indexOf(QStringLiteral("--rounds"));
    auto result = run(at >= 0 ? std::max(1, arguments.value(at + 1).toInt()) : 5);
    if (!result) {
        std::fprintf(stderr, "bench app: %s\n", result.error().message.c_str());
        return 1;
    }
    result->insert(QStringLiteral("bench"), QStringLiteral("app"));
    result->insert(QStringLiteral("method"),
                   QStringLiteral("Ours with 1,000 films in the library and 10,000 rows of history at a real tracker. usable_ms: from starting the program until its window, "
                                  "managed by openbox, answers _NET_WM_PING: from where it takes keys and clicks; files are in the page cache. idle_…: 5 s later, over 10 s: "
                                  "processor of program and X server, voluntary context switches, proportional set size. page_…: from the key until the last change on the "
                                  "screen, the first time and again, then with all of the history here."));
    std::printf("%s\n", QJsonDocument(*result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
