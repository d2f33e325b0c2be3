#include <thread>

#include <QTest>

#include "tests/support/lab/sockets.h"
#include "tests/support/lab/link_emulator.h"

using namespace mutoscope::test;
using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

/// Real packets over emulated lines. A busy machine makes lines longer and slower, so that only what can't be too fast is
/// compared with figures, and the rest with each other.
class TestEmulator : public QObject
{
    Q_OBJECT

    static Seconds since(std::chrono::steady_clock::time_point begin) { return std::chrono::steady_clock::now() - begin; }

    /// How long so many bytes take from one host to the other; none where they didn't all come.
    static std::optional<Seconds> transfer(const LinkSpec& spec, std::size_t bytes, const std::string& one, const std::string& other)
    {
        Lab lab;
        lab.addHost("one");
        lab.addHost("other");
        LinkEmulator line(lab, "line", {"one", one}, {"other", other}, spec);
        Socket listening;
        lab.run("other", [&] { listening = Socket::listen({other, 0}); });
        std::thread sender([&] {
            lab.run("one", [&] {
                const Socket socket = Socket::connect(listening.local(), 10s);
                if (socket.isOpen())
                    socket.send(bytes);
            });
        });
        const Socket socket = listening.accept(10s);
        const auto begin = std::chrono::steady_clock::now();
        const std::size_t came = socket.isOpen() ? socket.receive(bytes) : 0;
        const Seconds took = since(begin);
        sender.join();
        return came == bytes ? std::optional(took) : std::nullopt;
    }

    static Seconds shortestConnect(std::chrono::milliseconds delay)
    {
        Lab lab;
        lab.addHost("one");
        lab.addHost("other");
        LinkEmulator line(lab, "line", {"one", "10.9.0.1"}, {"other", "10.9.0.2"}, {.bitsPerSecond = 1e9, .delay = delay});
        Socket listening;
        lab.run("other", [&] { listening = Socket::listen({"10.9.0.2", 0}); });
        Seconds shortest = 100s;
        lab.run("one", [&] {
            for (int i = 0; i < 5; ++i) {
                const auto begin = std::chrono::steady_clock::now();
                if (Socket::connect(listening.local(), 10s).isOpen())
                    shortest = std::min(shortest, since(begin));
            }
        });
        return shortest;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }

    void theDelayIsAsAsked()
    {
        const Seconds near = shortestConnect(20ms);
        const Seconds far = shortestConnect(80ms);
        QVERIFY2(near >= 40ms && far >= 160ms, "faster than the line");
        const double ratio = far / near;
        QVERIFY2(ratio > 2.8 && ratio < 4.2, qPrintable(QString::number(ratio)));
    }

    void theRateIsAsAsked_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::newRow("IPv4") << "10.9.0.1" << "10.9.0.2";
        QTest::newRow("IPv6") << "fd00:9::1" << "fd00:9::2";
    }

    void theRateIsAsAsked()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        constexpr std::size_t bytes = 1'000'000;
        const auto slow = transfer({.bitsPerSecond = 8e6, .delay = 2ms}, bytes, one.toStdString(), other.toStdString());
        const auto fast = transfer({.bitsPerSecond = 32e6, .delay = 2ms}, bytes, one.toStdString(), other.toStdString());
        QVERIFY(slow && fast);
        QVERIFY2(*slow > 950ms && *fast > 230ms, "faster than the line");
        const double ratio = *slow / *fast;
        QVERIFY2(ratio > 2.8 && ratio < 5, qPrintable(QString::number(ratio)));
    }

    void lossAndAFullQueueAreSurvived()
    {
        QVERIFY(transfer({.bitsPerSecond = 20e6, .delay = 1ms, .loss = 0.01}, 300'000, "10.9.0.1", "10.9.0.2"));
        QVERIFY(transfer({.bitsPerSecond = 20e6, .delay = 1ms, .queueBytes = 8'000}, 300'000, "10.9.0.1", "10.9.0.2"));
    }
};

QTEST_GUILESS_MAIN(TestEmulator)
#include "tst_emulator.moc"
