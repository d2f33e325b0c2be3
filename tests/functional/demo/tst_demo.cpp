#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"

using namespace mutoscope;

namespace
{

constexpr int programTime = 180'000;

QString programs()
{
    return qEnvironmentVariable("MUTOSCOPE_BIN_DIR");
}

struct Outcome {
    int status = -1;
    QJsonObject line; ///< the last one of standard output
    QList<QJsonObject> before; ///< those before it
    QString complaints;
};

Outcome runDemo(const QStringList& arguments)
{
    QProcess demo;
    demo.start(programs() + QStringLiteral("/mutoscope-demo"), arguments);
    if (!demo.waitForFinished(programTime))
        return {};
    const QList<QByteArray> lines = demo.readAllStandardOutput().trimmed().split('\n');
    Outcome outcome{demo.exitStatus() == QProcess::NormalExit ? demo.exitCode() : -1, QJsonDocument::fromJson(lines.last()).object(), {},
                    QString::fromUtf8(demo.readAllStandardError())};
    for (const QByteArray& line : lines.first(lines.size() - 1))
        outcome.before << QJsonDocument::fromJson(line).object();
    return outcome;
}

/// Test pictures and a tone.
bool makeFilm(const QString& file, int seconds, const QStringList& codecs)
{
    QStringList arguments{QStringLiteral("-nostdin"), QStringLiteral("-loglevel"), QStringLiteral("error"), QStringLiteral("-y")};
    arguments += {QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("testsrc2=size=320x180:rate=25:duration=%1").arg(seconds)};
    arguments += {QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("sine=frequency=440:duration=%1").arg(seconds)};
    return app::runToEnd(QStringLiteral("ffmpeg"), arguments + codecs + QStringList{file}, programTime).has_value();
}

} // namespace

/// The whole of it: the real programs as processes of their own, a real film, real accounts.
class TestDemo : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    void verifyPlayed(const Outcome& outcome, int frames)
    {
        const QByteArray text = QJsonDocument(outcome.line).toJson(QJsonDocument::Compact) + outcome.complaints.toUtf8();
        QVERIFY2(outcome.status == 0, text.constData());
        const auto number = [&](const char* name) { return outcome.line.value(QLatin1String(name)).toInteger(-1); };
        QVERIFY2(number("segments") > 1, text.constData());
        QCOMPARE(number("receipts"), number("segments"));
        QCOMPARE(number("spend_before") - number("spend_after"), number("paid"));
        QCOMPARE(number("income_after"), number("paid"));
        QVERIFY(number("paid") > 0);
        QCOMPARE(outcome.line.value(QStringLiteral("contract_state")), QJsonValue(QStringLiteral("closed")));
        QCOMPARE(outcome.line.value(QStringLiteral("books")), QJsonValue(QStringLiteral("ok")));
        const QJsonObject shown = outcome.line.value(QStringLiteral("frames")).toObject();
        QCOMPARE(shown.value(QStringLiteral("decoded")).toInteger(), frames);
        QCOMPARE(shown.value(QStringLiteral("presented")).toInteger(), frames);
    }

