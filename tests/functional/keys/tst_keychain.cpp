#include <cstdio>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/wallet/key_file.h"
#include "p2p/wallet/keychain.h"
#include "p2p/wallet/keyring.h"
#include "tests/functional/keys/private_desktop.h"

using namespace mutoscope;
using namespace mutoscope::wallet;

namespace
{

constexpr int patience = 60'000;

/// A program with a wallet in this folder, in a process of its own, as libsecret talks to one keychain for as long as a process lives:
/// opens the wallet or makes a new one, and says "opened KEY", or "STATE KEY PLACE: why not".
int program(const QString& folder, const QString& entry)
{
    base::QtExecutor executor;
    KeyFile file(std::filesystem::path(folder.toStdString()) / "node-key");
    Keychain keychain(executor, entry);
    Keyring keyring({.folder = folder.toStdString(), .file = file, .keychain = keychain, .place = KeyPlace::Keychain, .aside = {}});
    const auto said = [&](const base::Result<crypto::NodeKey>& key) {
        const KeyStatus& status = keyring.status();
        if (key)
            std::printf("opened %s\n", base::toHex(key->publicKey()).c_str());
        else
            std::printf("%d %s %d: %s\n", static_cast<int>(status.state), status.key ? base::toHex(*status.key).c_str() : "none",
                        static_cast<int>(status.place), key.error().message.c_str());
        QCoreApplication::exit();
    };
    executor.post([&] { keyring.openOrCreate(nullptr, said); }); // a file answers at once, before there is a loop to end
    return QCoreApplication::exec();
}

/// The same program, which brings the wallet's key to another place: "moved", or why not.
int mover(const QString& folder, const QString& entry, const QString& to)
{
    base::QtExecutor executor;
    KeyFile file(std::filesystem::path(folder.toStdString()) / "node-key");
    Keychain keychain(executor, entry);
    Keyring keyring({.folder = folder.toStdString(),
                     .file = file,
                     .keychain = keychain,
                     .place = KeyPlace::Keychain,
                     .plainFile = true,
                     .aside = {}});
    const auto opened = [&](const base::Result<crypto::NodeKey>& key) {
        const auto done = [](const base::Result<void>& moved) {
            std::printf("%s\n", moved ? "moved" : moved.error().message.c_str());
            QCoreApplication::exit();
        };
        if (key)
            keyring.move(to == QStringLiteral("file") ? KeyPlace::File : KeyPlace::Keychain, nullptr, nullptr, done);
        else
            done(tl::unexpected(key.error()));
    };
    executor.post([&] { keyring.open(nullptr, opened); });
    return QCoreApplication::exec();
}

QByteArray move(const QTemporaryDir& folder, const QString& to, const QString& entry = QStringLiteral("wallet of the test"))
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--move"), folder.path(), entry, to});
    return process.waitForFinished(patience) ? process.readAllStandardOutput().trimmed() : QByteArray("no answer");
}

QByteArray run(const QTemporaryDir& folder, const QString& entry = QStringLiteral("wallet of the test"))
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--program"), folder.path(), entry});
    return process.waitForFinished(patience) ? process.readAllStandardOutput() : QByteArray("no answer");
}

QByteArray refusal(KeyState state, const QByteArray& key, KeyPlace place)
{
    return QByteArray::number(static_cast<int>(state)) + ' ' + key + ' ' + QByteArray::number(static_cast<int>(place)) + ": ";
}

bool hasKeychain()
{
    return QDBusConnection::sessionBus().interface()->isServiceRegistered(QStringLiteral("org.freedesktop.secrets"));
}

} // namespace

