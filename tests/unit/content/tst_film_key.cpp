#include <QtTest>

#include "p2p/content/film_key.h"
#include "tests/unit/content/fixture.h"

using namespace mutoscope;
using namespace mutoscope::content;
using namespace mutoscope::content::testing;
using base::ErrorCode;
using base::SegmentIndex;
using base::UnixMs;

namespace
{

const UnixMs begin(1'000);
const UnixMs end(2'000);

crypto::NodeKey viewerKey()
{
    const std::string seed(crypto::NodeKey::seedSize, 'v');
    return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(seed.data()));
}

struct Film : Home {
    wire::Signed<wire::Manifest> manifest = publish(wire::Access::Permit);

    [[nodiscard]] wire::Signed<wire::Manifest> publish(wire::Access access)
    {
        writeText(path("a/i.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\na.ts\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST\n");
        writeText(path("a/a.ts"), "same");
        writeText(path("a/b.ts"), "same");
        return importHls(path("a/i.m3u8"), {.network = "test", .title = "A film", .description = {}, .poster = {}, .access = access}, *store,
                         key, clock, {})
            .value();
    }
    [[nodiscard]] wire::Signed<wire::Permit> permit() const
    {
        return makePermit(manifest, viewerKey().publicKey(), begin, end, key).value();
    }
};

base::Error checked(const std::optional<std::string>& permit, const wire::Signed<wire::Manifest>& film, wire::Moment when = {begin, begin})
{
    const auto result = wire::checkPermit(permit, film, viewerKey().publicKey(), when);
    return result ? base::Error{ErrorCode::Internal, ""} : result.error();
}

} // namespace

class TestFilmKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsStoredIsEncrypted()
    {
        Film film;
        QVERIFY(film.manifest.message.encryption);
        const auto stream = film.stream(film.manifest);
        QVERIFY(stream);
        std::vector<std::string> stored;
        for (std::uint32_t i = 0; i < 2; ++i) {
            QCOMPARE(stream->segment(SegmentIndex(i)).bytes.value(), 4 + 16);
            stored.push_back(**film.store->get(stream->segment(SegmentIndex(i)).sha256));
        }
        QVERIFY(stored[0] != stored[1]); // the same bytes twice
        const auto cipher = openFilm(film.manifest, film.permit().message, viewerKey());
        QVERIFY(cipher && *cipher);
        QCOMPARE((*cipher)->decrypt(SegmentIndex(0), stored[0]), std::optional<std::string>("same"));
        QCOMPARE((*cipher)->decrypt(SegmentIndex(1), stored[1]), std::optional<std::string>("same"));
        QVERIFY(!(*cipher)->decrypt(SegmentIndex(1), stored[0]));
    }

    void eachFilmHasAKeyOfItsOwn()
    {
        Film film;
        const auto again = film.publish(wire::Access::Permit);
        QVERIFY(again.message.encryption->salt != film.manifest.message.encryption->salt);
        QVERIFY(again.message.encryption->key != film.manifest.message.encryption->key);
        QVERIFY(wire::contentId(again) != wire::contentId(film.manifest));
    }

    void anOpenFilmIsAsEver()
    {
        Film film;
        const auto open = film.publish(wire::Access::Open);
        QVERIFY(!open.message.encryption);
        QVERIFY(wire::encodeFields(open.message).find("encryption") == std::string::npos);
        QVERIFY(!makePermit(open, viewerKey().publicKey(), begin, end, film.key));
        const auto none = wire::checkPermit({}, open, viewerKey().publicKey(), {begin, end});
        QVERIFY(none && !*none);
    }

    void aSegmentThatWouldBecomeTooLargeIsRefused()
    {
        Film film;
        const std::string largest(static_cast<std::size_t>(wire::PlaylistDocument::maxSegmentBytes), 'x');
        writeText(film.path("b/a.ts"), largest);
        writeText(film.path("b/i.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n");
        const auto import = [&](wire::Access access) {
            return importHls(film.path("b/i.m3u8"), {.network = "test", .title = "L", .description = {}, .poster = {}, .access = access},
                             *film.store, film.key, film.clock, {});
        };
        QVERIFY(import(wire::Access::Open));
        const auto refused = import(wire::Access::Permit);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooLarge);
    }

    void onlyThePublisherMakesPermits()
    {
        Film film;
        const auto viewer = viewerKey().publicKey();
        QCOMPARE(makePermit(film.manifest, viewer, begin, end, viewerKey()).error().code, ErrorCode::Unacceptable);
        QCOMPARE(makePermit(film.manifest, viewer, end, begin, film.key).error().code, ErrorCode::Unacceptable);
        QCOMPARE(makePermit(film.manifest, base::PublicKey(), begin, end, film.key).error().code, ErrorCode::Unacceptable);
        const auto permit = film.permit();
        QCOMPARE(permit.message.title, std::string("A film"));
        QVERIFY(permit.bytes.size() < 8 * 1024 / 4); // a contract carries it
    }

    void itsTimesAreExact()
    {
        Film film;
        const std::string permit = film.permit().bytes;
        const auto holds = [&](UnixMs now, UnixMs until) { return checked(permit, film.manifest, {now, until}).message; };
        QCOMPARE(holds(begin, end), std::string());
        QCOMPARE(holds(end - UnixMs(1), end), std::string());
        QVERIFY(holds(begin - UnixMs(1), end).find("yet") != std::string::npos);
        QVERIFY(holds(end, end).find("expired") != std::string::npos);
        QVERIFY(holds(begin, end + UnixMs(1)).find("outlast") != std::string::npos);
    }

    void whoSaysWhat()
    {
        Film film;
        const auto signedBy = [&](auto change, const crypto::NodeKey& key) {
            auto permit = film.permit().message;
            change(permit);
            return checked(wire::sign(permit, key).bytes, film.manifest);
        };
        QCOMPARE(checked({}, film.manifest).code, ErrorCode::Forbidden);
        QCOMPARE(signedBy([](auto&) {}, film.key).message, std::string());
        QCOMPARE(signedBy([](auto&) {}, viewerKey()).code, ErrorCode::Forbidden);
        QCOMPARE(signedBy([](auto& p) { p.publisher = viewerKey().publicKey(); }, viewerKey()).code, ErrorCode::Forbidden);
        QCOMPARE(signedBy([](auto& p) { p.content = {}; }, film.key).code, ErrorCode::Forbidden);
        QCOMPARE(signedBy([](auto& p) { p.viewer = p.publisher; }, film.key).code, ErrorCode::Forbidden);
        QCOMPARE(signedBy([](auto& p) { p.network = "other"; }, film.key).code, ErrorCode::Forbidden);
        QCOMPARE(checked(std::string(100'000, 'x'), film.manifest).code, ErrorCode::Forbidden);
    }

    void theKeyMustBeTheFilms()
    {
        Film film;
        const auto opens = [&](auto change) {
            auto permit = film.permit().message;
            change(permit);
            return openFilm(film.manifest, permit, viewerKey());
        };
        QVERIFY(opens([](auto&) {}));
        QCOMPARE(opens([](auto& p) { p.sealedKey.reset(); }).error().code, ErrorCode::Forbidden);
        QCOMPARE(opens([](auto& p) { p.sealedKey = wire::SealedKey(); }).error().code, ErrorCode::Forbidden);
        const auto other = crypto::sealTo(viewerKey().publicKey(), crypto::SecretBytes::random(32));
        QCOMPARE(opens([&](auto& p) { p.sealedKey = wire::SealedKey::fromRaw(*other); }).error().code, ErrorCode::Forbidden);
        QVERIFY(!openFilm(film.manifest, film.permit().message, film.key)); // sealed to somebody else
    }
};

QTEST_GUILESS_MAIN(TestFilmKey)
#include "tst_film_key.moc"