private Q_SLOTS:
    void aFilmPlaysPaidToItsEnd()
    {
        const QString film = m_folder.filePath(QStringLiteral("film.mp4"));
        QVERIFY(makeFilm(film, 20, {QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-c:a"), QStringLiteral("aac"), QStringLiteral("-pix_fmt"), QStringLiteral("yuv420p")}));
        const Outcome outcome = runDemo({QStringLiteral("--headless"), QStringLiteral("--json"), QStringLiteral("--fast"), QStringLiteral("--steps"), film});
        verifyPlayed(outcome, 20 * 25);
        // Whoever has started it learns how far it is, and what it came to.
        QStringList steps;
        for (const QJsonObject& line : outcome.before)
            steps << line.value(QStringLiteral("step")).toString();
        QCOMPARE(steps.join(u' '), QStringLiteral("tracker publishing watching ended"));
        QCOMPARE(outcome.before.last().value(QStringLiteral("earned")), outcome.line.value(QStringLiteral("paid")));
    }

    void soDoesOneWithOtherCodecs()
    {
        const QString film = m_folder.filePath(QStringLiteral("film.webm"));
        QVERIFY(makeFilm(film, 12, {QStringLiteral("-c:v"), QStringLiteral("libvpx-vp9"), QStringLiteral("-deadline"), QStringLiteral("realtime"), QStringLiteral("-cpu-used"), QStringLiteral("8"), QStringLiteral("-c:a"), QStringLiteral("libopus")}));
        verifyPlayed(runDemo({QStringLiteral("--headless"), QStringLiteral("--json"), QStringLiteral("--fast"), film}), 12 * 25);
    }

    void whatIsNoFilmIsRefusedInWords()
    {
        const QString text = m_folder.filePath(QStringLiteral("letter.mp4"));
        QFile file(text);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("Dear Sir or Madam") > 0);
        file.close();
        const Outcome outcome = runDemo({QStringLiteral("--headless"), QStringLiteral("--json"), text});
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.complaints.contains(u"letter.mp4"), qPrintable(outcome.complaints));
    }

    /// The seeder dies in the middle; before that, strangers throw garbage at it.
    void aKilledSeederCostsNobodyMoreThanWasReceived()
    {
        const QString film = m_folder.filePath(QStringLiteral("long.mp4"));
        QVERIFY(makeFilm(film, 120, {QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-preset"), QStringLiteral("ultrafast"), QStringLiteral("-g"), QStringLiteral("50"), QStringLiteral("-c:a"), QStringLiteral("aac")}));
        app::PrivateNetwork network(programs(), m_folder.filePath(QStringLiteral("network")));
        const auto tracker = network.startTracker();
        QVERIFY2(tracker, tracker ? "" : tracker.error().message.c_str());
        const QString seeder = QStringLiteral("seeder");
        const auto link = network.startSeeder(seeder, film, QStringLiteral("Long"), QStringLiteral("1"));
        QVERIFY2(link, link ? "" : link.error().message.c_str());
        const auto addresses = network.addresses(QStringLiteral("viewer"));
        QVERIFY2(addresses, addresses ? "" : addresses.error().message.c_str());
        QVERIFY(network.issue(addresses->spend, base::Tokens(50'000'000)));

        const QString report = m_folder.filePath(QStringLiteral("report.json"));
        app::ChildProcess viewer;
        QVERIFY(viewer.start(network.program(QStringLiteral("mutoscope")),
                             network.nodeArguments(QStringLiteral("viewer")) +
                                 QStringList{QStringLiteral("--approve-up-to"), QStringLiteral("50"), QStringLiteral("--report"), report, *link}));
        // Some segments are paid for, and the read-ahead leaves the rest for later.
        const QString book = network.dataFolder(seeder) + QStringLiteral("/served-contracts");
        QTRY_VERIFY_WITH_TIMEOUT(QFile(book).size() > 6'000, 60'000);
        network.killSeeder(seeder);
        QVERIFY(viewer.process().waitForFinished(programTime));

        QFile file(report);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject told = QJsonDocument::fromJson(file.readAll()).object();
        const QJsonArray errors = told.value(QStringLiteral("errors")).toArray();
        QVERIFY2(!errors.isEmpty() && errors.first().toString().contains(u"nobody answers"), QJsonDocument(told).toJson().constData());
        QVERIFY(told.value(QStringLiteral("receipts")).toInteger() > 0);
        QVERIFY(told.value(QStringLiteral("receipts")).toInteger() < told.value(QStringLiteral("segments")).toInteger());

        const auto accounts = network.accounts();
        QVERIFY2(accounts, accounts ? "" : accounts.error().message.c_str());
        QCOMPARE(accounts->value(QStringLiteral("check")), QJsonValue(QStringLiteral("ok")));
        qint64 earned = 0;
        qint64 left = 0;
        qint64 locked = 0;
        for (const QJsonValue& each : accounts->value(QStringLiteral("accounts")).toArray()) {
            const QString kind = each.toObject().value(QStringLiteral("kind")).toString();
            const qint64 balance = each.toObject().value(QStringLiteral("balance")).toInteger();
            (kind == u"income" ? earned : kind == u"contract" ? locked : left) += kind == u"issuance" ? 0 : balance;
        }
        QCOMPARE(locked, 0);
        QCOMPARE(earned, told.value(QStringLiteral("spent")).toInteger());
        QCOMPARE(left, 50'000'000 - earned);
    }

    void garbageOnTheSeedersPortChangesNothing()
    {
        const QString film = m_folder.filePath(QStringLiteral("film.mp4"));
        app::PrivateNetwork network(programs(), m_folder.filePath(QStringLiteral("garbage")));
        QVERIFY(network.startTracker());
        const QString seeder = QStringLiteral("seeder");
        QVERIFY(network.startSeeder(seeder, film, QStringLiteral("Film"), QStringLiteral("1")));
        const auto before = network.accounts();
        QVERIFY(before);
        const QByteArray tls = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
        for (const QByteArray& garbage : {QByteArray("GET / HTTP/1.1\r\n\r\n"), QByteArray(100'000, '\xff'), tls + QByteArray(600, 'x')}) {
            QTcpSocket socket;
            socket.connectToHost(QStringLiteral("127.0.0.1"), network.seederPort(seeder));
            QVERIFY(socket.waitForConnected());
            socket.write(garbage);
            QVERIFY(socket.state() == QAbstractSocket::UnconnectedState || socket.waitForDisconnected(30'000));
        }
        QCOMPARE(*network.accounts(), *before);
        QVERIFY(network.isRunning(seeder));
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
