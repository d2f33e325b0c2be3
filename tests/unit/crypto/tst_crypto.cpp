#include <fstream>

#include <sodium.h>

#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/random.h"

using namespace mutoscope;
using namespace mutoscope::crypto;
namespace fs = std::filesystem;

namespace
{

std::string raw(std::string_view hex)
{
    return base::fromHex(hex).value();
}

base::PublicKey keyOf(std::string_view hex)
{
    return base::PublicKey::fromRaw(raw(hex));
}

NodeKey fromSeedHex(std::string_view hex)
{
    return NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(raw(hex).data()));
}

constexpr std::string_view seed1 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

} // namespace

class TestCrypto : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    [[nodiscard]] fs::path path(const char* name) const { return fs::path(m_home.path().toStdString()) / name; }

private Q_SLOTS:
    void initTestCase() { initialise(); }

    void signsAsRfc8032_data()
    {
        QTest::addColumn<QByteArray>("seed");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("signature");
        const auto row = [](const char* name, const char* seed, const char* key, const char* message,
                            const char* signature) {
            QTest::newRow(name) << QByteArray(seed) << QByteArray(key) << QByteArray(message) << QByteArray(signature);
        };
        row("7.1 test 1", seed1.data(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f059"
            "5bbe2465514143"
            "8e7a100b");
        row("7.1 test 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4"
            "302aeeb00d2916"
            "12bb0c00");
        row("7.1 test 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e971"
            "6ed28dc027bece"
            "ea1ec40a");
    }
    void signsAsRfc8032()
    {
        QFETCH(QByteArray, seed);
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, signature);
        const NodeKey node = fromSeedHex(seed.toStdString());
        QCOMPARE(base::toHex(node.publicKey()), key.toStdString());
        QCOMPARE(base::toHex(node.sign(raw(message.toStdString()))), signature.toStdString());
        QVERIFY(verify(node.publicKey(), raw(message.toStdString()), node.sign(raw(message.toStdString()))));
    }

    void everyFlippedBitOfASignatureIsRefused()
    {
        const NodeKey node = fromSeedHex(seed1);
        const base::Signature good = node.sign("message");
        QVERIFY(verify(node.publicKey(), "message", good));
        QVERIFY(!verify(node.publicKey(), "Message", good));
        QVERIFY(!verify(NodeKey::generate().publicKey(), "message", good));
        for (std::size_t bit = 0; bit < 512; ++bit) {
            base::Signature flipped = good;
            flipped.data()[bit / 8] = static_cast<std::uint8_t>(flipped.data()[bit / 8] ^ 1U << bit % 8);
            QVERIFY(!verify(node.publicKey(), "message", flipped));
        }
    }

    /// S + L satisfies the same equation: whoever takes it has two signatures for one message.
    void aSecondFormOfASignatureIsRefused()
    {
        const NodeKey node = fromSeedHex(seed1);
        base::Signature signature = node.sign("message");
        const std::string order = raw("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        unsigned carry = 0;
        for (std::size_t i = 0; i < 32; ++i) {
            carry += signature.data()[32 + i] + static_cast<std::uint8_t>(order[i]);
            signature.data()[32 + i] = static_cast<std::uint8_t>(carry);
            carry >>= 8;
        }
        QCOMPARE(carry, 0U);
        QVERIFY(!verify(node.publicKey(), "message", signature));
    }

    void keysThatNobodyCanOwnAreRefused()
    {
        const auto mirrored = [](std::string hex) {
            return hex.substr(0, 62) + (hex.substr(62) == "05" ? "85" : "fa");
        };
        const std::string order8a = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
        const std::string order8b = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
        const std::string f60(60, 'f');
        const std::string zeros60(60, '0');
        const std::string zeros62(62, '0');
        const std::vector<std::string> keys{
            std::string(64, '0'),               // order 4
            zeros62 + "80",                     // order 4
            "01" + zeros62,                     // the neutral element
            "01" + zeros60 + "80",              // the same, not canonical
            "ec" + f60 + "7f",                  // order 2
            "ec" + f60 + "ff",                  // the same, not canonical
            order8a,
            mirrored(order8a),
            order8b,
            mirrored(order8b),
            "ed" + f60 + "7f",
            "ed" + f60 + "ff", // p: 0, not canonical
            "ee" + f60 + "7f",
            "ee" + f60 + "ff", // p + 1: 1, not canonical
            "f0" + f60 + "7f", // p + 3: not canonical
            std::string(64, 'f'),
            "02" + zeros62, // on no point of the curve
        };
        const std::string neutral =
            raw("01" + std::string(126, '0')); // R = 1, S = 0: fits many messages under such keys
        for (const std::string& hex : keys) {
            for (int i = 0; i < 32; ++i)
                QVERIFY2(!verify(keyOf(hex), std::to_string(i), base::Signature::fromRaw(neutral)), hex.c_str());
        }
    }

    void hashesAsFips180()
    {
        QCOMPARE(base::toHex(sha256("")),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(base::toHex(sha256("abc")),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        Sha256Stream stream;
        stream.add("a");
        stream.add("");
        stream.add("bc");
        QCOMPARE(stream.finish(), sha256("abc"));
    }

    /// SHA256(SHA224(PK)), made by another program (Python's hashlib) from the keys of RFC 8032.
    void addresses()
    {
        QCOMPARE(
            base::toHex(ordinaryAddress(keyOf("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))),
            std::string("06184adff6ac0e289aed531431634ebcea7b55c9d33acbec8a93b3b1361b4d6a"));
        QCOMPARE(
            base::toHex(ordinaryAddress(keyOf("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))),
            std::string("652a291c7b688c756919d76697596a878ac5715f7f12d579433d43e23b006622"));
    }

    void aKeyFileIsMadeOnceAndKept()
    {
        const fs::path file = path("keys/node.key");
        const auto made = NodeKey::loadOrCreate(file);
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        QCOMPARE(static_cast<int>(fs::status(file).permissions()), 0600);
        const auto again = NodeKey::loadOrCreate(file);
        QVERIFY(again);
        QCOMPARE(again->publicKey(), made->publicKey());
        QVERIFY(NodeKey::loadOrCreate(path("keys/other.key"))->publicKey() != made->publicKey());
        std::ofstream(path("known.key")) << seed1 << "\n";
        QCOMPARE(base::toHex(NodeKey::loadOrCreate(path("known.key"))->publicKey()),
                 std::string("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    }

    void aDamagedKeyFileIsNeverReplaced_data()
    {
        QTest::addColumn<QByteArray>("content");
        const QByteArray seed(seed1.data(), 64);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("short") << seed.left(62);
        QTest::newRow("long") << seed + "00";
        QTest::newRow("upper case") << seed.toUpper();
        QTest::newRow("another text") << QByteArray("my key");
        QTest::newRow("large") << QByteArray(5000, '0');
    }
    void aDamagedKeyFileIsNeverReplaced()
    {
        QFETCH(QByteArray, content);
        const fs::path file = path("damaged.key");
        std::ofstream(file, std::ios::trunc) << content.toStdString();
        QVERIFY(!NodeKey::loadOrCreate(file));
        QFile after(QString::fromStdString(file.string()));
        QVERIFY(after.open(QIODevice::ReadOnly));
        QCOMPARE(after.readAll(), content);
    }

    void aKeyFileThatCannotBeLookedAtIsNoMissingOne()
    {
        fs::create_symlink(path("loop"), path("loop")); // stat fails, but not because there is nothing
        QVERIFY(!NodeKey::loadOrCreate(path("loop")));
        QVERIFY(fs::is_symlink(path("loop")));
        fs::create_directory(path("folder.key"));
        QVERIFY(!NodeKey::loadOrCreate(path("folder.key")));
    }

    void randomFills()
    {
        SystemRandom random;
        QVERIFY(random.make<base::Nonce>() != random.make<base::Nonce>());
        QVERIFY(!random.make<base::Sha256>().isZero());
    }
};

QTEST_GUILESS_MAIN(TestCrypto)
#include "tst_crypto.moc"
