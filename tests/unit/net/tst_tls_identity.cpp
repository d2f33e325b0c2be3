#include <QCryptographicHash>
#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QTemporaryDir>
#include <QTest>

#include "p2p/net/tls_identity.h"

using namespace mutoscope;
using namespace mutoscope::net;

class TestTlsIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void generates();
    void keeps();
    void refusesGarbage_data();
    void refusesGarbage();
};

void TestTlsIdentity::generates()
{
    const TlsIdentity identity = TlsIdentity::generate();
    const auto certificates = QSslCertificate::fromData(QByteArray::fromStdString(identity.certificatePem()));
    QCOMPARE(certificates.size(), 1);
    const QByteArray digest = certificates.first().digest(QCryptographicHash::Sha256);
    QCOMPARE(QByteArray::fromStdString(std::string(identity.fingerprint().raw())), digest);
    QVERIFY(certificates.first().isSelfSigned());
    const QSslKey key(QByteArray::fromStdString(identity.keyPem()), QSsl::Ec);
    QVERIFY(!key.isNull());
    QCOMPARE(key.length(), 256);
    QVERIFY(TlsIdentity::generate().fingerprint() != identity.fingerprint());
}

void TestTlsIdentity::keeps()
{
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("new/deeper")).toStdString();
    const auto first = TlsIdentity::loadOrCreate(path);
    QVERIFY(first);
    const auto second = TlsIdentity::loadOrCreate(path);
    QVERIFY(second);
    QVERIFY(first->fingerprint() == second->fingerprint());
    QVERIFY(first->keyPem() == second->keyPem() && first->certificatePem() == second->certificatePem());
    using std::filesystem::perms;
    QCOMPARE(std::filesystem::status(path / "tls-identity.pem").permissions(), perms::owner_read | perms::owner_write);
}

void TestTlsIdentity::refusesGarbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const TlsIdentity one = TlsIdentity::generate();
    const TlsIdentity other = TlsIdentity::generate();
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("garbage") << QByteArray("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    QTest::newRow("key alone") << QByteArray::fromStdString(one.keyPem());
    QTest::newRow("certificate alone") << QByteArray::fromStdString(one.certificatePem());
    QTest::newRow("another's certificate") << QByteArray::fromStdString(one.keyPem() + other.certificatePem());
    QTest::newRow("cut off") << QByteArray::fromStdString(one.keyPem() + one.certificatePem()).chopped(60);
    QTest::newRow("too large") << QByteArray(100'000, 'x');
}

void TestTlsIdentity::refusesGarbage()
{
    QFETCH(QByteArray, bytes);
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("tls-identity.pem")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    QVERIFY(!TlsIdentity::loadOrCreate(folder.path().toStdString()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes); // not replaced
}

QTEST_GUILESS_MAIN(TestTlsIdentity)
#include "tst_tls_identity.moc"
