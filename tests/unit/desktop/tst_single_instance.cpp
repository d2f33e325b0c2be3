#include <thread>

#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/desktop/single_instance.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using app::SingleInstance;

namespace
{

/// As another process does it: it waits for the answer, while we go on.
bool startAgain(const std::filesystem::path& folder, const QString& link)
{
    std::atomic<int> outcome = -1;
    std::jthread other([&] { outcome = SingleInstance(folder).handOver(link) ? 1 : 0; });
    if (!QTest::qWaitFor([&] { return outcome >= 0; }, 10'000))
        qFatal("it never came back");
    return outcome == 1;
}

} // namespace

class TestSingleInstance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theFirstOneFindsNobody() { QVERIFY(!startAgain(path(), u"mutoscope:abc"_s)); }

    void theSecondHandsItsLinkOver()
    {
        SingleInstance first(path());
        first.listen();
        QSignalSpy asked(&first, &SingleInstance::asked);
        QVERIFY(startAgain(path(), u"mutoscope:ä"_s));
        QVERIFY(startAgain(path(), QString()));
        QCOMPARE(asked.size(), 2);
        QCOMPARE(asked[0][0].toString(), u"mutoscope:ä"_s);
        QCOMPARE(asked[1][0].toString(), QString());
    }

    void aFolderThatIsNotThereYet()
    {
        SingleInstance first(path() / "deep" / "folder");
        first.listen();
        QVERIFY(startAgain(path() / "deep" / "folder", {}));
    }

    /// What a killed process leaves behind answers nobody.
    void aSocketThatWasLeftBehind()
    {
        {
            QLocalServer dead;
            QVERIFY(dead.listen(QString::fromStdString((path() / "window.socket").string())));
            QFile::rename(dead.fullServerName(), dead.fullServerName() + u".kept"_s);
            dead.close();
            QFile::rename(dead.fullServerName() + u".kept"_s, dead.fullServerName());
        }
        QFile::rename(QString::fromStdString((path() / "window.socket.kept").string()), QString::fromStdString((path() / "window.socket").string()));
        QVERIFY(QFile::exists(QString::fromStdString((path() / "window.socket").string())));
        QVERIFY(!startAgain(path(), {}));
        SingleInstance next(path());
        next.listen();
        QVERIFY(startAgain(path(), {}));
    }

    void garbageAndSilence()
    {
        SingleInstance first(path());
        first.listen();
        QSignalSpy asked(&first, &SingleInstance::asked);
        QLocalSocket endless;
        endless.connectToServer(QString::fromStdString((path() / "window.socket").string()));
        endless.write(QByteArray(300'000, 'x'));
        QTRY_COMPARE(endless.state(), QLocalSocket::UnconnectedState);
        QLocalSocket silent;
        silent.connectToServer(QString::fromStdString((path() / "window.socket").string()));
        QVERIFY(startAgain(path(), u"mutoscope:x"_s));
        QCOMPARE(asked.size(), 1);
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_single_instance.moc"
