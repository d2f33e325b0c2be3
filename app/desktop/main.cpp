#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include <malloc.h>

#include <QApplication>
#include <QFileInfo>
#include <QIcon>
#include <QTimer>

#include "app/common/node_options.h"
#include "app/common/unix_signals.h"
#include "app/desktop/mpris.h"
#include "app/desktop/notifier.h"
#include "app/desktop/private_trial.h"
#include "app/desktop/report.h"
#include "app/desktop/single_instance.h"
#include "app/desktop/sleep_inhibitor.h"
#include "p2p/base/log.h"
#include "p2p/control/control_server.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/secret.h"
#include "p2p/node/known_tracker.h"
#include "p2p/wire/amount.h"
#include "player/player.h"
#include "player/video_output.h"
#include "ui/language.h"
#include "ui/main_window.h"

using namespace mutoscope;
using namespace std::chrono_literals;

namespace
{

constexpr auto windowFirst = 300ms; ///< the player's libraries wait for it, unless a film does

int complain(const std::string& sentence)
{
    std::fprintf(stderr, "mutoscope: %s\n", sentence.c_str());
    return 1;
}

/// On one line, as a second start hands them to the first.
QString textOf(const std::vector<ui::FilmLink>& links)
{
    QStringList all;
    for (const ui::FilmLink& each : links)
        all << each.link;
    return all.join(u' ');
}

/// Asked for with --help or --version, which need no display; ends the process then.
void answerWithoutDisplay(int argc, char** argv, QCommandLineParser& parser)
{
    const QCoreApplication application(argc, argv);
    parser.parse(QCoreApplication::arguments());
    if (parser.isSet(QStringLiteral("version")))
        parser.showVersion();
    if (parser.isSet(QStringLiteral("help")) || parser.isSet(QStringLiteral("help-all")))
        parser.showHelp();
}

} // namespace

