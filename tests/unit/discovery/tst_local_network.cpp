#include <random>

#include <QTest>

#include "p2p/discovery/local_network.h"
#include "p2p/net/endpoint.h"
#include "tests/support/virtual_time.h"

using namespace mutoscope;
using namespace mutoscope::discovery;
using namespace std::chrono_literals;

namespace
{

using Interface = MulticastPort::Interface;
using Datagram = MulticastPort::Datagram;

/// Networks with what was sent to them; every port on one hears it, the sender's too.
struct Air {
    struct Port;
    test::VirtualTime time;
    std::vector<Port*> ports;
    std::vector<std::pair<std::string, dns::Message>> sent; ///< by whom
    std::function<bool(const dns::Message&)> loses = [](const auto&) { return false; };

    [[nodiscard]] int count(const std::string& who, bool responses) const
    {
        return static_cast<int>(std::ranges::count_if(sent, [&](const auto& each) { return each.first == who && each.second.isResponse == responses; }));
    }
};

struct Air::Port final : MulticastPort {
    Port(Air& where, std::string called, std::vector<Interface> has) : air(where), name(std::move(called)), all(std::move(has))
    {
        air.ports.push_back(this);
    }
    ~Port() override { std::erase(air.ports, this); }
    [[nodiscard]] const std::vector<Interface>& interfaces() const override { return all; }
    void send(int interface, const std::string& bytes) override
    {
        const auto message = dns::read(bytes);
        if (!message)
            qFatal("what was sent can't be read");
        air.sent.emplace_back(name, *message);
        if (air.loses(*message))
            return;
        for (Port* port : air.ports)
            air.time.post([this, port, interface, bytes] {
                if (std::ranges::find(air.ports, port) != air.ports.end() && port->received && port->has(interface))
                    port->received({interface, 5353, bytes});
            });
    }
    [[nodiscard]] bool has(int interface) const { return std::ranges::find(all, interface, &Interface::index) != all.end(); }
    void onReceived(std::function<void(const Datagram&)> what) override { received = std::move(what); }
    void onChange(std::function<void()> what) override { changed = std::move(what); }

    Air& air;
    std::string name;
    std::vector<Interface> all;
    std::function<void(const Datagram&)> received;
    std::function<void()> changed;
};

struct Chance final : crypto::Random {
    std::mt19937 engine{1};
    void fill(std::span<std::uint8_t> bytes) override
    {
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(engine());
    }
};

struct Host {
    Chance chance;
    Air::Port port;
    std::optional<LocalNetwork> network;
    std::vector<std::string> found;
    bool ended = false;

    Host(Air& air, const std::string& name, std::vector<Interface> interfaces)
        : port(air, name, std::move(interfaces)), network(std::in_place, LocalNetwork::Parts{air.time, air.time, chance, port, name})
    {
    }
    void find(const base::ContentId& film)
    {
        found.clear();
        ended = false;
        network->find(film, [this](const net::Endpoint& at) { found.push_back(net::hostAndPort(at)); }, [this] { ended = true; });
    }
};

base::ContentId film(char id)
{
    return base::ContentId::fromRaw(std::string(32, id));
}

std::vector<std::string> sorted(std::vector<std::string> all)
{
    std::ranges::sort(all);
    return all;
}

using Found = std::vector<std::string>;

} // namespace

class TestLocalNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyHoldersAnswer()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2", "fd00::2"}}});
        Host b(air, "b", {{1, {"192.168.1.3"}}});
        Host c(air, "c", {{1, {"192.168.1.4"}}});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x'), film('y')}});
        b.network->serve(LocalNetwork::Service{7002, "0.0.0.0", {film('y')}});
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        air.time.advance(10s);
        air.sent.clear();
        viewer.find(film('y'));
        QVERIFY(air.time.runUntil([&] { return viewer.found.size() == 3; }, 99ms));
        QCOMPARE(sorted(viewer.found), (Found{"192.168.1.2:7001", "192.168.1.3:7002", "[fd00::2]:7001"}));
        QCOMPARE(air.count("c", true), 0);
        viewer.find(film('x'));
        air.time.advance(4s);
        QVERIFY(viewer.ended);
        QCOMPARE(sorted(viewer.found), (Found{"192.168.1.2:7001", "[fd00::2]:7001"}));
        viewer.find(film('z'));
        air.time.advance(4s);
        QCOMPARE(viewer.found, Found{});
    }
    void whatIsKnownIsNotSaidAgain()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2"}}});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        air.time.advance(10s);
        viewer.find(film('x'));
        air.time.advance(500ms);
        QCOMPARE(viewer.found.size(), 1U);
        air.sent.clear();
        air.time.advance(4s);
        QCOMPARE(air.count("v", false), 2); // after 1 s and 3 s, with what it knows
        QCOMPARE(air.count("a", true), 0);
        viewer.find(film('x')); // it remembers
        air.time.advance(1ms);
        QCOMPARE(viewer.found.size(), 1U);
        QVERIFY(!viewer.ended);
    }
    void aLostQuestionIsAskedAgain()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2"}}});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        air.time.advance(10s);
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        int lost = 0;
        air.loses = [&lost](const dns::Message&) { return ++lost == 1; };
        viewer.find(film('x'));
        air.time.advance(2s);
        QCOMPARE(viewer.found, Found{"192.168.1.2:7001"});
    }
    void nothingIsSaidTwiceWithinASecond()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2"}}});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        air.time.advance(10s);
        air.sent.clear();
        std::vector<std::unique_ptr<Host>> viewers;
        for (int i = 0; i < 20; ++i) {
            viewers.push_back(std::make_unique<Host>(air, "v" + std::to_string(i), std::vector<Interface>{{1, {"192.168.1.9"}}}));
            viewers.back()->find(film('x'));
            air.time.advance(50ms);
        }
        QVERIFY(air.count("a", true) <= 2);
        air.time.advance(4s);
        for (const auto& viewer : viewers)
            QCOMPARE(viewer->found, Found{"192.168.1.2:7001"});
    }
    void itIsAnnouncedAndSaysGoodbye()
    {
        Air air;
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        Host a(air, "a", {{1, {"192.168.1.2"}}});
        viewer.find(film('x'));
        air.time.advance(100ms);
        QVERIFY(viewer.found.empty());
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        air.time.advance(10ms);
        QCOMPARE(viewer.found, Found{"192.168.1.2:7001"}); // without another question
        air.time.advance(5s);
        QCOMPARE(air.count("a", true), 2);
        a.network->serve(LocalNetwork::Service{7001, {}, {film('y')}});
        air.time.advance(5s);
        viewer.find(film('x'));
        air.time.advance(4s);
        QCOMPARE(viewer.found, Found{});
        viewer.find(film('y'));
        air.time.advance(1ms);
        QCOMPARE(viewer.found.size(), 1U);
        a.network.reset();
        air.time.advance(5s);
        viewer.find(film('y'));
        air.time.advance(4s);
        QCOMPARE(viewer.found, Found{});
    }
    void eachInterfaceHearsItsOwnAddresses()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2"}}, {2, {"10.0.0.2"}}});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        Host one(air, "one", {{1, {"192.168.1.9"}}});
        Host two(air, "two", {{2, {"10.0.0.9"}}});
        air.time.advance(10s);
        one.find(film('x'));
        two.find(film('x'));
        air.time.advance(4s);
        QCOMPARE(one.found, Found{"192.168.1.2:7001"});
        QCOMPARE(two.found, Found{"10.0.0.2:7001"});
    }
    void whoListensOnLoopbackIsNotAnnounced()
    {
        Air air;
        Host a(air, "a", {{1, {"192.168.1.2"}}});
        a.network->serve(LocalNetwork::Service{7001, "127.0.0.1", {film('x')}});
        air.time.advance(10s);
        QCOMPARE(air.count("a", true), 0);
    }
    void anInterfaceThatComesIsUsed()
    {
        Air air;
        Host a(air, "a", {});
        a.network->serve(LocalNetwork::Service{7001, {}, {film('x')}});
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        air.time.advance(10s);
        viewer.find(film('x'));
        a.port.all = {{1, {"192.168.1.2"}}};
        a.port.changed();
        air.time.advance(100ms);
        QCOMPARE(viewer.found, Found{"192.168.1.2:7001"});
    }
    void liesAndFloodsAreBounded()
    {
        Air air;
        Host viewer(air, "v", {{1, {"192.168.1.9"}}});
        viewer.find(film('x'));
        air.time.advance(100ms);
        const auto receive = [&](const dns::Message& message, std::uint16_t port = 5353) {
            viewer.port.received({1, port, *dns::write(message)});
        };
        const auto holder = [](int number, const std::string& address) {
            const dns::Name instance{"n" + std::to_string(number), "_mutoscope", "_tcp", "local"};
            const dns::Name host{"mutoscope-n" + std::to_string(number), "local"};
            dns::Message message{.id = 0, .isResponse = true, .questions = {}, .answers = {}, .others = {}};
            message.answers.push_back({subtypeOf(film('x')), dns::typePtr, false, 4'500, instance});
            message.answers.push_back({instance, dns::typeSrv, true, 120, dns::Place{7001, host}});
            message.answers.push_back({host, dns::typeA, true, 120, address});
            return message;
        };
        receive(holder(1, std::string("\x7f\0\0\1", 4)));         // loopback
        receive(holder(2, std::string("\xe0\0\0\xfb", 4)));       // a group
        receive(holder(3, std::string("\xa9\xfe\1\1", 4)));       // link-local
        receive(holder(4, std::string("\xc0\xa8\1\5", 4)), 4000); // from another port
        viewer.port.received({1, 5353, "garbage"});
        QCOMPARE(viewer.found, Found{});
        for (int i = 0; i < 5'000; ++i)
            receive(holder(i, std::string("\xc0\xa8\1", 3) + static_cast<char>(1 + i % 200)));
        QVERIFY(!viewer.found.empty());
        QVERIFY(viewer.found.size() <= LocalNetwork::maxInstances);
    }
};

QTEST_GUILESS_MAIN(TestLocalNetwork)
#include "tst_local_network.moc"
