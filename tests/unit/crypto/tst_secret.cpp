#include <sys/prctl.h>
#include <sys/resource.h>

#include <QFile>
#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/crypto/sealed.h"
#include "p2p/crypto/secret.h"

using namespace mutoscope;
using namespace mutoscope::crypto;

namespace
{

constexpr SealCost cheap{.passes = 1, .memoryKiB = 8};

std::string sealed(const SecretBytes& secret, std::string_view passphrase)
{
    return seal(secret, passphrase, cheap).value();
}

/// What the kernel says of the pages where this address lies.
QByteArray flagsOfMemory(const void* address)
{
    QFile maps(QStringLiteral("/proc/self/smaps"));
    if (!maps.open(QIODevice::ReadOnly))
        return {};
    bool here = false;
    for (const QByteArray& line : maps.readAll().split('\n')) {
        const QByteArray range = line.left(line.indexOf(' '));
        bool isRange = false;
        const quint64 from = range.left(range.indexOf('-')).toULongLong(&isRange, 16);
        if (isRange && range.contains('-')) {
            const auto at = reinterpret_cast<quint64>(address);
            here = at >= from && at < range.mid(range.indexOf('-') + 1).toULongLong(nullptr, 16);
        } else if (here && line.startsWith("VmFlags:")) {
            return line;
        }
    }
    return {};
}

} // namespace

class TestSecret : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void secretsMoveAndCompare()
    {
        SecretBytes a = SecretBytes::copyOf("secret");
        const std::uint8_t* const where = a.data();
        SecretBytes b = std::move(a);
        QCOMPARE(b.data(), where);
        QCOMPARE(b.view(), std::string_view("secret"));
        QVERIFY(b == SecretBytes::copyOf("secret"));
        QVERIFY(!(b == SecretBytes::copyOf("secreT")));
        QVERIFY(!(b == SecretBytes::copyOf("secret ")));
        QVERIFY(!(SecretBytes::random(32) == SecretBytes::random(32)));
        QCOMPARE(SecretBytes(3).view(), std::string_view("\0\0\0", 3));
        QVERIFY(SecretBytes::copyOf("") == SecretBytes(0));
    }

    /// "dd": left out of dumps, madvise(2).
    void secretsStayOutOfDumps()
    {
        const SecretBytes secret = SecretBytes::random(32);
        const QByteArray flags = flagsOfMemory(secret.data());
        if (flags.isEmpty())
            QSKIP("this kernel does not tell of its memory's flags");
        QVERIFY2(flags.split(' ').contains("dd"), flags.constData());
        const auto ordinary = std::make_unique<std::string>(100'000, 'x');
        QVERIFY(!flagsOfMemory(ordinary->data()).split(' ').contains("dd")); // the test can tell
    }

    void noCoreFileAndNoDebugger()
    {
        forbidDumps();
        rlimit core{};
        QCOMPARE(getrlimit(RLIMIT_CORE, &core), 0);
        QCOMPARE(core.rlim_max, rlim_t{0});
        QCOMPARE(prctl(PR_GET_DUMPABLE), 0);
    }

    void onlyThePassphraseOpens()
    {
        const SecretBytes secret = SecretBytes::random(32);
        const std::string box = sealed(secret, "correct horse");
        QVERIFY(isSealed(box));
        QVERIFY(box.find(base::toHex(secret.view())) == std::string::npos);
        const auto opened = unseal(box, "correct horse");
        QVERIFY(opened && *opened == secret);
        for (const std::string_view wrong : {"correct hors", "correct horse ", "", "Correct horse"}) {
            const auto refused = unseal(box, wrong);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, base::ErrorCode::Forbidden);
        }
        QVERIFY(sealed(secret, "correct horse") != box); // salt and nonce of its own
        const std::string empty = sealed(secret, "");
        QVERIFY(unseal(empty, "").has_value());
        QVERIFY(!unseal(empty, "x"));
    }

    /// Made by another program (Python with libsodium): wallets sealed once must open for ever.
    void whatWasSealedBeforeStillOpens()
    {
        const auto opened = unseal(frozen, "a passphrase of 2026");
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE(opened->view(), std::string_view("0123456789abcdef0123456789abcdef"));
    }

    void noChangedByteOpens()
    {
        const SecretBytes secret = SecretBytes::random(32);
        const std::string box = sealed(secret, "p");
        const std::string head = box.substr(0, box.find(':') + 1);
        const std::string raw = base::fromBase64Url(box.substr(head.size())).value();
        for (std::size_t i = 8; i < raw.size(); ++i) { // the first 8 are the cost
            std::string changed = raw;
            changed[i] = static_cast<char>(changed[i] ^ 0x40);
            const auto refused = unseal(head + base::toBase64Url(changed), "p");
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, base::ErrorCode::Forbidden);
        }
        for (std::size_t size = 0; size < box.size(); ++size)
            QVERIFY(!unseal(box.substr(0, size), "p"));
        QVERIFY(!unseal(box + "\n", "p"));
    }

    /// A file from elsewhere can't make the node take all memory, or hours.
    void aCostBeyondReasonIsRefused()
    {
        const std::string box = sealed(SecretBytes::random(32), "p");
        const std::string head = box.substr(0, box.find(':') + 1);
        const std::string raw = base::fromBase64Url(box.substr(head.size())).value();
        for (const std::string& cost : {std::string("\0\0\0\x11\0\0\0\x08", 8), std::string("\0\0\0\x01\0\x10\0\x01", 8),
                                        std::string("\0\0\0\0\0\0\0\x08", 8), std::string("\0\0\0\x01\0\0\0\0", 8), std::string(8, '\xff')}) {
            const auto refused = unseal(head + base::toBase64Url(cost + raw.substr(8)), "p");
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, base::ErrorCode::Malformed);
        }
    }

private:
    static constexpr std::string_view frozen = "mutoscope.sealed.v1:AAAAAgAAAEAAAQIDBAUGBwgJCgsMDQ4PZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7mNBemYAkHPTQBTVCgrWs0F2srgy4GDR6KiUn1nJ5ub6Ro0Q41MRxEbDHcbYxfakr";
};

QTEST_APPLESS_MAIN(TestSecret)
#include "tst_secret.moc"
