#include <functional>
#include <optional>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/child_process.h"
#include "app/demo/private_network.h"
#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/net/endpoint.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/contract.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using base::ErrorCode;
using wire::Role;

namespace
{

constexpr int peerTime = 90'000;
constexpr int npmTime = 150'000;
const QString contractType = u"mutoscope.contract.v1"_s;
const QString receiptType = u"mutoscope.receipt.v1"_s;

QString programs()
{
    return qEnvironmentVariable("MUTOSCOPE_BIN_DIR", QCoreApplication::applicationDirPath());
}

crypto::NodeKey keyOf(char c)
{
    const std::string seed(crypto::NodeKey::seedSize, c);
    return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
}

template <class Fixed>
Fixed filled(char c)
{
    return Fixed::fromRaw(std::string(Fixed::size, c));
}

// The forms of the wire by Qt, so that what we compare with is not ours.
template <class Fixed>
QString hex(const Fixed& value)
{
    return QString::fromLatin1(QByteArray(value.raw().data(), Fixed::size).toHex());
}

constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QString base64(const base::PublicKey& key)
{
    return QString::fromLatin1(QByteArray(key.raw().data(), base::PublicKey::size).toBase64(base64Url));
}

QByteArray decoded(const QJsonValue& text)
{
    return QByteArray::fromBase64(text.toString().toLatin1(), base64Url);
}

QString encoded(const QByteArray& bytes)
{
    return QString::fromLatin1(bytes.toBase64(base64Url));
}

/// Turns the lowest bit of the byte that follows `text`; false where there is no such byte.
bool flipAfter(QByteArray& bytes, const QByteArray& text)
{
    const qsizetype at = bytes.indexOf(text);
    if (at < 0 || at + text.size() >= bytes.size())
        return false;
    char& byte = bytes[at + text.size()];
    byte = static_cast<char>(byte ^ 1);
    return true;
}

bool flipInPayload(QJsonObject& envelope)
{
    QByteArray payload = decoded(envelope[u"payload"_s]);
    const bool flipped = flipAfter(payload, "\"max_amount\":"); // another amount, in JSON as good as before
    envelope[u"payload"_s] = encoded(payload);
    return flipped;
}

bool flipInSignature(QJsonObject& envelope, qsizetype index, const QString& member, const QByteArray& after)
{
    QJsonArray signatures = envelope[u"signatures"_s].toArray();
    QJsonObject signature = signatures.at(index).toObject();
    QByteArray bytes = decoded(signature[member]);
    const bool flipped = flipAfter(bytes, after);
    signature[member] = encoded(bytes);
    signatures[index] = signature;
    envelope[u"signatures"_s] = signatures;
    return flipped;
}

base::Result<wire::Signed<wire::Contract>> makeContract(const crypto::NodeKey& viewer, const crypto::NodeKey& seeder)
{
    wire::Contract contract;
    contract.network = "private";
    contract.content = filled<base::ContentId>('c');
    contract.tracker = keyOf('t').publicKey();
    contract.seeder = seeder.publicKey();
    contract.incomeAddress = filled<base::Address>('i');
    contract.viewer = viewer.publicKey();
    contract.spendAddress = filled<base::Address>('s');
    contract.pricePerMiB = base::Tokens(1500);
    contract.maxAmount = base::Tokens(5'000'000);
    contract.creditWindow = 3;
    contract.receiptTimeoutMs = 20'000;
    contract.serveUntil = base::UnixMs(1'700'000'000'000);
    contract.closeUntil = base::UnixMs(base::maxInteger); // the largest number that a message may carry
    contract.nonce = filled<base::Nonce>('n');
    const auto both = wire::countersign(wire::sign(contract, viewer), seeder);
    if (!both)
        return tl::unexpected(both.error());
    return wire::open<wire::Contract>(*both, "private", {Role::Viewer, Role::Seeder});
}

base::Result<wire::Signed<wire::Receipt>> makeReceipt(const wire::Signed<wire::Contract>& contract, const crypto::NodeKey& viewer,
                                                      const crypto::NodeKey& seeder)
{
    wire::Receipt receipt;
    receipt.network = "private";
    receipt.contract = wire::contractId(contract);
    receipt.seeder = seeder.publicKey();
    receipt.viewer = viewer.publicKey();
    receipt.seq = 6;
    for (const std::uint32_t index : {0U, 1U, 2U, 3U, 7U})
        receipt.segments.insert(base::SegmentIndex(index));
    receipt.bytes = base::ByteCount(7'000'001);
    receipt.amount = wire::amountDue(receipt.bytes, contract.message.pricePerMiB).value_or(base::Tokens(0));
    receipt.final = true;
    receipt.reason = "Zuschauer fertig – „danke“ 🎬";
    const auto both = wire::countersign(wire::sign(receipt, viewer), seeder);
    if (!both)
        return tl::unexpected(both.error());
    return wire::open<wire::Receipt>(*both, "private", {Role::Viewer, Role::Seeder});
}

/// A copy of the peer with its packages, beside the build's programs so that they are fetched once for a build.
class Peer
{
public:
    /// Why the peer can't be had on this machine; nothing where it is there. Anything else that goes wrong is in `error`.
    std::optional<QString> install(QString& error)
    {
        m_node = QStandardPaths::findExecutable(u"node"_s);
        if (m_node.isEmpty())
            return u"there is no Node.js"_s;
        const QDir source(qEnvironmentVariable("MUTOSCOPE_SOURCE_DIR") + u"/tests/functional/jose"_s);
        m_folder.setPath(QDir::cleanPath(programs() + u"/../jose"_s));
        m_folder.mkpath(u"."_s);
        for (const QString& name : {u"package.json"_s, u"package-lock.json"_s, u"peer.mjs"_s}) {
            QFile::remove(m_folder.filePath(name));
            if (!QFile::copy(source.filePath(name), m_folder.filePath(name))) {
                error = source.filePath(name) + u" can't be copied to "_s + m_folder.path();
                return {};
            }
        }
        // Written last, so that an install that was cut short is done again.
        const QString installed = m_folder.filePath(u"installed-lock.json"_s);
        if (m_folder.exists(u"node_modules"_s) && sameBytes(installed, m_folder.filePath(u"package-lock.json"_s)))
            return {};
        const QString npm = QStandardPaths::findExecutable(u"npm"_s);
        if (npm.isEmpty())
            return u"there is no npm"_s;
        const auto done = app::runToEnd(npm, {u"ci"_s, u"--prefix"_s, m_folder.path(), u"--no-audit"_s, u"--no-fund"_s,
                                              u"--ignore-scripts"_s, u"--fetch-retries=1"_s, u"--fetch-retry-mintimeout=1000"_s},
                                        npmTime);
        if (!done) {
            static const QRegularExpression unreachable(
                u"\\b(ENOTFOUND|EAI_AGAIN|ECONN[A-Z]+|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E50[234])\\b"_s);
            const QString reason = QString::fromStdString(done.error().message);
            const auto match = unreachable.match(reason);
            if (done.error().code == ErrorCode::Timeout || match.hasMatch())
                return u"npm can't reach its registry: "_s + (match.hasMatch() ? match.captured() : reason);
            error = reason;
            return {};
        }
        QFile::remove(installed);
        if (!QFile::copy(m_folder.filePath(u"package-lock.json"_s), installed))
            error = installed + u" can't be written"_s;
        return {};
    }

