#include <thread>

#include <QTest>

#include "tests/support/lab/homes.h"
#include "tests/support/lab/sockets.h"

using namespace mutoscope::test;
using namespace std::chrono_literals;

/// What the lab's routers do to connections: the ground that tests of reaching others stand on.
class TestRouters : public QObject
{
    Q_OBJECT

    /// The address from which a connection of `host` seems to come, for one who listens at `to`.
    static Address seenAs(const Homes& homes, const std::string& host, const Address& to, const Address& from)
    {
        Address seen;
        homes.lab.run("world", [&] {
            const Socket listening = Socket::listen(to);
            std::thread caller([&] {
                homes.lab.run(host, [&] {
                    const Socket socket = Socket::connect(to, 5s, from);
                    socket.receive(1);
                });
            });
            {
                const Socket accepted = listening.accept(5s);
                if (accepted.isOpen())
                    seen = accepted.peer();
            }
            caller.join();
        });
        return seen;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }

    void aPortPreservingRouterShowsTheSamePortToEverybody()
    {
        const Homes homes(Lab::Nat::PortPreserving, Lab::Nat::PortPreserving);
        const Address from{"192.168.10.2", 40'001};
        QCOMPARE(seenAs(homes, "alice", {"198.51.100.1", 7001}, from), (Address{"198.51.100.10", 40'001}));
        QCOMPARE(seenAs(homes, "alice", {"198.51.100.2", 7002}, from), (Address{"198.51.100.10", 40'001}));
    }

    void aSymmetricRouterShowsAnotherPortToEach()
    {
        const Homes homes(Lab::Nat::Symmetric, Lab::Nat::Symmetric);
        const Address from{"192.168.10.2", 40'001};
        const Address first = seenAs(homes, "alice", {"198.51.100.1", 7001}, from);
        const Address second = seenAs(homes, "alice", {"198.51.100.2", 7002}, from);
        QCOMPARE(first.host, std::string("198.51.100.10"));
        QCOMPARE(second.host, std::string("198.51.100.10"));
        QVERIFY(first.port != second.port);
    }

    void nobodyComesInUnasked()
    {
        const Homes homes(Lab::Nat::PortPreserving, Lab::Nat::None);
        Socket listening;
        homes.lab.run("alice", [&] { listening = Socket::listen({"192.168.10.2", 7003}); });
        homes.lab.run("world", [&] {
            QVERIFY(!Socket::connect({"198.51.100.10", 7003}, 300ms).isOpen());
            QVERIFY(!Socket::connect({"2001:db8:10::2", 7003}, 300ms).isOpen());
        });
    }

    void withoutANatEverybodyIsReached()
    {
        const Homes homes(Lab::Nat::PortPreserving, Lab::Nat::None);
        Socket four;
        Socket six;
        homes.lab.run("bob", [&] {
            four = Socket::listen({"192.168.20.2", 7003});
            six = Socket::listen({"2001:db8:20::2", 7003});
        });
        homes.lab.run("alice", [&] {
            QVERIFY(Socket::connect({"192.168.20.2", 7003}, 5s).isOpen());
            QVERIFY(Socket::connect({"2001:db8:20::2", 7003}, 5s).isOpen());
        });
    }

    /// Both sides connect at the same time from ports that the other knows.
    void simultaneousOpenPassesOnlyPortPreservingRouters_data()
    {
        QTest::addColumn<int>("nat");
        QTest::addColumn<bool>("passes");
        QTest::newRow("port preserving") << static_cast<int>(Lab::Nat::PortPreserving) << true;
        QTest::newRow("symmetric") << static_cast<int>(Lab::Nat::Symmetric) << false;
    }

    void simultaneousOpenPassesOnlyPortPreservingRouters()
    {
        QFETCH(int, nat);
        QFETCH(bool, passes);
        const Homes homes(static_cast<Lab::Nat>(nat), static_cast<Lab::Nat>(nat));
        Socket alice;
        Socket bob;
        std::thread thread([&] {
            homes.lab.run("alice", [&] { alice = Socket::connect({"198.51.100.20", 40'002}, 3s, {"192.168.10.2", 40'001}); });
        });
        homes.lab.run("bob", [&] { bob = Socket::connect({"198.51.100.10", 40'001}, 3s, {"192.168.20.2", 40'002}); });
        thread.join();
        QCOMPARE(alice.isOpen(), passes);
        QCOMPARE(bob.isOpen(), passes);
    }
};

QTEST_GUILESS_MAIN(TestRouters)
#include "tst_routers.moc"
