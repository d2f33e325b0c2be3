#include <QTest>

#include "tests/lab/reach/programs.h"

using namespace mutoscope::test;

namespace
{

constexpr int patience = 120'000; // a bound on hanging
constexpr qint64 mebibyte = 1 << 20;

/// Alice seeds a film behind a router that lets nobody in and gives each connection another port, and Bob watches it behind another
/// such router: there is no way but a relay that copies.
struct Cinema {
    explicit Cinema(const QByteArray& trackersMore) : network(Lab::Nat::Symmetric, Lab::Nat::Symmetric, "198.51.100.1", trackersMore)
    {
        film = network.folder.filePath(u"film.mp4"_s);
        QProcess ffmpeg;
        ffmpeg.start(u"ffmpeg"_s, u"-nostdin -loglevel error -y -f lavfi -i testsrc2=size=640x360:rate=25:duration=16 "
                                  "-c:v libx264 -preset ultrafast -qp 8 -g 50 -pix_fmt yuv420p"_s.split(u' ') << film);
        if (!ffmpeg.waitForFinished(patience) || ffmpeg.exitCode() != 0)
            qFatal("no film");
    }
    [[nodiscard]] QStringList wordsOf(const QString& host, const QStringList& more) const
    {
        return more + QStringList{u"--data"_s, network.folder.filePath(host), u"--network"_s, u"lab"_s, u"--no-passphrase"_s, u"--tracker"_s, network.link,
                                  u"--sources"_s, u"tracker,link"_s};
    }
    [[nodiscard]] QJsonObject ask(const QString& host, const QStringList& more, const std::function<bool(const QJsonObject&)>& wanted) const
    {
        Program program(network.homes.lab, host.toStdString(), u"mutoscope-node"_s, wordsOf(host, more));
        return program.event(wanted, patience);
    }
    /// The tracker's own commands, on its data folder.
    [[nodiscard]] QByteArray atTracker(const QStringList& words) const
    {
        QProcess process;
        process.start(qEnvironmentVariable("MUTOSCOPE_BIN_DIR") + u"/mutoscope-tracker"_s, words + QStringList{u"--config"_s, network.folder.filePath(u"tracker.conf"_s)});
        return process.waitForFinished(patience) && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
    }
    void give(const QString& host, const QString& tokens)
    {
        const QJsonObject addresses = ask(host, {u"addresses"_s}, [](const QJsonObject& said) { return said.contains(u"spend_address"_s); });
        ordinary[host] = addresses[u"ordinary_address"_s].toString();
        if (atTracker({u"issue"_s, u"--to"_s, addresses[u"spend_address"_s].toString(), u"--tokens"_s, tokens}).isEmpty())
            qFatal("no tokens");
    }
    void publish()
    {
        link = ask(u"alice"_s, {u"publish"_s, film, u"--price"_s, u"0.01"_s}, [](const QJsonObject& said) { return said[u"event"_s] == u"published"_s; })[u"link"_s].toString();
        if (link.isEmpty())
            qFatal("the film is not published");
    }
    /// Bob watches it: whether to the end.
    [[nodiscard]] bool watch() const
    {
        Program bob(network.homes.lab, "bob", u"mutoscope-node"_s,
                    wordsOf(u"bob"_s, {u"play"_s, link, u"--cap"_s, u"5"_s, u"--player"_s, u"ffmpeg -nostdin -loglevel error -i %u -c copy -f null -"_s}));
        const QJsonObject end = bob.event([](const QJsonObject& said) { return said[u"event"_s] == u"finished"_s || said[u"stage"_s] == u"failed"_s; }, patience);
        return end[u"event"_s] == u"finished"_s;
    }
    /// Of the contracts that are closed, what this one was paid.
    [[nodiscard]] qint64 earned(const QString& seeder) const
    {
        qint64 sum = 0;
        for (const QJsonValue& each : contracts()) {
            if (each[u"seeder"_s].toString() == seeder && each[u"state"_s].toString() == u"closed"_s)
                sum += each[u"paid"_s].toInteger();
        }
        return sum;
    }
    [[nodiscard]] QJsonArray contracts() const
    {
        return QJsonDocument::fromJson(atTracker({u"accounts"_s, u"--json"_s})).object()[u"contracts"_s].toArray();
    }
    /// Who was paid by Alice; empty where nobody was.
    [[nodiscard]] QString relayOfAlice() const
    {
        for (const QJsonValue& each : contracts()) {
            if (each[u"viewer"_s].toString() == ordinary.at(u"alice"_s))
                return each[u"seeder"_s].toString();
        }
        return {};
    }
    /// A node in the world that is one.
    [[nodiscard]] std::unique_ptr<Program> runRelay() const
    {
        auto relay = std::make_unique<Program>(network.homes.lab, "world", u"mutoscope-node"_s,
                                               wordsOf(u"relay"_s, {u"run"_s, u"--listen"_s, u"[::]:7747"_s, u"--advertise"_s, u"198.51.100.2:7747"_s, u"--run-relay"_s,
                                                                    u"[::]:7481"_s, u"--relay-price"_s, u"0.001"_s, u"--relay-free"_s, u"0"_s}));
        if (relay->event([](const QJsonObject& said) { return said[u"event"_s] == u"reach"_s && said[u"way"_s] != u"unknown"_s; }).isEmpty())
            qFatal("the relay does not start");
        return relay;
    }
    /// Alice pays 0.002 tokens for each MiB, from now on; her node may run or not.
    [[nodiscard]] bool allowRelay() const
    {
        return !ask(u"alice"_s, {u"seed"_s, u"rules"_s, u"--max-relay-price"_s, u"0.002"_s, u"--json"_s}, [](const QJsonObject& said) {
                    return said[u"relay_price"_s].toInteger() == 2'000;
                }).isEmpty();
    }
    [[nodiscard]] bool allAreClosed() const
    {
        return std::ranges::all_of(contracts(), [](const QJsonValue& each) { return each[u"state"_s].toString() == u"closed"_s; });
    }
    [[nodiscard]] qint64 filmBytes() const { return QFileInfo(film).size(); }

