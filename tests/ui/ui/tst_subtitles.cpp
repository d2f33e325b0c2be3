#include <QDropEvent>
#include <QFile>
#include <QMenu>
#include <QMimeData>
#include <QTemporaryDir>

#include "ui/cue_store.h"
#include "ui/player_page.h"
#include "ui/subtitle_view.h"
#include "ui/subtitles.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using node::Stage;
using player::Cue;
using player::State;
using ui::CueStore;

namespace
{

Cue cue(std::chrono::milliseconds from, std::chrono::milliseconds to, const QString& text)
{
    return {.from = from, .to = to, .text = text, .formats = {}};
}

QStringList textsAt(const CueStore& store, std::chrono::milliseconds time)
{
    QStringList texts;
    for (const Cue& each : store.at(time))
        texts << each.text;
    return texts;
}

/// A film with subtitles in two languages, in pieces of ten seconds.
node::Viewing withSubtitles()
{
    auto viewing = film(Stage::Playing);
    viewing.subtitles = {{.playlist = 4, .name = "deu", .language = "de"}, {.playlist = 5, .name = "Comments", .language = "en"}};
    return viewing;
}

void tellPiece(WindowFixture& f, std::size_t playlist, std::int64_t fromMs, const char* text)
{
    node::SubtitlePiece piece{.content = f.node.shot.viewing.content, .playlist = playlist, .fromMs = fromMs, .text = text};
    piece.toMs = fromMs + 10'000;
    Q_EMIT f.node.subtitlesCame(piece);
}

QString shown(const WindowFixture& f)
{
    const auto* view = f.window->findChild<ui::SubtitleView*>();
    QStringList texts;
    for (const Cue& each : view->cues())
        texts << each.text;
    return view->isVisible() ? texts.join(u'|') : QString();
}

/// How many pixels of the widget are nearly white, and nearly black.
std::pair<int, int> lightAndDark(QWidget& widget)
{
    const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_ARGB32);
    std::pair<int, int> count;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor colour = image.pixelColor(x, y);
            count.first += colour.lightness() > 220 ? 1 : 0;
            count.second += colour.lightness() < 30 && colour.alpha() > 150 ? 1 : 0;
        }
    }
    return count;
}

} // namespace

class SubtitlesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// They are a track as soon as the first word has been said, beside the film's own and those of files.
    void captionsAreATrack()
    {
        WindowFixture f;
        f.play();
        auto& subtitles = f.window->findChild<ui::PlayerPage*>()->subtitles();
        QVERIFY(subtitles.tracks().empty());
        const auto caption = [](std::chrono::milliseconds from, const QString& text) { return player::Caption{0, cue(from, from + 16s, text)}; };
        Q_EMIT f.playback->captionsCame({caption(1s, {})});
        QVERIFY(subtitles.tracks().empty());
        Q_EMIT f.playback->captionsCame({caption(47s, u"one"_s), caption(48s, u"two"_s), caption(49s, {})});
        QCOMPARE(subtitles.tracks().size(), std::size_t(1));
        QCOMPARE(subtitles.tracks()[0].title, u"Captions 1"_s);
        QCOMPARE(shown(f), QString());
        subtitles.pick(0);
        const auto at = [&](std::chrono::milliseconds time) {
            f.playback->at = time;
            Q_EMIT f.playback->positionChanged();
            return shown(f);
        };
        QCOMPARE(at(47'500ms), u"one"_s);
        QCOMPARE(at(48'500ms), u"two"_s);
        QCOMPARE(at(49'500ms), QString());
        QCOMPARE(at(46s), QString());
        f.be(withSubtitles()); // of the same film, and they come first
        QCOMPARE(subtitles.tracks().size(), std::size_t(3));
        QCOMPARE(subtitles.chosen(), std::optional<std::size_t>(2));
        QCOMPARE(at(48'500ms), u"two"_s);
        Q_EMIT f.playback->captionsCame({caption(60s, u"last"_s)});
        QCOMPARE(at(75s), u"last"_s);
        QCOMPARE(at(77s), QString()); // nothing says so for ever
    }
    // ---- what is here ----

    void cuesOfPieces()
    {
        CueStore store;
        QCOMPARE(store.missing(25s, 10s), std::optional(25'000ms));
        store.add(20s, 30s, false, {cue(21s, 23s, u"b"_s), cue(22s, 31s, u"c"_s)});
        QCOMPARE(store.missing(25s, 10s), std::optional(19'999ms)); // a cue of it may reach into this one
        store.add(10s, 20s, false, {cue(15s, 22s, u"a"_s), cue(21s, 23s, u"b"_s)}); // as HLS repeats them
        QCOMPARE(store.missing(25s, 4s), std::nullopt);
        QCOMPARE(store.missing(25s, 10s), std::optional(30'000ms));
        store.add(30s, 36s, true, {});
        QCOMPARE(store.missing(25s, 1'000s), std::nullopt);
        QCOMPARE(store.missing(2'000s, 10s), std::nullopt); // behind its end
        QCOMPARE(store.missing(3s, 4s), std::optional(3'000ms));

        QCOMPARE(textsAt(store, 14'999ms), QStringList());
        QCOMPARE(textsAt(store, 15s), QStringList{u"a"_s});
        QCOMPARE(textsAt(store, 21'500ms), (QStringList{u"a"_s, u"b"_s}));
        QCOMPARE(textsAt(store, 22s), (QStringList{u"b"_s, u"c"_s}));
        QCOMPARE(textsAt(store, 30'999ms), QStringList{u"c"_s});
        QCOMPARE(textsAt(store, 31s), QStringList());
        QCOMPARE(store.changeAfter(0s), std::optional(15'000ms));
        QCOMPARE(store.changeAfter(15s), std::optional(21'000ms));
        QCOMPARE(store.changeAfter(22s), std::optional(23'000ms));
        QCOMPARE(store.changeAfter(31s), std::nullopt);
        store.clear();
        QCOMPARE(textsAt(store, 21'500ms), QStringList());
        store.setAll({cue(5s, 6s, u"y"_s), cue(1s, 2s, u"x"_s)});
        QCOMPARE(store.missing(0s, 10s), std::nullopt);
        QCOMPARE(textsAt(store, 1s), QStringList{u"x"_s});
    }

    // ---- tracks ----

    void keyAndPieces()
    {
        WindowFixture f;
        f.play();
        f.be(withSubtitles());
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->showPage(ui::MainWindow::Page::Player);
        f.playback->become(State::Paused); // so that time stands still
        f.node.calls.clear();
        QTest::keyClick(f.window.get(), Qt::Key_V);
        QVERIFY(f.texts().contains(u"Subtitles: Deutsch"_s));
        QCOMPARE(f.node.calls, QStringList{u"subtitles 4 at 47000"_s});
        QVERIFY(shown(f).isEmpty());
        tellPiece(f, 5, 40'000, "WEBVTT\n\n00:40.000 --> 00:50.000\nof another track\n");
        QVERIFY(shown(f).isEmpty());
        tellPiece(f, 4, 40'000, "WEBVTT\n\n00:40.000 --> 00:48.500\n<i>Guten</i> Tag\n\n00:48.000 --> 00:50.000\nnoch einer\n");
        QCOMPARE(shown(f), u"Guten Tag"_s);
        QCOMPARE(f.node.calls.last(), u"subtitles 4 at 39999"_s); // the one before, then what follows
        tellPiece(f, 4, 30'000, "this is no WebVTT");
        QCOMPARE(f.node.calls.last(), u"subtitles 4 at 50000"_s);

        f.playback->at = 48'200ms;
        Q_EMIT f.playback->positionChanged();
        QCOMPARE(shown(f), u"Guten Tag|noch einer"_s);
        f.playback->at = 50s;
        Q_EMIT f.playback->positionChanged();
        QVERIFY(shown(f).isEmpty());
        f.playback->at = 49s;
        f.playback->become(State::Playing); // and on by its own: the next report does not come
        Q_EMIT f.playback->positionChanged();
        QCOMPARE(shown(f), u"noch einer"_s);
        f.playback->at = 49'900ms;
        Q_EMIT f.playback->positionChanged();
        QTRY_VERIFY(shown(f).isEmpty());

        QTest::keyClick(f.window.get(), Qt::Key_V);
        QVERIFY(f.texts().contains(u"Subtitles: English · Comments"_s));
        QTest::keyClick(f.window.get(), Qt::Key_V);
        QVERIFY(f.texts().contains(u"Subtitles off"_s));
        f.node.calls.clear();
        Q_EMIT f.playback->positionChanged();
        QVERIFY(f.node.calls.isEmpty());
    }

    void forcedTextBelongsToTheFilm()
    {
        WindowFixture f;
        auto viewing = withSubtitles();
        viewing.subtitles[1].isDefault = viewing.subtitles[1].isForced = true;
        f.play();
        f.be(viewing);
        QVERIFY(f.node.calls.contains(u"subtitles 5 at 47000"_s));
        auto& subtitles = f.window->findChild<ui::PlayerPage*>()->subtitles();
        QCOMPARE(subtitles.chosen(), std::optional<std::size_t>(1));
        subtitles.choose(std::nullopt);
        f.node.tell();
        QVERIFY(!subtitles.chosen()); // the person knows better
        // Another film: its own.
        auto other = film(Stage::Playing);
        other.content = base::ContentId::fromRaw(std::string(32, 'Q'));
        f.be(other);
        QVERIFY(subtitles.tracks().empty());
    }

    void aFileOfOnesOwn()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString& name, const QByteArray& text) {
            QFile file(folder.filePath(name));
            if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
                qFatal("can't write");
            return file.fileName();
        };
        WindowFixture f;
        f.play();
        f.be(withSubtitles());
        auto& subtitles = f.window->findChild<ui::PlayerPage*>()->subtitles();
        subtitles.openFile(folder.filePath(u"none.srt"_s));
        QVERIFY(f.texts().contains(u"“none.srt” can't be read."_s));
        subtitles.openFile(write(u"notes.srt"_s, "Nothing to see here.\n"));
        QVERIFY(f.texts().contains(u"“notes.srt” has no subtitles that can be shown."_s));
        QCOMPARE(subtitles.tracks().size(), 2U);
        subtitles.openFile(write(u"Film.srt"_s, "1\n00:00:47,000 --> 00:00:49,000\n\xcf\xf0\xe8\xe2\xe5\xf2\n"));
        QCOMPARE(subtitles.tracks().size(), 3U);
        QCOMPARE(subtitles.chosen(), std::optional<std::size_t>(2));
        QCOMPARE(shown(f), u"Привет"_s);
        f.node.tell();
        QCOMPARE(shown(f), u"Привет"_s); // a new snapshot leaves it

        QTest::mouseClick(f.button(u"subtitleTracks"_s), Qt::LeftButton);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) != nullptr);
        QStringList entries;
        for (const QAction* action : menu->actions())
            entries << (action->isChecked() ? u"* "_s : QString()) + action->text();
        QCOMPARE(entries, (QStringList{u"Off"_s, u"Deutsch"_s, u"English · Comments"_s, u"* Film.srt"_s, QString(), u"Open subtitle file…"_s}));
        menu->actions().at(0)->trigger();
        QVERIFY(shown(f).isEmpty());
        menu->close();
    }

    void filesAreDropped()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"a.VTT"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("WEBVTT\n\n00:47.000 --> 00:49.000\ndropped\n");
        file.close();
        WindowFixture f;
        f.play();
        QWidget* stage = f.named<QWidget>("film")->parentWidget();
        const auto drop = [&](const QList<QUrl>& urls) {
            QMimeData data;
            data.setUrls(urls);
            QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            enter.ignore();
            QCoreApplication::sendEvent(stage, &enter);
            QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            event.ignore();
            QCoreApplication::sendEvent(stage, &event);
            return enter.isAccepted() && event.isAccepted();
        };
        QVERIFY(!drop({QUrl(u"https://example.org/a.srt"_s)}));
        drop({QUrl::fromLocalFile(folder.filePath(u"film.mp4"_s))}); // the window's
        drop({QUrl::fromLocalFile(file.fileName()), QUrl::fromLocalFile(file.fileName())});
        QVERIFY(shown(f).isEmpty());
        QVERIFY(f.window->findChild<ui::PlayerPage*>()->subtitles().tracks().empty());
        QVERIFY(drop({QUrl::fromLocalFile(file.fileName())}));
        QCOMPARE(shown(f), u"dropped"_s);
    }

    // ---- how it looks ----

    void standsWhereThereIsRoom()
    {
        QWidget parent;
        parent.resize(800, 600);
        parent.show();
        ui::SubtitleView view(&parent, false);
        const QRect all(0, 0, 800, 600);
        view.show({cue(0s, 1s, u"A line of text"_s)});
        QVERIFY(!view.isVisible()); // nobody has said where
        view.place(all, all);
        QVERIFY(view.isVisible());
        QVERIFY(view.geometry().bottom() < 600 - 10 && view.geometry().top() > 450);
        const int height = view.height();

        view.place(all.adjusted(0, 0, 0, -120), all); // the control bar
        QVERIFY(view.geometry().bottom() <= 600 - 120);
        QCOMPARE(view.height(), height);

        const QRect wide(0, 130, 800, 340); // a film with black above and below
        view.place(all, wide);
        QVERIFY(view.geometry().top() > wide.bottom()); // not over the picture
        QVERIFY(all.contains(view.geometry()));
        QVERIFY(view.height() < height); // as large as the picture
        view.place(all.adjusted(0, 0, 0, -120), wide); // no room there any more
        QVERIFY(view.geometry().bottom() <= 600 - 120);

        Cue top = cue(0s, 1s, u"Above"_s);
        top.isOnTop = true;
        view.show({top});
        QVERIFY(view.geometry().top() >= wide.top() && view.geometry().bottom() < wide.center().y());
        view.show({});
        QVERIFY(!view.isVisible());
    }

    void longTextIsWrapped()
    {
        QWidget parent;
        parent.resize(400, 300);
        parent.show();
        ui::SubtitleView view(&parent, false);
        view.place(parent.rect(), parent.rect());
        view.show({cue(0s, 1s, u"short"_s)});
        const int one = view.height();
        view.show({cue(0s, 1s, u"many words in a row "_s.repeated(10))});
        QVERIFY(view.height() > 2 * one);
        view.show({cue(0s, 1s, QString(2'000, u'x'))});
        QVERIFY(parent.rect().contains(view.geometry()));
    }

    void isReadableOnEveryGround()
    {
        QWidget parent;
        parent.resize(800, 400);
        parent.show();
        ui::SubtitleView view(&parent, false);
        view.place(parent.rect(), parent.rect());
        Cue text = cue(0s, 1s, u"Outlined words"_s);
        text.formats = {{.start = 0, .length = 8, .isItalic = true, .isBold = false}};
        view.show({text});
        const auto [light, dark] = lightAndDark(view);
        QVERIFY2(light > 300, qPrintable(QString::number(light)));
        QVERIFY2(dark > 300, qPrintable(QString::number(dark)));
    }
};

QTEST_MAIN(SubtitlesTest)
#include "tst_subtitles.moc"
