#include "app/tracker/serve.h"

#include <csignal>
#include <cstdio>
#include <functional>

#include <QCoreApplication>
#include <QSocketNotifier>

#include <sys/signalfd.h>
#include <unistd.h>

#include "app/tracker/place.h"
#include "p2p/base/executor.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/ledger/group_committer.h"
#include "p2p/net/endpoint.h"
#include "p2p/net/https_server.h"
#include "p2p/net/tls_identity.h"
#include "p2p/tracker/service.h"

namespace mutoscope::app
{

namespace
{

using namespace std::chrono_literals;

constexpr auto tickInterval = 1s;

int failed(const base::Error& error)
{
    std::fprintf(stderr, "mutoscope-tracker: %s\n", error.message.c_str());
    return 1;
}

} // namespace

int serve(const tracker::Settings& settings, const std::optional<std::string>& linkFile)
{
    const auto lock = ServingLock::take(settings.data);
    if (!lock)
        return failed(lock.error());
    const auto place = openPlace(settings, Missing::Create);
    if (!place)
        return failed(place.error());
    const auto identity = net::TlsIdentity::loadOrCreate(settings.data);
    if (!identity)
        return failed(identity.error());
    const crypto::NodeKey& key = *(*place)->key;

    // Destroyed in the opposite order: first nobody asks any more, then what was asked is committed.
    ledger::GroupCommitter committer(*(*place)->ledger);
    tracker::Service service({.network = settings.network, .name = settings.name, .tlsPin = identity->fingerprint()}, key,
                             committer, (*place)->clock);
    const auto server = net::HttpsServer::start(settings.listenHost, settings.listenPort, *identity, service);
    if (!server)
        return failed(server.error());

    const std::string link = net::toString(
        net::TrackerLink{{settings.linkHost, (*server)->port(), identity->fingerprint()}, key.publicKey()});
    if (linkFile) {
        if (const auto written = base::writeFileDurably(*linkFile, link + "\n"); !written)
            return failed(written.error());
    }
    std::printf("%s\n", link.c_str());
    std::fflush(stdout);

    base::QtExecutor executor;
    const std::function<void()> tick = [&] {
        service.tick();
        executor.after(tickInterval, tick);
    };
    tick();

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const int fd = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    QSocketNotifier notifier(fd, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [&] {
        notifier.setEnabled(false);
        QCoreApplication::quit();
    });
    const int status = QCoreApplication::exec();
    ::close(fd);

    qCInfo(logTracker, "stopping");
    (*server)->stop(2s);
    committer.stop();
    return status;
}

} // namespace mutoscope::app
