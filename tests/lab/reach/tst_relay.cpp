#include <condition_variable>
#include <mutex>

#include <QTest>

#include "p2p/net/pinned_client.h"
#include "p2p/net/relay_server.h"
#include "p2p/net/rendezvous.h"
#include "tests/support/lab/homes.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope;
using namespace mutoscope::net;
using namespace mutoscope::test;
using namespace std::chrono_literals;

namespace
{

base::PublicKey bobsKey()
{
    return base::PublicKey::fromRaw(std::string(base::PublicKey::size, 'b'));
}

/// Somebody's node in one of the homes: serves on port 7747, and has its rendezvous.
struct Person {
    Person(const Lab& lab, const std::string& host)
    {
        lab.run(host, [&] {
            server = std::make_unique<testing::TestServer>(ServerLimits(), "::", std::uint16_t{7747});
            rendezvous = std::make_unique<Rendezvous>(
                Rendezvous::Hooks{.registration = [](std::string_view) { return std::string(bobsKey().raw()); },
                                  .accepted = [this](SocketHandle socket,
                                                     const std::string& address, Path) { server->server->adopt(std::move(socket), address); },
                                  .changed =
                                      [this] {
                                          const std::scoped_lock lock(mutex);
                                          changed.notify_all();
                                      }});
            server->server->setReturned(
                [this](const std::string& call, SocketHandle socket) { rendezvous->returned(call, std::move(socket)); });
            client = std::make_unique<PinnedHttpClient>(executor, PinnedClientLimits(), rendezvous.get());
        });
    }
    ~Person()
    {
        server->server->stop(0ms);
        client.reset();
        rendezvous.reset();
    }
    bool waitUntil(const std::function<bool(const Rendezvous::Status&)>& condition)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::milliseconds(testing::bound), [&] { return condition(rendezvous->status()); });
    }

    std::unique_ptr<testing::TestServer> server;
    std::mutex mutex;
    std::condition_variable changed;
    base::QtExecutor executor;
    std::unique_ptr<Rendezvous> rendezvous;
    std::unique_ptr<PinnedHttpClient> client;
};

} // namespace

/// Which way nodes behind routers take to each other: Alice calls Bob, who waits at a relay in the world.
class TestRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }

    void theBestWayIsTaken_data()
    {
        QTest::addColumn<int>("alices");
        QTest::addColumn<int>("bobs");
        QTest::addColumn<bool>("open"); // a port of Alice's router is passed on to her
        QTest::addColumn<QString>("relay");
        QTest::addColumn<int>("path");
        const auto row = [](const char* name, Lab::Nat alices, Lab::Nat bobs, bool open, const char* relay, Path path) {
            QTest::newRow(name) << static_cast<int>(alices) << static_cast<int>(bobs) << open << QString::fromLatin1(relay) << static_cast<int>(path);
        };
        using Nat = Lab::Nat;
        row("Alice is reachable", Nat::PortPreserving, Nat::Symmetric, true, "198.51.100.1", Path::Returned);
        row("both routers keep ports", Nat::PortPreserving, Nat::PortPreserving, false, "198.51.100.1", Path::Punched);
        row("Alice's router does not", Nat::Symmetric, Nat::PortPreserving, false, "198.51.100.1", Path::Relayed);
        row("neither does", Nat::Symmetric, Nat::Symmetric, false, "198.51.100.1", Path::Relayed);
        row("firewalls of IPv6", Nat::PortPreserving, Nat::PortPreserving, false, "2001:db8::1", Path::Punched);
    }

    void theBestWayIsTaken()
    {
        QFETCH(int, alices);
        QFETCH(int, bobs);
        QFETCH(bool, open);
        QFETCH(QString, relay);
        QFETCH(int, path);
        Homes homes(static_cast<Lab::Nat>(alices), static_cast<Lab::Nat>(bobs));
        std::unique_ptr<RelayServer> relayServer;
        homes.lab.run("world", [&] {
            auto started = RelayServer::start("::", 7481, [](std::string_view message, std::string_view) -> base::Result<base::PublicKey> {
                return base::PublicKey::fromRaw(message);
            });
            relayServer = started ? std::move(*started) : nullptr;
        });
        QVERIFY(relayServer);
        Person alice(homes.lab, "alice");
        Person bob(homes.lab, "bob");
        if (open) {
            homes.lab.forwardPort("router-a", "net", 7747, "192.168.10.2");
            alice.rendezvous->setReturnPort(7747);
        }
        bob.rendezvous->waitAt(relay.toStdString(), 7481);
        QVERIFY(bob.waitUntil([](const auto& status) { return status.waiting; }));

        const auto get = [&](const std::string& target) {
            std::optional<base::Result<HttpResponse>> result;
            const Endpoint endpoint{relay.toStdString(), 7481, bob.server->identity.fingerprint(), bobsKey()};
            alice.client->send(endpoint, {.target = target, .body = {}, .peer = {}}, {.timeout = 30s, .maxBody = 64 << 20},
                               [&](base::Result<HttpResponse> given) { result = std::move(given); });
            [&] { QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 40'000); }();
            return result && *result ? (*result)->body : nullptr;
        };
        const Body answer = get("/size/1000000");
        QVERIFY(answer && *answer == testing::pattern(1'000'000));
        const auto called = alice.rendezvous->status().called;
        std::array<std::uint64_t, 3> expected{};
        expected[static_cast<std::size_t>(path)] = 1;
        QCOMPARE(called, expected);
        QCOMPARE(relayServer->counters().copiedBytes > 0, path == static_cast<int>(Path::Relayed));
    }
};

QTEST_GUILESS_MAIN(TestRelay)
#include "tst_relay.moc"