/// The wallet's key in GNOME's keychain, with QtKeychain and libsecret as they are.
class TestKeychain : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::PrivateDesktop> m_desktop;
    QTemporaryDir m_folder;
    QByteArray m_opened; ///< what the program says when the wallet is there
    [[nodiscard]] QByteArray key() const { return m_opened.mid(7).trimmed(); }

    void restartKeyring(const QByteArray& password)
    {
        m_desktop->stopKeyring();
        QTRY_VERIFY_WITH_TIMEOUT(!hasKeychain(), patience);
        QVERIFY(m_desktop->startKeyring(password));
        QTRY_VERIFY_WITH_TIMEOUT(hasKeychain(), patience);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = test::PrivateDesktop::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_desktop = std::make_unique<test::PrivateDesktop>();
        QVERIFY(m_desktop->startBus());
    }

    void withoutAKeychainThatIsSaid()
    {
        const QByteArray said = run(m_folder);
        QVERIFY2(said.startsWith(refusal(KeyState::None, "none", KeyPlace::File)), said.constData());
    }

    void aNewWalletRestsInIt()
    {
        QVERIFY(m_desktop->startKeyring("login"));
        QTRY_VERIFY_WITH_TIMEOUT(hasKeychain(), patience);
        m_opened = run(m_folder);
        QVERIFY2(m_opened.startsWith("opened "), m_opened.constData());
        QVERIFY(!QFileInfo::exists(m_folder.filePath(QStringLiteral("node-key"))));
    }

    void theNextStartFindsIt() { QCOMPARE(run(m_folder), m_opened); }

    /// Out of the keychain, where nothing stays of it, and back in.
    void itMovesIntoAFileAndBack()
    {
        const QString file = m_folder.filePath(QStringLiteral("node-key"));
        QCOMPARE(move(m_folder, QStringLiteral("file")), QByteArray("moved"));
        QVERIFY(QFileInfo::exists(file));
        QCOMPARE(run(m_folder), m_opened);
        QVERIFY(QFile::rename(file, file + QStringLiteral(".away")));
        QVERIFY2(!run(m_folder).startsWith("opened"), "the keychain has it still");
        QVERIFY(QFile::rename(file + QStringLiteral(".away"), file));
        QCOMPARE(move(m_folder, QStringLiteral("keychain")), QByteArray("moved"));
        QVERIFY(!QFileInfo::exists(file));
        QCOMPARE(run(m_folder), m_opened);
    }

    /// Another folder is another wallet: neither takes the other's place.
    void twoWalletsDoNotMix()
    {
        const QTemporaryDir second;
        const QByteArray other = run(second, QStringLiteral("wallet of the second folder"));
        QVERIFY2(other.startsWith("opened "), other.constData());
        QVERIFY(other != m_opened);
        QCOMPARE(run(m_folder), m_opened);
    }

    /// An entry that is gone from a keychain that works.
    void notFoundMakesNoNewWallet()
    {
        const QByteArray said = run(m_folder, QStringLiteral("wallet of somebody else"));
        QVERIFY2(said.startsWith(refusal(KeyState::Unavailable, key(), KeyPlace::Keychain)), said.constData());
    }

    /// The desktop starts again, and nobody has logged in to the keychain. Nobody can be asked here, so it stays so.
    void aLockedKeychainMakesNoNewWallet()
    {
        restartKeyring({});
        const QByteArray said = run(m_folder);
        QVERIFY2(said.startsWith(refusal(KeyState::Unavailable, key(), KeyPlace::Keychain)), said.constData());
    }

    void unlockedItIsTheSameWallet()
    {
        restartKeyring("login");
        QCOMPARE(run(m_folder), m_opened);
    }

    void aKeychainThatIsGoneMakesNoNewWallet()
    {
        m_desktop->stopKeyring();
        QTRY_VERIFY_WITH_TIMEOUT(!hasKeychain(), patience);
        const QByteArray said = run(m_folder);
        QVERIFY2(said.startsWith(refusal(KeyState::Unavailable, key(), KeyPlace::Keychain)), said.constData());
        QVERIFY(!QFileInfo::exists(m_folder.filePath(QStringLiteral("node-key"))));
    }

    /// Whoever asks may be gone before the keychain answers.
    void anAnswerThatComesTooLateIsDropped()
    {
        base::QtExecutor executor;
        bool tooLate = false;
        bool answered = false;
        Keychain other(executor, QStringLiteral("wallet of the test"));
        {
            Keychain gone(executor, QStringLiteral("wallet of the test"));
            gone.read([&](const auto&) { tooLate = true; });
        }
        other.read([&](const auto&) { answered = true; });
        QTRY_VERIFY_WITH_TIMEOUT(answered, patience);
        QVERIFY(!tooLate);
    }
};

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QStringLiteral("--program"))
        return program(arguments.value(2), arguments.value(3));
    if (arguments.value(1) == QStringLiteral("--move"))
        return mover(arguments.value(2), arguments.value(3), arguments.value(4));
    TestKeychain test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_keychain.moc"
