#include <QTest>

#include "p2p/crypto/hash.h"
#include "p2p/wire/description.h"

using namespace mutoscope;
using namespace mutoscope::wire;

class TestDescription : public QObject
{
    Q_OBJECT

    const crypto::NodeKey m_publisher = crypto::NodeKey::generate();
    const std::vector<std::string> m_documents{"{\"hls\":\"one\"}", "{}", "{\"hls\":\"three\"}"};

    [[nodiscard]] Signed<Manifest> manifest(const std::vector<std::string>& documents) const
    {
        Manifest film;
        film.network = "test";
        film.publisher = m_publisher.publicKey();
        film.title = "A film";
        film.durationMs = 1'000;
        for (const std::string& document : documents)
            film.playlists.push_back({.sha256 = crypto::sha256(document), .bytes = base::ByteCount(static_cast<std::int64_t>(document.size())), .segments = 1});
        film.segmentBytes = base::ByteCount(1'000);
        return sign(std::move(film), m_publisher);
    }

private Q_SLOTS:
    void itComesBack()
    {
        const auto film = manifest(m_documents);
        const auto read = readDescription(joinDescription(film.bytes, m_documents), "test");
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QCOMPARE(read->manifest.bytes, film.bytes);
        QCOMPARE(read->documents, m_documents);
    }
    void whatDoesNotFitIsRefused()
    {
        const auto film = manifest(m_documents);
        const std::string good = joinDescription(film.bytes, m_documents);
        for (std::size_t size = 0; size < good.size(); ++size)
            QVERIFY(!readDescription(std::string_view(good).substr(0, size), "test"));
        QVERIFY(!readDescription(good + ' ', "test"));
        QVERIFY(!readDescription(good, "other"));
        QVERIFY(!readDescription("-1\n" + good, "test"));
        QVERIFY(!readDescription("99999999999999999999\n" + good, "test"));
        auto others = m_documents;
        std::swap(others[0], others[2]);
        QVERIFY(!readDescription(joinDescription(film.bytes, others), "test"));
        for (std::size_t i = 0; i < good.size(); ++i) {
            std::string changed = good;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            const auto read = readDescription(changed, "test");
            QVERIFY(!read || (read->documents == m_documents && read->manifest.payload == film.payload)); // a blank of the envelope, at most
        }
    }
};

QTEST_GUILESS_MAIN(TestDescription)
#include "tst_description.moc"
