#include <QProcess>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"

// Two real trackers, each with accounts of its own: a film is seeded at the one and paid from the other (protocol §9).

using namespace mutoscope;

namespace
{

constexpr int programTime = 120'000;

/// The sum of all balances of a kind.
qint64 sumOf(app::PrivateNetwork& network, const QString& kind)
{
    const auto accounts = network.accounts();
    qint64 sum = 0;
    if (!accounts)
        return -1;
    for (const QJsonValue& each : accounts->value(QStringLiteral("accounts")).toArray()) {
        if (each.toObject().value(QStringLiteral("kind")).toString() == kind)
            sum += each.toObject().value(QStringLiteral("balance")).toInteger();
    }
    return sum;
}

/// What `peers` says of the only one.
qint64 ofPeer(app::PrivateNetwork& network, const QString& what)
{
    const auto text = network.command(QStringLiteral("peers"), {QStringLiteral("--json")});
    return text ? QJsonDocument::fromJson(*text).array().first().toObject().value(what).toInteger(-1) : -1;
}

QString keyIn(const QString& link)
{
    return QRegularExpression(QStringLiteral("key=([A-Za-z0-9_-]+)")).match(link).captured(1);
}

} // namespace

class TestAcross : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFilmIsPaidAcrossAndTheDebtSettled()
    {
        QTemporaryDir folder;
        const QString film = folder.filePath(QStringLiteral("film.mp4"));
        const QStringList ffmpeg{QStringLiteral("-nostdin"), QStringLiteral("-loglevel"), QStringLiteral("error"), QStringLiteral("-y"),
                                 QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("testsrc2=size=320x180:rate=25:duration=12"),
                                 QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("sine=frequency=440:duration=12"),
                                 QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-pix_fmt"), QStringLiteral("yuv420p"), QStringLiteral("-c:a"), QStringLiteral("aac"), film};
        QVERIFY(app::runToEnd(QStringLiteral("ffmpeg"), ffmpeg, programTime));
        const QString programs = qEnvironmentVariable("MUTOSCOPE_BIN_DIR");
        app::PrivateNetwork paying(programs, folder.filePath(QStringLiteral("paying")));
        app::PrivateNetwork income(programs, folder.filePath(QStringLiteral("income")));
        const auto fine = [](const auto& result) {
            if (!result)
                qWarning("%s", result.error().message.c_str());
            return result.has_value();
        };
        QVERIFY(fine(paying.startTracker()));
        QVERIFY(fine(income.startTracker()));
        QVERIFY(fine(paying.addPeer(income.trackerLink(), base::Tokens(0))));
        QVERIFY(fine(income.addPeer(paying.trackerLink(), base::Tokens(50'000'000))));
        const QString seeder = QStringLiteral("seeder");
        const auto published = income.startSeeder(seeder, film, QStringLiteral("Film"), QStringLiteral("1"));
        QVERIFY(fine(published));
        const auto addresses = paying.addresses(QStringLiteral("viewer"));
        QVERIFY(fine(addresses));
        QVERIFY(fine(paying.issue(addresses->spend, base::Tokens(30'000'000))));

        // The viewer's own tracker asks the other one.
        // The link names the seeder's tracker, which is not the viewer's.
        const QString& link = *published;
        QVERIFY(link.contains(QStringLiteral("tracker=")));
        const QString report = folder.filePath(QStringLiteral("report.json"));
        app::ChildProcess viewer;
        qputenv("QT_QPA_PLATFORM", "offscreen");
        QVERIFY(fine(viewer.start(paying.program(QStringLiteral("mutoscope")),
                                  paying.nodeArguments(QStringLiteral("viewer")) +
                                      QStringList{QStringLiteral("--approve-up-to"), QStringLiteral("30"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                                                  QStringLiteral("--report"), report, QStringLiteral("--fast"), link})));
        QVERIFY(viewer.process().waitForFinished(programTime));
        QFile file(report);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        const QJsonObject told = QJsonDocument::fromJson(text).object();
        QVERIFY2(told.value(QStringLiteral("played_to_end")).toBool(), text.constData());
        QVERIFY2(told.value(QStringLiteral("errors")).toArray().isEmpty(), text.constData());
        QCOMPARE(told.value(QStringLiteral("contract_state")), QJsonValue(QStringLiteral("closed")));
        const qint64 paid = told.value(QStringLiteral("paid")).toInteger();
        QVERIFY(paid > 0);

        QTRY_COMPARE_WITH_TIMEOUT(sumOf(income, QStringLiteral("income")), paid, 60'000);
        QCOMPARE(sumOf(paying, QStringLiteral("spend")), 30'000'000 - paid);
        QCOMPARE(sumOf(paying, QStringLiteral("vostro")), paid);
        QCOMPARE(sumOf(income, QStringLiteral("nostro")), -paid);
        QCOMPARE(ofPeer(income, QStringLiteral("owed")), paid);
        QCOMPARE(ofPeer(income, QStringLiteral("limit")), 50'000'000);
        QCOMPARE(ofPeer(paying, QStringLiteral("owing")), paid);

        // The seeder's own papers: its tracker has the word of the other one only.
        const auto ask = [&](const QStringList& words) {
            QProcess process;
            process.start(income.program(QStringLiteral("mutoscope-node")), QStringList{QStringLiteral("--data"), income.dataFolder(seeder), QStringLiteral("wallet")} + words);
            return process.waitForFinished(programTime) ? process.readAllStandardOutput() : QByteArray();
        };
        QString contract;
        for (const QJsonValue& each : QJsonDocument::fromJson(ask({QStringLiteral("history"), QStringLiteral("--json")})).array()) {
            if (const QString id = each.toObject().value(QStringLiteral("contract")).toString(); !id.isEmpty())
                contract = id;
        }
        QCOMPARE(contract.size(), 64);
        const QByteArray papers = ask({QStringLiteral("contract"), contract});
        QVERIFY2(papers.contains("receipt   number") && papers.contains("signed by viewer"), papers.constData());

        // The operator of the paying one has sent the money.
        const QStringList all{QStringLiteral("--peer"), keyIn(paying.trackerLink()), QStringLiteral("--amount"), QString::number(paid),
                              QStringLiteral("--memo"), QStringLiteral("by bank")};
        QVERIFY(fine(income.command(QStringLiteral("settle"), all)));
        QVERIFY(!income.command(QStringLiteral("settle"), all)); // nothing is owed any more
        QTRY_COMPARE_WITH_TIMEOUT(ofPeer(paying, QStringLiteral("owing")), 0, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(ofPeer(income, QStringLiteral("untold_settlements")), 0, 60'000);
        for (app::PrivateNetwork* network : {&paying, &income}) {
            QVERIFY(fine(network->command(QStringLiteral("audit"))));
            QVERIFY(fine(network->command(QStringLiteral("reserves"))));
        }
    }
};

QTEST_GUILESS_MAIN(TestAcross)
#include "tst_across.moc"
