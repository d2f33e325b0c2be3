#include "app/common/unix_signals.h"

#include <array>
#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

namespace mutoscope::app
{

namespace
{

// A handler may only write to a descriptor; the event loop reads the other end.
std::array<int, 2> pair{-1, -1};

int makePair()
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0)
        qFatal("cannot make a socket pair for signals");
    return pair[1];
}

void handle(int)
{
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = ::write(pair[0], &byte, 1);
}

void install(void (*handler)(int))
{
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

} // namespace

UnixSignals::UnixSignals(QObject* parent) : QObject(parent), m_notifier(makePair(), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(pair[1], &byte, 1) > 0) {
        }
        Q_EMIT terminate();
    });
    install(&handle);
}

UnixSignals::~UnixSignals()
{
    install(SIG_DFL);
    ::close(pair[0]);
    ::close(pair[1]);
}

} // namespace mutoscope::app