int main(int argc, char** argv)
{
#ifdef __GLIBC__
    // Pictures of some MiB go from thread to thread. With a heap for each thread what one has freed is of no use to another: a
    // seventh more memory for a film, and no time won (docs/benches.md).
    mallopt(M_ARENA_MAX, 1);
#endif
    // Before any other thread reads the environment.
    const bool hasFilm = std::any_of(argv, argv + argc, [](const std::string_view word) { return word.find("mutoscope:") != std::string_view::npos; });
    hasFilm ? player::Player::warmUp() : player::Player::cleanEnvironment();
    QCoreApplication::setApplicationName(QStringLiteral("mutoscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(MUTOSCOPE_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Mutoscope"));
    QGuiApplication::setDesktopFileName(QStringLiteral("mutoscope"));
    crypto::initialise();
    crypto::forbidDumps();

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Watch paid streams, and earn by seeding them."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("link"), QStringLiteral("mutoscope: links of films to open, one after the other, or files with a list of them"), QStringLiteral("[link…]"));
    const app::NodeOptions options(parser);
    const QCommandLineOption approve(QStringLiteral("approve-up-to"), QStringLiteral("Play without asking where the film costs no more than this."), QStringLiteral("tokens"), QStringLiteral("0"));
    const QCommandLineOption report(QStringLiteral("report"), QStringLiteral("Play the link to its end, write what happened to this file as JSON, and end."), QStringLiteral("file"));
    const QCommandLineOption fast(QStringLiteral("fast"), QStringLiteral("Play as fast as the computer can, without sound."));
    parser.addOptions({approve, report, fast});
    if (std::any_of(argv, argv + argc, [](const std::string_view word) { return word.starts_with("-h") || word.starts_with("--h") || word.starts_with("-v") || word.starts_with("--v"); }))
        answerWithoutDisplay(argc, argv, parser);
    QApplication application(argc, argv);
    parser.process(application);

    const auto approved = wire::parseTokens(parser.value(approve).toStdString());
    if (!approved)
        return complain("--approve-up-to is not an amount of tokens such as 0.5");
    std::vector<ui::FilmLink> links;
    for (const QString& argument : parser.positionalArguments()) {
        auto more = QFileInfo::exists(argument) ? ui::linksInFile(argument) : ui::linksIn(argument);
        if (more.empty())
            return complain("there is no mutoscope: link in " + argument.toStdString());
        std::ranges::move(more, std::back_inserter(links));
    }
    if (parser.isSet(report) && links.size() != 1)
        return complain("--report needs one link");
    ui::applyLanguage(ui::languageIn(QString::fromStdString((options.dataFolder() / "window.ini").string())));
    const QString known = node::knownTracker(options.dataFolder(), links.empty() ? QString() : links.front().link);
    // Without a tracker the window asks for one; nobody is there to be asked for a report.
    auto config = options.config(known, parser.isSet(report) ? app::NodeOptions::Without::IsAnError : app::NodeOptions::Without::IsFine);
    if (!config)
        return complain(config.error().message);
    if (!config->keys.create) { // the window asks before it makes a wallet; nobody is there to be asked for a report
        if (!parser.isSet(QStringLiteral("key-store")))
            config->keys.place = node::KeyPlace::Keychain;
        config->keys.plainFile = true;
        config->keys.create = parser.isSet(report);
    }
    config->listenWhenSeeding = !parser.isSet(report);
    if (!options.tracker().isEmpty()) // one that comes with a film is not chosen for good
        node::rememberTracker(config->dataFolder, config->tracker);

    app::SingleInstance instance(config->dataFolder);
    if (!parser.isSet(report) && instance.handOver(textOf(links)))
        return 0; // the window that is there takes it
    if (!parser.isSet(report)) // nobody else's link belongs into a report
        instance.listen();

    ui::MainWindow::Options windowOptions;
    windowOptions.play.approveUpTo = *approved;
    windowOptions.play.calmStartMs = 150;
    if (parser.isSet(fast))
        windowOptions.play.readAheadMs = 120'000;
    windowOptions.askWhereToStart = !parser.isSet(report); // nobody is there to answer
    windowOptions.settingsFile = QString::fromStdString((config->dataFolder / "window.ini").string());
    windowOptions.firstRun = !parser.isSet(report);
    const QString programs = QCoreApplication::applicationDirPath();
    const auto trial = app::PrivateTrial::isPossible(programs) ? std::make_unique<app::PrivateTrial>(programs) : nullptr;
    windowOptions.trial = trial.get();
    windowOptions.workFolder = QString::fromStdString((config->dataFolder / "work").string());

    app::UnixSignals signals;
    auto output = player::createVideoOutput();
    player::Player player(output.get(), {.audio = true, .fast = parser.isSet(fast), .ready = hasFilm});
    const std::filesystem::path dataFolder = config->dataFolder;
    node::LocalNode node(std::move(*config));
    base::QtExecutor executor;
    control::ControlServer control(node, executor);
    if (const auto serving = control.listen(dataFolder); !serving)
        qCWarning(logNode) << serving.error().message.c_str();
    ui::MainWindow window(node, player, std::move(output), windowOptions);
    QObject::connect(&signals, &app::UnixSignals::terminate, &window, &ui::MainWindow::quit);
    QObject::connect(&node, &node::Node::stopped, &window, &ui::MainWindow::quit, Qt::QueuedConnection); // maybe by another program

    const app::Mpris mpris(window.remote());
    const app::SleepInhibitor inhibitor(window.remote());
    app::Notifier notifier;
    QObject::connect(&window, &ui::MainWindow::notice, &notifier, &app::Notifier::show);
    QObject::connect(&instance, &app::SingleInstance::asked, &window, [&window](const QString& link) {
        window.bringToFront();
        window.openLinks(ui::linksIn(link));
    });

    std::unique_ptr<app::Report> reporter;
    if (parser.isSet(report)) {
        reporter = std::make_unique<app::Report>(node, player, parser.value(report));
        QObject::connect(reporter.get(), &app::Report::done, &window, &ui::MainWindow::quit);
    }
    window.show();
    QTimer::singleShot(windowFirst, &player, &player::Player::makeReady);
    if (reporter)
        reporter->start();
    window.openLinks(links);
    return QApplication::exec();
}
