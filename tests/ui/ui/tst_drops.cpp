#include <QDialog>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QTemporaryDir>

#include "ui/drops.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::MainWindow;

/// What falls on the window.
class DropsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QUrl file(const QString& name, const QByteArray& text)
    {
        QFile made(m_folder.filePath(name));
        if (!made.open(QIODevice::WriteOnly) || made.write(text) != text.size())
            qFatal("no file can be made");
        return QUrl::fromLocalFile(made.fileName());
    }
    static bool drop(const WindowFixture& f, const QMimeData& data)
    {
        QDragEnterEvent enter(QPoint(300, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QApplication::sendEvent(f.window.get(), &enter);
        if (!enter.isAccepted())
            return false;
        QDropEvent event(QPointF(300, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        event.ignore();
        QApplication::sendEvent(f.window.get(), &event);
        return event.isAccepted();
    }

private Q_SLOTS:
    void linksAreOpened()
    {
        WindowFixture f;
        QMimeData text;
        text.setText(u"mutoscope:a1\nmutoscope:b2"_s);
        QVERIFY(drop(f, text));
        QCOMPARE(f.node.calls.last(), u"open mutoscope:a1"_s);
        QVERIFY(!f.node.calls.contains(u"open mutoscope:b2"_s)); // it comes after that
        QMimeData addresses;
        addresses.setUrls({QUrl(u"mutoscope:c3?tracker=https%3A%2F%2Fhost%3A1%2F"_s)});
        QVERIFY(drop(f, addresses));
        QCOMPARE(f.node.calls.last(), u"open mutoscope:c3?tracker=https%3A%2F%2Fhost%3A1%2F"_s);
    }
    void aListIsOpened()
    {
        WindowFixture f;
        QMimeData data;
        data.setUrls({file(u"series.m3u8"_s, "#EXTM3U\n#EXTINF:60,One\nmutoscope:a1\nmutoscope:b2\n")});
        QVERIFY(drop(f, data));
        QCOMPARE(f.node.calls.last(), u"open mutoscope:a1"_s);
        QCOMPARE(f.window->page(), MainWindow::Page::Player);
    }
    void aVideoFileIsPublished()
    {
        WindowFixture f;
        QMimeData data;
        data.setUrls({file(u"holiday.mp4"_s, QByteArray(5'000, '\0'))});
        QVERIFY(drop(f, data));
        QCOMPARE(f.window->page(), MainWindow::Page::Seeding);
        QVERIFY(f.window->findChild<QDialog*>());
        QVERIFY(f.texts().contains(u"holiday.mp4"_s));
        QVERIFY(f.node.calls.isEmpty());
    }
    void aPermitIsNotHandedOn()
    {
        for (const auto& [given, left] : {std::pair{u"mutoscope:a"_s, u"mutoscope:a"_s},
                                          {u"mutoscope:a?permit=YQ"_s, u"mutoscope:a"_s},
                                          {u"mutoscope:a?tracker=b&permit=YQ"_s, u"mutoscope:a?tracker=b"_s},
                                          {u"mutoscope:a?permit=YQ&seeder=c&seeder=d"_s, u"mutoscope:a?seeder=c&seeder=d"_s}})
            QCOMPARE(ui::withoutPermit(given), left);
    }
    void aFolderWithHlsIsPublished()
    {
        WindowFixture f;
        const QTemporaryDir folder;
        QFile playlist(folder.filePath(u"main.m3u8"_s));
        QVERIFY(playlist.open(QIODevice::WriteOnly));
        playlist.close();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder.path())});
        QVERIFY(drop(f, data));
        QCOMPARE(f.window->page(), MainWindow::Page::Seeding);
        QVERIFY(f.window->findChild<QDialog*>());
    }
    void otherThingsAreRefused()
    {
        WindowFixture f;
        QMimeData text;
        text.setText(u"https://example.org"_s);
        QVERIFY(!drop(f, text));
        QMimeData address;
        address.setUrls({QUrl(u"https://example.org/film.mp4"_s)});
        QVERIFY(!drop(f, address));
        QMimeData two;
        two.setUrls({file(u"one.mp4"_s, "1"), file(u"two.mp4"_s, "2")});
        QVERIFY(!drop(f, two)); // not several at once
        const QTemporaryDir folder; // without HLS in it
        QMimeData gone;
        gone.setUrls({QUrl::fromLocalFile(m_folder.filePath(u"gone.mp4"_s)), QUrl::fromLocalFile(folder.path())});
        QVERIFY(!drop(f, gone));
        QVERIFY(!drop(f, QMimeData()));
        QVERIFY(f.node.calls.isEmpty());
        QVERIFY(!f.window->findChild<QDialog*>());
        QCOMPARE(f.window->page(), MainWindow::Page::Player);
    }
};

QTEST_MAIN(DropsTest)
#include "tst_drops.moc"
