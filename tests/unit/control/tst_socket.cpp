#include <sys/stat.h>

#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "p2p/control/control_server.h"
#include "p2p/control/remote_node.h"
#include "tests/support/virtual_time.h"
#include "tests/unit/control/full_snapshot.h"
#include "tests/unit/control/recording_node.h"

using namespace mutoscope;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using control::ControlServer;
using control::RemoteNode;

namespace
{

constexpr auto patience = 10'000ms;

/// As it is in the other process: with a thread of its own.
class OtherProcess
{
public:
    explicit OtherProcess(const std::filesystem::path& folder)
    {
        m_context.moveToThread(&m_thread);
        m_thread.start();
        inThere([&] {
            node = std::make_unique<tests::RecordingNode>();
            node->shot = tests::full<node::Snapshot>();
            m_executor = std::make_unique<base::QtExecutor>();
            m_server = std::make_unique<ControlServer>(*node, *m_executor);
            listening = m_server->listen(folder);
        });
    }
    ~OtherProcess()
    {
        inThere([&] {
            m_server.reset();
            m_executor.reset();
            node.reset();
        });
        m_thread.quit();
        m_thread.wait();
    }
    void inThere(const std::function<void()>& work) { QMetaObject::invokeMethod(&m_context, work, Qt::BlockingQueuedConnection); }
    [[nodiscard]] std::vector<std::string> asked()
    {
        std::vector<std::string> result;
        inThere([&] { result = node->asked; });
        return result;
    }

    std::unique_ptr<tests::RecordingNode> node;
    base::Result<void> listening;

private:
    QThread m_thread;
    QObject m_context;
    std::unique_ptr<base::Executor> m_executor;
    std::unique_ptr<ControlServer> m_server;
};

} // namespace

