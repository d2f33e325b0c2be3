#include <condition_variable>
#include <mutex>
#include <optional>

#include <QTcpServer>

#include "p2p/net/tls_probe.h"
#include "tests/unit/net/net_fixture.h"

using namespace mutoscope::net;
using namespace std::chrono_literals;

/// What a probe says of whom it finds.
class TestTlsProbe : public QObject
{
    Q_OBJECT

    static ProbeOutcome probe(TlsProber& prober, const Endpoint& endpoint)
    {
        std::mutex mutex;
        std::condition_variable told;
        std::optional<ProbeOutcome> outcome;
        prober.probe(endpoint.host, endpoint.port, *endpoint.pin, [&](ProbeOutcome given) {
            const std::scoped_lock lock(mutex);
            outcome = given;
            told.notify_all();
        });
        std::unique_lock lock(mutex);
        if (!told.wait_for(lock, 20s, [&] { return outcome.has_value(); }))
            qFatal("the probe never ends");
        return *outcome;
    }

private Q_SLOTS:
    void aNodeIsReachable()
    {
        testing::TestServer server;
        TlsProber prober;
        QCOMPARE(probe(prober, server.endpoint), ProbeOutcome::Reachable);
        QCOMPARE(server.handler.count.load(), 0);
    }

    void anIpv6NodeIsReachable()
    {
        testing::TestServer server({}, "::1");
        TlsProber prober;
        QCOMPARE(probe(prober, server.endpoint), ProbeOutcome::Reachable);
    }

    void anotherNodeIsNotTheOneThatIsMeant()
    {
        testing::TestServer server;
        Endpoint other = server.endpoint;
        other.pin = TlsIdentity::generate().fingerprint();
        TlsProber prober;
        QCOMPARE(probe(prober, other), ProbeOutcome::OtherCertificate);
    }

    void nobodyListens()
    {
        Endpoint gone;
        {
            testing::TestServer server;
            gone = server.endpoint;
        }
        TlsProber prober;
        QCOMPARE(probe(prober, gone), ProbeOutcome::Refused);
    }

    void whoSaysNothingIsSilent()
    {
        QTcpServer server; // the system accepts for it
        QVERIFY(server.listen(QHostAddress::LocalHost));
        TlsProber prober({.timeout = 100ms});
        QCOMPARE(probe(prober, {"127.0.0.1", server.serverPort(), mutoscope::base::Sha256()}), ProbeOutcome::Silent);
    }

    void whatIsNoTlsIsNoNode()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&server] {
            QTcpSocket* const socket = server.nextPendingConnection();
            socket->write("220 mail.example ESMTP\r\n");
            socket->flush();
        });
        TlsProber prober;
        std::optional<ProbeOutcome> outcome;
        prober.probe("127.0.0.1", server.serverPort(), mutoscope::base::Sha256(), [this, &outcome](ProbeOutcome given) {
            QMetaObject::invokeMethod(this, [&outcome, given] { outcome = given; }, Qt::QueuedConnection);
        });
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), testing::bound);
        QCOMPARE(*outcome, ProbeOutcome::NotTls);
    }

    void onlySoManyAtOnce()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        TlsProber prober({.atOnce = 1, .timeout = 20s});
        prober.probe("127.0.0.1", server.serverPort(), mutoscope::base::Sha256(), [](ProbeOutcome) {});
        QCOMPARE(probe(prober, {"127.0.0.1", server.serverPort(), mutoscope::base::Sha256()}), ProbeOutcome::Busy);
    }

    void whatIsNoAddressIsNowhere()
    {
        TlsProber prober;
        QCOMPARE(probe(prober, {"localhost", 1, mutoscope::base::Sha256()}), ProbeOutcome::NoRoute);
    }
};

QTEST_GUILESS_MAIN(TestTlsProbe)
#include "tst_tls_probe.moc"
