#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/crypto/node_key.h"
#include "p2p/crypto/segment_cipher.h"

// What makes a film for some only: keys that are derived, sealed and used.

using namespace mutoscope;
using namespace mutoscope::crypto;
using base::SegmentIndex;

namespace
{

NodeKey keyOf(char seed)
{
    const std::string bytes(NodeKey::seedSize, seed);
    return NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

SegmentCipher cipherOf(std::string_view key)
{
    return SegmentCipher(std::make_shared<const SecretBytes>(SecretBytes::copyOf(key)));
}

std::string counting(std::size_t size)
{
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(i);
    return bytes;
}

} // namespace

class TestFilmKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialise(); }

    /// The expected bytes are of an implementation in Python: HChaCha20 by hand, ChaCha20-Poly1305 of pyca/cryptography.
    void segmentsAreEncryptedAsSpecified()
    {
        const auto cipher = cipherOf(counting(32));
        const std::string encrypted = cipher.encrypt(SegmentIndex(5), "A segment.");
        QCOMPARE(base::toHex(encrypted), std::string("e39e9bf292e0f365c96b9d4e04c05d641814b16fa2d0621e16e1"));
        QCOMPARE(cipher.decrypt(SegmentIndex(5), encrypted), std::optional<std::string>("A segment."));
    }

    void whatWasChangedIsRefused()
    {
        const auto cipher = cipherOf(counting(32));
        const std::string encrypted = cipher.encrypt(SegmentIndex(5), "A segment.");
        QVERIFY(!cipher.decrypt(SegmentIndex(6), encrypted));
        QVERIFY(!cipherOf(std::string(32, 'k')).decrypt(SegmentIndex(5), encrypted));
        for (std::size_t i = 0; i < encrypted.size(); ++i) {
            std::string changed = encrypted;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            QVERIFY(!cipher.decrypt(SegmentIndex(5), changed));
        }
        for (std::size_t size = 0; size < encrypted.size(); ++size)
            QVERIFY(!cipher.decrypt(SegmentIndex(5), encrypted.substr(0, size)));
        QCOMPARE(cipher.decrypt(SegmentIndex(0), cipher.encrypt(SegmentIndex(0), "")), std::optional<std::string>(""));
    }

    void onlyItsReceiverOpensWhatIsSealed()
    {
        const SecretBytes secret = SecretBytes::copyOf(counting(32));
        const auto sealed = sealTo(keyOf('v').publicKey(), secret);
        QVERIFY(sealed);
        QCOMPARE(sealed->size(), 32 + sealOverhead);
        QVERIFY(keyOf('v').openSealed(*sealed) == secret);
        QVERIFY(!keyOf('w').openSealed(*sealed));
        std::string changed = *sealed;
        changed.back() = static_cast<char>(changed.back() ^ 1);
        QVERIFY(!keyOf('v').openSealed(changed));
        QVERIFY(!keyOf('v').openSealed(std::string(sealOverhead, 'x')));
        QVERIFY(!keyOf('v').openSealed({}));
        QVERIFY(!sealTo(base::PublicKey(), secret)); // of small order
    }

    /// Expected: BLAKE2b of Python's hashlib.
    void derivedKeysAreOfTheirPurpose()
    {
        const NodeKey key = keyOf('p');
        QCOMPARE(base::toHex(key.derive("mutoscope.film.v1" + counting(16)).view()),
                 std::string("a8744881423164865d1bdc5234cb5148e6ffd39cb6b0c99fbf921a2f44368944"));
        QVERIFY(!(key.derive("a") == key.derive("b")));
        QVERIFY(!(key.derive("a") == keyOf('q').derive("a")));
    }
};

QTEST_GUILESS_MAIN(TestFilmKeys)
#include "tst_film_keys.moc"