class TestSocket : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    test::VirtualTime m_time;
    std::unique_ptr<tests::RecordingNode> m_node;
    std::unique_ptr<ControlServer> m_server;

    [[nodiscard]] std::filesystem::path path() const { return m_folder->path().toStdString(); }
    void serve(ControlServer::Limits limits = {})
    {
        m_server = std::make_unique<ControlServer>(*m_node, m_time, limits);
        const auto listening = m_server->listen(path());
        QVERIFY2(listening, listening ? "" : listening.error().message.c_str());
    }
    [[nodiscard]] std::unique_ptr<QLocalSocket> visit() const
    {
        auto socket = std::make_unique<QLocalSocket>();
        socket->connectToServer(control::socketName(path()));
        return socket;
    }
    /// The next line; empty where none comes.
    static QByteArray line(QLocalSocket& socket)
    {
        return QTest::qWaitFor([&] { return socket.canReadLine(); }, 10'000) ? socket.readLine() : QByteArray();
    }
    static bool isGone(QLocalSocket& socket)
    {
        return QTest::qWaitFor([&] { return socket.state() == QLocalSocket::UnconnectedState; }, 10'000);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_node = std::make_unique<tests::RecordingNode>();
    }
    void cleanup()
    {
        m_server.reset();
        m_node.reset();
    }

    void nobodyRuns()
    {
        const auto none = RemoteNode::connect(path(), patience);
        QVERIFY(!none);
        QCOMPARE(none.error().code, base::ErrorCode::NotFound);
    }

    void theFacadeIsTheSameAtTheOtherEnd()
    {
        OtherProcess other(path());
        QVERIFY(other.listening);
        const auto remote = RemoteNode::connect(path(), patience);
        QVERIFY2(remote, remote ? "" : remote.error().message.c_str());
        RemoteNode& node = **remote;
        QCOMPARE(control::snapshotLine(node.snapshot(), true, true), control::snapshotLine(tests::full<node::Snapshot>(), true, true));

        node.topUp(base::Tokens(5));
        node.finish(u"enough"_s);
        QTRY_COMPARE(other.asked().size(), std::size_t(2));
        QCOMPARE(other.asked().at(0), std::string("topUp[5]"));

        QSignalSpy done(&node, &node::Node::walletActionDone);
        other.inThere([&] { Q_EMIT other.node->walletActionDone(u"no tokens"_s); });
        QTRY_COMPARE(done.size(), 1);
        QCOMPARE(done[0][0].toString(), u"no tokens"_s);

        const auto library = node.snapshot().library;
        other.inThere([&] {
            other.node->shot.peers = 77;
            other.node->tell();
        });
        QTRY_COMPARE(node.snapshot().peers, 77);
        QCOMPARE(node.snapshot().library, library); // not sent again
        other.inThere([&] {
            other.node->shot.library = std::make_shared<std::vector<node::LibraryFilm>>();
            other.node->tell();
        });
        QTRY_VERIFY(node.snapshot().library->empty());
    }

    void theEndIsTold()
    {
        std::unique_ptr<RemoteNode> node;
        {
            OtherProcess other(path());
            auto remote = RemoteNode::connect(path(), patience);
            QVERIFY(remote);
            node = std::move(*remote);
            other.inThere([&] { Q_EMIT other.node->stopped(); });
        }
        QSignalSpy stopped(node.get(), &node::Node::stopped);
        QSignalSpy lost(node.get(), &RemoteNode::lost);
        QTRY_COMPARE(lost.size(), 1);
        QCOMPARE(stopped.size(), 1);
        node->topUp(base::Tokens(1)); // nobody hears it
    }

    /// Another person on this computer, a web page, a container without the folder: none of them is the owner.
    void onlyTheOwnerMayOpenIt()
    {
        serve();
        struct stat info {};
        QCOMPARE(::stat((path() / "node.socket").c_str(), &info), 0);
        QVERIFY(S_ISSOCK(info.st_mode));
        QCOMPARE(info.st_mode & 0077U, 0U);
        QCOMPARE(info.st_uid, ::getuid());
    }

    void twoNodesInOneFolder()
    {
        serve();
        test::VirtualTime time;
        ControlServer second(*m_node, time);
        const auto listening = second.listen(path());
        QVERIFY(!listening);
        QCOMPARE(listening.error().code, base::ErrorCode::Conflict);
        const auto client = visit();
        QVERIFY(line(*client).startsWith("{\"snapshot\":{")); // the first one still serves
    }

    void aSocketThatWasLeftBehind()
    {
        const QString name = control::socketName(path());
        {
            QLocalServer dead;
            QVERIFY(dead.listen(name));
            QVERIFY(QFile::rename(name, name + u".kept"_s));
        }
        QVERIFY(QFile::rename(name + u".kept"_s, name));
        const auto none = RemoteNode::connect(path(), patience);
        QVERIFY(!none && none.error().code == base::ErrorCode::NotFound);
        serve();
        const auto client = visit();
        QVERIFY(!line(*client).isEmpty());
    }

    void aNameThatIsTooLong()
    {
        ControlServer server(*m_node, m_time);
        const auto listening = server.listen(path() / std::string(120, 'x'));
        QVERIFY(!listening);
        QCOMPARE(listening.error().code, base::ErrorCode::Io);
    }

    void whoListensAndSaysNothing()
    {
        QLocalServer silent;
        QVERIFY(silent.listen(control::socketName(path())));
        const auto remote = RemoteNode::connect(path(), 1ms);
        QVERIFY(!remote);
        QCOMPARE(remote.error().code, base::ErrorCode::Timeout);
    }

    void garbageIsAnsweredWithAnError()
    {
        serve();
        const auto client = visit();
        QVERIFY(line(*client).startsWith("{\"snapshot\":{"));
        client->write("\n{\"call\":\"dance\",\"with\":[]}\n\xff\xfe\n");
        for (int i = 0; i < 3; ++i)
            QVERIFY(line(*client).startsWith("{\"error\":\""));
        client->write("{\"call\":\"stop\",\"with\":[]}\n"); // it is still heard
        QTRY_COMPARE(m_node->asked.size(), std::size_t(1));
    }

    void anEndlessLineEndsTheConnection()
    {
        serve();
        const auto client = visit();
        QVERIFY(!line(*client).isEmpty());
        client->write(QByteArray(control::maxCall + 100'000, '['));
        QVERIFY(line(*client).startsWith("{\"error\":\""));
        QVERIFY(isGone(*client));
        QTRY_COMPARE(m_server->clients(), std::size_t(0));
        QVERIFY(m_node->asked.empty());
    }

    void twoAtOnce()
    {
        serve();
        const auto first = visit();
        const auto second = visit();
        QVERIFY(!line(*first).isEmpty());
        QVERIFY(!line(*second).isEmpty());
        first->write("{\"call\":\"topUp\",\"with\":[1]}\n");
        second->write("{\"call\":\"topUp\",\"with\":[2]}\n");
        QTRY_COMPARE(m_node->asked.size(), std::size_t(2));
        Q_EMIT m_node->publishing(0.5);
        QCOMPARE(line(*first), QByteArray("{\"event\":\"publishing\",\"with\":[500000]}\n"));
        QCOMPARE(line(*second), QByteArray("{\"event\":\"publishing\",\"with\":[500000]}\n"));
        first->abort();
        QTRY_COMPARE(m_server->clients(), std::size_t(1));
        Q_EMIT m_node->publishing(0.75);
        QVERIFY(line(*second).contains("750000"));
    }

    void noMoreThanThat()
    {
        serve({.clients = 1});
        const auto first = visit();
        QVERIFY(!line(*first).isEmpty());
        const auto second = visit();
        QVERIFY(isGone(*second));
        first->abort();
        QTRY_COMPARE(m_server->clients(), std::size_t(0));
        const auto third = visit();
        QVERIFY(!line(*third).isEmpty());
    }

    /// Of the snapshots there is only ever the latest for it, and in the end it is dropped.
    void aClientThatDoesNotRead()
    {
        m_node->shot.viewing.title = std::string(100'000, 'm'); // it comes with each
        serve({.clients = 8, .unread = 4 * 1024 * 1024, .patience = 5s});
        const auto lazy = visit();
        lazy->setReadBufferSize(1);
        QTRY_COMPARE(m_server->clients(), std::size_t(1));
        for (int i = 0; i < 1'000; ++i) {
            m_node->shot.peers = i;
            m_node->tell();
        }
        QTest::qWait(0);
        m_time.advance(4s);
        QCOMPARE(m_server->clients(), std::size_t(1));
        // It wakes up in time: what it reads next after what was on the way is the last of all.
        lazy->setReadBufferSize(0);
        QByteArray last;
        QVERIFY(QTest::qWaitFor(
            [&] {
                while (lazy->canReadLine())
                    last = lazy->readLine();
                return last.contains("\"peers\":999");
            },
            10'000));
        lazy->setReadBufferSize(1);
        for (int i = 0; i < 40 && m_server->clients() > 0; ++i) {
            m_node->tell();
            QTest::qWait(0);
            m_time.advance(1s);
        }
        QTRY_COMPARE(m_server->clients(), std::size_t(0));
    }

    void signalsDoNotPileUp()
    {
        serve({.clients = 8, .unread = 1024 * 1024, .patience = 3600s});
        const auto lazy = visit();
        lazy->setReadBufferSize(1);
        const auto busy = visit();
        QTRY_COMPARE(m_server->clients(), std::size_t(2));
        const QByteArray picture(300'000, 'p');
        for (int i = 0; i < 30 && m_server->clients() > 1; ++i) {
            Q_EMIT m_node->posterCame(base::ContentId(), picture);
            QTRY_VERIFY(busy->bytesAvailable() == 0 || !busy->readAll().isEmpty());
            QTest::qWait(0);
        }
        QTRY_COMPARE(m_server->clients(), std::size_t(1));
        QCOMPARE(busy->state(), QLocalSocket::ConnectedState);
    }
};

QTEST_GUILESS_MAIN(TestSocket)
#include "tst_socket.moc"