    Network network;
    QString film;
    QString link;
    std::map<QString, QString> ordinary;
};

} // namespace

/// The real programs: who can't be reached pays its relay for what it copies, MiB by MiB.
class TestPaidRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }

    void theTrackersRelayIsPaid()
    {
        Cinema cinema("relay = [::]:7481\nrelay_mib_per_node_hour = 0\nrelay_price = 0.002\nclose_grace_ms = 1000\nallow_short_grace = yes\n");
        cinema.give(u"alice"_s, u"3"_s);
        cinema.give(u"bob"_s, u"5"_s);
        cinema.publish();
        QVERIFY(cinema.filmBytes() > 5 * mebibyte);

        // Nothing is paid before its owner has said so; and she is told what it would cost.
        auto alice = cinema.network.node("alice");
        alice->reach(u"relay"_s);
        QVERIFY(!cinema.watch());
        const auto isNotPaid = [](const QJsonObject& said) { return !said[u"relay_cost"_s][u"problem"_s].toString().isEmpty(); };
        const QJsonObject cost = alice->event(isNotPaid)[u"relay_cost"_s].toObject();
        QCOMPARE(cost[u"price"_s].toInteger(), 2'000);
        QVERIFY2(cost[u"problem"_s].toString().contains(u"only free ones"_s), qPrintable(cost[u"problem"_s].toString()));
        QCOMPARE(cinema.contracts().size(), 0);

        // The same node, while it runs.
        QVERIFY(cinema.allowRelay());
        QVERIFY(cinema.watch());
        alice->stop();
        QTRY_VERIFY_WITH_TIMEOUT(cinema.allAreClosed(), 60'000);
        const qint64 paid = cinema.earned(cinema.relayOfAlice());
        const qint64 units = paid / 2'000;
        qInfo("%lld MiB paid for a film of %lld", static_cast<long long>(units), static_cast<long long>(cinema.filmBytes() / mebibyte));
        QVERIFY(units * mebibyte <= cinema.filmBytes() * 11 / 10); // TLS, playlists, requests
        QVERIFY(units >= cinema.filmBytes() / mebibyte - 3);
        QVERIFY(cinema.earned(cinema.ordinary[u"alice"_s]) > paid); // it was worth it
        QVERIFY(!cinema.atTracker({u"audit"_s}).isEmpty());
    }

    void anyNodeThatIsReachedMayBeOne()
    {
        Cinema cinema("close_grace_ms = 1000\nallow_short_grace = yes\n");
        cinema.give(u"alice"_s, u"3"_s);
        cinema.give(u"bob"_s, u"5"_s);
        cinema.publish();
        const auto relay = cinema.runRelay();
        QVERIFY(cinema.allowRelay());
        // The tracker has none of its own, but it knows of one.
        auto alice = cinema.network.node("alice");
        const QJsonObject reach = alice->reach(u"relay"_s);
        QCOMPARE(reach[u"relay"_s].toString(), u"198.51.100.2:7481"_s);
        QVERIFY(cinema.watch());
        alice->stop();
        relay->stop();
        QTRY_VERIFY_WITH_TIMEOUT(cinema.allAreClosed(), 60'000);
        QVERIFY(cinema.earned(cinema.relayOfAlice()) >= 1'000 * (cinema.filmBytes() / mebibyte - 3));
    }

    void whereOneIsTooDearAnotherIsTaken()
    {
        Cinema cinema("relay = [::]:7482\nrelay_mib_per_node_hour = 0\nrelay_price = 0.01\nclose_grace_ms = 1000\nallow_short_grace = yes\n");
        cinema.give(u"alice"_s, u"3"_s);
        cinema.give(u"bob"_s, u"5"_s);
        cinema.publish();
        const auto relay = cinema.runRelay();
        QVERIFY(cinema.allowRelay());
        auto alice = cinema.network.node("alice");
        QCOMPARE(alice->reach(u"relay"_s)[u"relay"_s].toString(), u"198.51.100.1:7482"_s);
        (void)cinema.watch(); // somebody calls her there
        QVERIFY(!alice->event([](const QJsonObject& said) { return said[u"way"_s] == u"relay"_s && said[u"relay"_s] == u"198.51.100.2:7481"_s; }).isEmpty());
        QVERIFY(cinema.watch());
        alice->stop();
        QTRY_VERIFY_WITH_TIMEOUT(cinema.allAreClosed(), 60'000);
        QVERIFY(cinema.earned(cinema.relayOfAlice()) > 0);
    }
};

QTEST_GUILESS_MAIN(TestPaidRelay)
#include "tst_paid_relay.moc"
