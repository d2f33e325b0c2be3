#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "p2p/node/known_tracker.h"
#include "p2p/discovery/content_link.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;
using node::knownTracker;

namespace
{

net::TrackerLink tracker(char key)
{
    net::TrackerLink link;
    link.endpoint.host = "tracker.example.org";
    link.endpoint.port = 7750;
    link.key = base::PublicKey::fromRaw(std::string(32, key));
    return link;
}

QString filmAt(const net::TrackerLink& link)
{
    discovery::ContentLink film;
    film.content = base::ContentId::fromRaw(std::string(32, 'f'));
    film.tracker = link;
    return QString::fromStdString(toString(film));
}

} // namespace

class TestKnownTracker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void nothingIsKnownAtFirst()
    {
        QCOMPARE(knownTracker(path(), {}), QString());
        QCOMPARE(knownTracker(path(), u"mutoscope:rubbish"_s), QString());
    }
    void aFilmsTrackerWillDo() { QCOMPARE(knownTracker(path(), filmAt(tracker('a'))).toStdString(), toString(tracker('a'))); }
    void linksOfBothKindsNameOne()
    {
        const QString own = QString::fromStdString(toString(tracker('a')));
        QCOMPARE(node::trackerIn(u"  "_s + own + u"\n"_s), own);
        QCOMPARE(node::trackerIn(filmAt(tracker('a'))), own);
        QCOMPARE(node::trackerIn(u"mutoscope:"_s + QString(64, u'f')), QString());
        QCOMPARE(node::trackerIn(u"https://example.org"_s), QString());
        QCOMPARE(node::trackerIn({}), QString());
    }
    void theLastOneIsKept()
    {
        node::rememberTracker(path() / "deep", tracker('a'));
        node::rememberTracker(path() / "deep", tracker('b'));
        // The wallet is with it, whatever a film says.
        QCOMPARE(knownTracker(path() / "deep", filmAt(tracker('c'))).toStdString(), toString(tracker('b')));
    }
    void aDamagedFileCountsAsNone()
    {
        QFile file(m_folder->filePath(u"tracker-link"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(100, 'x'));
        file.close();
        QCOMPARE(knownTracker(path(), {}), QString());
        QVERIFY(file.resize(100'000));
        QCOMPARE(knownTracker(path(), filmAt(tracker('a'))).toStdString(), toString(tracker('a')));
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestKnownTracker)
#include "tst_known_tracker.moc"