    /// What it printed, or its reason for failing.
    [[nodiscard]] base::Result<QJsonObject> run(const QStringList& arguments) const
    {
        const auto output = app::runToEnd(m_node, QStringList{m_folder.filePath(u"peer.mjs"_s)} + arguments, peerTime);
        if (!output)
            return tl::unexpected(output.error());
        return QJsonDocument::fromJson(*output).object();
    }

private:
    static bool sameBytes(const QString& one, const QString& other)
    {
        QFile a(one);
        QFile b(other);
        return a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly) && a.readAll() == b.readAll();
    }

    QString m_node;
    QDir m_folder;
};

/// For QVERIFY2, which wants its reason even where there is none.
template <class T>
QByteArray because(const base::Result<T>& result)
{
    return result ? QByteArray() : QByteArray::fromStdString(result.error().message);
}

} // namespace

/// Our messages are plain JOSE: an implementation that is not ours reads and writes them.
class TestJose : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        QString error;
        if (const auto missing = m_peer.install(error)) {
            const QByteArray reason = "tests against the npm package jose: " + missing->toUtf8();
            if (qEnvironmentVariable("CI") == u"true"_s)
                QFAIL(reason.constData());
            QSKIP(reason.constData());
        }
        QVERIFY2(error.isEmpty(), qPrintable(error));
        QVERIFY(m_files.isValid());

        const auto contract = makeContract(m_viewer, m_seeder);
        QVERIFY2(contract, because(contract).constData());
        m_contract = *contract;
        const auto receipt = makeReceipt(m_contract, m_viewer, m_seeder);
        QVERIFY2(receipt, because(receipt).constData());
        m_receipt = *receipt;
    }

    void readsOurContract()
    {
        const auto read = verify(contractType, QByteArray::fromStdString(m_contract.bytes));
        QVERIFY2(read, because(read).constData());
        QCOMPARE(read->value(u"sha256"_s).toString(), hex(wire::contractId(m_contract)));
        QCOMPARE(read->value(u"message"_s).toObject(), (QJsonObject{
            {u"network"_s, u"private"_s},
            {u"content"_s, hex(filled<base::ContentId>('c'))},
            {u"tracker"_s, base64(keyOf('t').publicKey())},
            {u"seeder"_s, base64(m_seeder.publicKey())},
            {u"income_address"_s, hex(filled<base::Address>('i'))},
            {u"viewer"_s, base64(m_viewer.publicKey())},
            {u"spend_address"_s, hex(filled<base::Address>('s'))},
            {u"price_per_mib"_s, 1500},
            {u"max_amount"_s, 5'000'000},
            {u"credit_window"_s, 3},
            {u"receipt_timeout_ms"_s, 20'000},
            {u"serve_until"_s, qint64{1'700'000'000'000}},
            {u"close_until"_s, qint64{9'007'199'254'740'991}},
            {u"nonce"_s, hex(filled<base::Nonce>('n'))},
        }));
    }

    void readsOurReceipt()
    {
        const auto read = verify(receiptType, QByteArray::fromStdString(m_receipt.bytes));
        QVERIFY2(read, because(read).constData());
        QCOMPARE(read->value(u"sha256"_s).toString(), hex(m_receipt.payload));
        QCOMPARE(read->value(u"message"_s).toObject(), (QJsonObject{
            {u"network"_s, u"private"_s},
            {u"contract"_s, hex(wire::contractId(m_contract))},
            {u"seeder"_s, base64(m_seeder.publicKey())},
            {u"viewer"_s, base64(m_viewer.publicKey())},
            {u"seq"_s, 6},
            {u"segments"_s, QJsonArray{QJsonArray{0, 3}, QJsonArray{7, 7}}},
            {u"bytes"_s, 7'000'001},
            {u"amount"_s, 10'014}, // ceil(7000001 × 1500 / 2^20)
            {u"final"_s, true},
            {u"reason"_s, u"Zuschauer fertig – „danke“ 🎬"_s},
        }));
    }

    void refusesAFlippedBit_data()
    {
        using Flip = std::function<bool(QJsonObject&)>;
        QTest::addColumn<Flip>("flip");
        const auto inSignature = [](qsizetype index, const QString& member, const QByteArray& after) -> Flip {
            return [=](QJsonObject& envelope) { return flipInSignature(envelope, index, member, after); };
        };
        QTest::newRow("payload") << Flip(flipInPayload);
        QTest::newRow("viewer's signature") << inSignature(0, u"signature"_s, {});
        QTest::newRow("seeder's signature") << inSignature(1, u"signature"_s, {});
        QTest::newRow("viewer's header") << inSignature(0, u"protected"_s, "contract.v");
        QTest::newRow("seeder's header") << inSignature(1, u"protected"_s, "contract.v");
    }
    void refusesAFlippedBit()
    {
        QFETCH(std::function<bool(QJsonObject&)>, flip);
        QJsonObject envelope = contractEnvelope();
        QVERIFY(flip(envelope));
        const QByteArray bytes = QJsonDocument(envelope).toJson(QJsonDocument::Compact);
        const auto read = verify(contractType, bytes);
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("ERR_JWS_SIGNATURE_VERIFICATION_FAILED") != std::string::npos, because(read).constData());
        QVERIFY(!wire::open<wire::Contract>(bytes.toStdString(), "private", {Role::Viewer, Role::Seeder})); // and so do we
    }

    void refusesAMissingSignature()
    {
        QJsonObject envelope = contractEnvelope();
        QJsonArray signatures = envelope[u"signatures"_s].toArray();
        signatures.removeLast();
        envelope[u"signatures"_s] = signatures;
        const QByteArray bytes = QJsonDocument(envelope).toJson();
        QVERIFY(!verify(contractType, bytes));
        QVERIFY(m_peer.run({u"verify"_s, contractType, m_file, u"viewer"_s})); // the one that is left is good
        QVERIFY(!m_peer.run({u"verify"_s, contractType, m_file, u"seeder"_s}));
    }

    void refusesAnotherType()
    {
        const auto read = verify(contractType, QByteArray::fromStdString(m_receipt.bytes));
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(receiptType.toStdString()) != std::string::npos, because(read).constData());
    }

    void talksToATracker()
    {
        app::PrivateNetwork network(programs(), m_files.filePath(u"network"_s));
        const auto started = network.startTracker();
        QVERIFY2(started, because(started).constData());
        const QString link = network.trackerLink();
        const auto tracker = net::parseTrackerLink(link.toStdString());
        QVERIFY(tracker && tracker->key && tracker->endpoint.pin);

        const auto greeted = m_peer.run({u"handshake"_s, link, u"private"_s});
        QVERIFY2(greeted, because(greeted).constData());
        const QJsonObject greeting = greeted->value(u"answer"_s).toObject();
        QCOMPARE(greeting[u"node"_s].toString(), base64(*tracker->key));
        QCOMPARE(greeting[u"tls_pin"_s].toString(), hex(*tracker->endpoint.pin));
        QCOMPARE(greeting[u"name"_s].toString(), u"Private network"_s);
        QCOMPARE(greeting.size(), 6);

        const auto given = m_peer.run({u"spend-address"_s, link, u"private"_s});
        QVERIFY2(given, because(given).constData());
        const QJsonObject address = given->value(u"answer"_s).toObject();
        QCOMPARE(address[u"kind"_s].toString(), u"spend"_s);
        // Anyone can recompute it: the owner's first one.
        const QByteArray asked = decoded(given->value(u"asked"_s));
        QCOMPARE(asked.size(), 32);
        const std::string preimage = "mutoscope.spend.v1" + std::string(tracker->key->raw()) + asked.toStdString() + std::string(8, '\0');
        QCOMPARE(address[u"address"_s].toString(), hex(crypto::sha256(preimage)));

        const auto refused = m_peer.run({u"corrupted-handshake"_s, link, u"private"_s});
        QVERIFY2(refused, because(refused).constData());
        QCOMPARE(*refused, (QJsonObject{{u"status"_s, 400}, {u"bytes"_s, 0}}));

        // The peer's own checks can fail: another pin, another key, another network.
        const QString pin = hex(*tracker->endpoint.pin);
        const auto unknown = m_peer.run({u"handshake"_s, QString(link).replace(pin, QString(64, u'0')), u"private"_s});
        QVERIFY(!unknown && unknown.error().message.find("the certificate is not the one") != std::string::npos);
        const auto impostor =
            m_peer.run({u"handshake"_s, QString(link).replace(base64(*tracker->key), base64(m_seeder.publicKey())), u"private"_s});
        QVERIFY(!impostor && impostor.error().message.find("signed by another key") != std::string::npos);
        const auto foreign = m_peer.run({u"handshake"_s, link, u"elsewhere"_s});
        QVERIFY(!foreign && foreign.error().message.find("HTTP 400") != std::string::npos);
    }

private:
    [[nodiscard]] QJsonObject contractEnvelope() const
    {
        return QJsonDocument::fromJson(QByteArray::fromStdString(m_contract.bytes)).object();
    }

    /// What the peer says to a message that viewer and seeder must have signed.
    [[nodiscard]] base::Result<QJsonObject> verify(const QString& type, const QByteArray& bytes) const
    {
        QFile file(m_file);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.flush())
            return base::fail(ErrorCode::Io, "the message can't be written");
        return m_peer.run({u"verify"_s, type, m_file, u"viewer"_s, u"seeder"_s});
    }

    Peer m_peer;
    QTemporaryDir m_files;
    const QString m_file = m_files.filePath(u"message.json"_s);
    const crypto::NodeKey m_viewer = keyOf('v');
    const crypto::NodeKey m_seeder = keyOf('b');
    wire::Signed<wire::Contract> m_contract;
    wire::Signed<wire::Receipt> m_receipt;
};

QTEST_GUILESS_MAIN(TestJose)
#include "tst_jose.moc"
