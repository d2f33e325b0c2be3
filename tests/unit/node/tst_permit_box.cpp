#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "p2p/base/file.h"
#include "p2p/node/permit_box.h"

using namespace mutoscope;
using node::PermitBox;

namespace
{

constexpr base::UnixMs now(1'000'000);

base::ContentId film(char with)
{
    return base::ContentId::fromRaw(std::string(32, with));
}

} // namespace

class TestPermitBox : public QObject
{
    Q_OBJECT

    const crypto::NodeKey m_publisher = crypto::NodeKey::generate();
    const crypto::NodeKey m_viewer = crypto::NodeKey::generate();
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] std::filesystem::path folder() const { return m_folder->filePath(QStringLiteral("permits")).toStdString(); }
    [[nodiscard]] PermitBox open() const
    {
        auto box = PermitBox::open(folder(), "test", m_viewer.publicKey());
        Q_ASSERT(box);
        return std::move(*box);
    }
    [[nodiscard]] std::string permit(char content, std::int64_t expires, const crypto::NodeKey& publisher) const
    {
        wire::Permit permit;
        permit.network = "test";
        permit.publisher = publisher.publicKey();
        permit.viewer = m_viewer.publicKey();
        permit.content = film(content);
        permit.title = std::string("Film ") + content;
        permit.expires = base::UnixMs(expires);
        return wire::sign(permit, publisher).bytes;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void whatWasTakenIsThereAfterwards()
    {
        PermitBox box = open();
        QVERIFY(box.list().empty());
        const std::string given = permit('b', 2'000'000, m_publisher);
        QVERIFY(box.take(given, now));
        QVERIFY(box.take(permit('a', 2'000'000, m_publisher), now));
        const PermitBox again = open();
        QVERIFY(again.find(film('b'), m_publisher.publicKey()) == given);
        QVERIFY(!again.find(film('c'), m_publisher.publicKey()));
        QCOMPARE(again.list().size(), std::size_t(2));
        QCOMPARE(again.list().front().title, std::string("Film a"));
    }

    void theOneThatLastsLongestIsKept()
    {
        PermitBox box = open();
        const std::string longest = permit('a', 3'000'000, m_publisher);
        QVERIFY(box.take(permit('a', 2'000'000, m_publisher), now));
        QCOMPARE(box.take(longest, now)->expires.value(), 3'000'000);
        QCOMPARE(box.take(permit('a', 2'500'000, m_publisher), now)->expires.value(), 3'000'000);
        QVERIFY(box.find(film('a'), m_publisher.publicKey()) == longest);
        QVERIFY(open().find(film('a'), m_publisher.publicKey()) == longest);
        QCOMPARE(box.list().size(), std::size_t(1));
    }

    void oneIsRemoved()
    {
        PermitBox box = open();
        QVERIFY(box.take(permit('a', 2'000'000, m_publisher), now));
        QVERIFY(box.take(permit('a', 2'000'000, crypto::NodeKey::generate()), now));
        QVERIFY(box.take(permit('b', 2'000'000, m_publisher), now));
        QVERIFY(box.remove(film('a')));
        QVERIFY(box.remove(film('a')));
        QVERIFY(!box.find(film('a'), m_publisher.publicKey()));
        QCOMPARE(open().list().size(), std::size_t(1));
    }

    /// Somebody else's permit for the same film is worthless, and must not push the good one out.
    void aStrangersStandsBesideIt()
    {
        PermitBox box = open();
        const crypto::NodeKey stranger = crypto::NodeKey::generate();
        const std::string good = permit('a', 2'000'000, m_publisher);
        QVERIFY(box.take(good, now));
        QVERIFY(box.take(permit('a', 9'000'000, stranger), now));
        QVERIFY(box.find(film('a'), m_publisher.publicKey()) == good);
        QVERIFY(open().find(film('a'), m_publisher.publicKey()) == good);
    }

    void whatIsOfNoUseIsRefused()
    {
        PermitBox box = open();
        const auto expired = box.take(permit('a', now.value(), m_publisher), now);
        QVERIFY(!expired && expired.error().message.find("expired") != std::string::npos);
        auto othersBox = PermitBox::open(folder(), "test", m_publisher.publicKey());
        const auto others = othersBox->take(permit('a', 2'000'000, m_publisher), now);
        QVERIFY(!others && others.error().message.find("another viewer") != std::string::npos);
        std::string changed = permit('a', 2'000'000, m_publisher);
        changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
        QVERIFY(!box.take(changed, now));
        QVERIFY(!box.take("", now));
        auto elsewhere = PermitBox::open(folder(), "other", m_viewer.publicKey());
        QVERIFY(!elsewhere->take(permit('a', 2'000'000, m_publisher), now));
        QVERIFY(box.list().empty() && std::filesystem::is_empty(folder()));
    }

    void aBrokenFileIsPassedOver()
    {
        QVERIFY(open().take(permit('a', 2'000'000, m_publisher), now));
        QVERIFY(base::writeFileDurably(folder() / "broken.permit", "nothing"));
        QVERIFY(base::writeFileDurably(folder() / "large.permit", std::string(100'000, ' ')));
        const PermitBox box = open();
        QCOMPARE(box.list().size(), std::size_t(1));
        QVERIFY(std::filesystem::exists(folder() / "broken.permit"));
    }

    void aFullDiskKeepsNothing()
    {
        PermitBox box = open();
        std::filesystem::remove_all(folder());
        QVERIFY(base::writeFileDurably(folder(), "in the way"));
        QVERIFY(!box.take(permit('a', 2'000'000, m_publisher), now));
        QVERIFY(!box.find(film('a'), m_publisher.publicKey()));
    }

    void keysAsPeopleHandThemOn()
    {
        const base::PublicKey key = m_viewer.publicKey();
        QCOMPARE(wire::keyText(key).size(), std::size_t(43));
        QVERIFY(wire::keyFromText(' ' + wire::keyText(key) + "\n") == key);
        QVERIFY(wire::keyFromText(base::toHex(key)) == key);
        for (const char* wrong : {"", " ", "abc", "mutoscope:"})
            QVERIFY2(!wire::keyFromText(wrong), wrong);
    }
};

QTEST_GUILESS_MAIN(TestPermitBox)
#include "tst_permit_box.moc"
