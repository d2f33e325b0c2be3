#include <csignal>

#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusReply>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 120'000;     // a bound on hanging, not a measure
constexpr qint64 mostTimeToEnd = 3'000;
const QString seeder = u"seeder"_s;
const QString service = u"org.mpris.MediaPlayer2.mutoscope"_s;
const QString object = u"/org/mpris/MediaPlayer2"_s;
const QString player = u"org.mpris.MediaPlayer2.Player"_s;

struct Books {
    qint64 locked = 0;
    qint64 earned = 0;
    bool areRight = false;
};

} // namespace

/// The real program is asked to end in the middle of things: it does so quickly, and what it owes is with the tracker.
class TestQuit : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_daemon;
    QString m_busAddress;
    std::unique_ptr<app::PrivateNetwork> m_network;
    QString m_link;

    [[nodiscard]] Books books() const
    {
        const auto accounts = m_network->accounts();
        if (!accounts)
            return {};
        Books books{.areRight = accounts->value(u"check"_s) == u"ok"_s};
        for (const QJsonValue& each : accounts->value(u"accounts"_s).toArray()) {
            const QString kind = each.toObject().value(u"kind"_s).toString();
            const qint64 balance = each.toObject().value(u"balance"_s).toInteger();
            if (kind == u"income"_s)
                books.earned += balance;
            else if (kind == u"contract"_s)
                books.locked += balance;
        }
        return books;
    }
    /// What the viewer says of itself on the session bus; invalid as long as it says nothing.
    [[nodiscard]] QVariant said(const char* name) const
    {
        QDBusInterface properties(service, object, u"org.freedesktop.DBus.Properties"_s, bus());
        const QDBusReply<QVariant> reply = properties.call(u"Get"_s, player, QString::fromLatin1(name));
        return reply.isValid() ? reply.value() : QVariant();
    }
    [[nodiscard]] QDBusConnection bus() const { return QDBusConnection::connectToBus(m_busAddress, u"watcher"_s); }
    void seekTo(qlonglong seconds) const
    {
        const auto metadata = qdbus_cast<QVariantMap>(said("Metadata"));
        QDBusInterface remote(service, object, player, bus());
        remote.call(QDBus::NoBlock, u"SetPosition"_s, metadata.value(u"mpris:trackid"_s), QVariant(seconds * 1'000'000));
    }
    [[nodiscard]] bool plays() const { return said("PlaybackStatus") == u"Playing"_s && said("Position").toLongLong() > 1'000'000; }
    [[nodiscard]] std::unique_ptr<app::ChildProcess> startViewer(const QString& name) const
    {
        auto viewer = std::make_unique<app::ChildProcess>();
        const auto started = viewer->start(m_network->program(u"mutoscope"_s),
                                           m_network->nodeArguments(name) + QStringList{u"--approve-up-to"_s, u"50"_s, m_link});
        return started ? std::move(viewer) : nullptr;
    }
    static void end(app::ChildProcess& viewer)
    {
        QElapsedTimer clock;
        clock.start();
        viewer.process().terminate();
        QVERIFY(viewer.process().waitForFinished(patience));
        const qint64 took = clock.elapsed();
        QCOMPARE(viewer.process().exitStatus(), QProcess::NormalExit);
        QCOMPARE(viewer.process().exitCode(), 0);
        qInfo("ended in %lld ms", static_cast<long long>(took));
        QVERIFY2(took <= mostTimeToEnd, qPrintable(QString::number(took)));
    }
    void signalSeeder(int signal) const { ::kill(static_cast<pid_t>(m_network->seederPid(seeder)), signal); }

private Q_SLOTS:
    void initTestCase()
    {
        m_daemon.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        QVERIFY2(m_daemon.waitForStarted() && m_daemon.waitForReadyRead(), "the package dbus is missing");
        m_busAddress = QString::fromUtf8(m_daemon.readLine()).trimmed();
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_busAddress.toUtf8());
        const QString film = m_folder.filePath(u"film.mp4"_s);
        QVERIFY(app::runToEnd(u"ffmpeg"_s, u"-nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=25:duration=120 -f lavfi -i "
                                           "sine=frequency=440:duration=120 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac"_s
                                               .split(u' ') + QStringList{film},
                              patience));
        m_network = std::make_unique<app::PrivateNetwork>(qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
        const auto link = m_network->startSeeder(seeder, film, u"Film"_s, u"0.5"_s);
        QVERIFY2(link, link ? "" : link.error().message.c_str());
        m_link = *link;
    }
    void cleanupTestCase()
    {
        m_network.reset();
        m_daemon.kill();
        m_daemon.waitForFinished();
    }

    void inTheMiddleOfThings_data()
    {
        QTest::addColumn<QString>("moment");
        for (const char* moment : {"playing", "seeking", "buffering", "opening a contract"})
            QTest::newRow(moment) << QString::fromLatin1(moment);
    }
    void inTheMiddleOfThings()
    {
        QFETCH(QString, moment);
        const QString name = u"viewer-"_s + moment.section(u' ', 0, 0);
        const auto addresses = m_network->addresses(name);
        QVERIFY2(addresses, addresses ? "" : addresses.error().message.c_str());
        QVERIFY(m_network->issue(addresses->spend, base::Tokens(50'000'000)));
        const qint64 earnedBefore = books().earned;

        auto viewer = startViewer(name);
        QVERIFY(viewer);
        QTRY_VERIFY_WITH_TIMEOUT(plays(), patience);
        if (moment == u"seeking"_s) {
            seekTo(60);
        } else if (moment == u"buffering"_s) {
            signalSeeder(SIGSTOP);
            seekTo(110); // that far nothing is read ahead
            QTRY_VERIFY_WITH_TIMEOUT(said("Position").toLongLong() >= 109'000'000, patience);
        } else if (moment == u"opening a contract"_s) {
            end(*viewer);
            if (QTest::currentTestFailed())
                return;
            signalSeeder(SIGSTOP);
            // The film's manifest is here now, so the first that the seeder is asked for is a contract, which is in the book by then.
            const QString book = m_network->dataFolder(name) + u"/viewed-contracts"_s;
            const qint64 size = QFile(book).size();
            viewer = startViewer(name);
            QVERIFY(viewer);
            QTRY_VERIFY_WITH_TIMEOUT(QFile(book).size() > size, patience);
        }
        end(*viewer);
        signalSeeder(SIGCONT);
        if (QTest::currentTestFailed())
            return;

        // It is gone, and can't say anything any more: all that it owes has been said.
        QTRY_COMPARE_WITH_TIMEOUT(books().locked, 0, patience);
        const Books after = books();
        QVERIFY(after.areRight);
        QVERIFY2(after.earned > earnedBefore, "what was watched was not paid");
    }
};

QTEST_GUILESS_MAIN(TestQuit)
#include "tst_quit.moc"
