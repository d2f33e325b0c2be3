#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>
#include <QTableView>

#include "ui/widgets.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using node::Stage;
using node::WayOut;
using player::State;
using ui::MainWindow;
using namespace Qt::StringLiterals;

/// What holds on all pages, for everybody who looks at them or has them read aloud.
class LayoutTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControlHasAName()
    {
        WindowFixture f;
        furnishSeeding(f.node.shot);
        f.play();
        f.be(failedFilm({WayOut::OtherSeeder, WayOut::Retry, WayOut::RaiseCap, WayOut::TopUp}));
        int controls = 0;
        for (const QWidget* widget : f.window->findChildren<QWidget*>()) {
            const bool control =
                qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
                (qobject_cast<const QAbstractSlider*>(widget) && !qobject_cast<const QScrollBar*>(widget)) ||
                qobject_cast<const QTableView*>(widget);
            // The corner of a table is Qt's own and never shown.
            if (!control || widget->inherits("QTableCornerButton"))
                continue;
            ++controls;
            QVERIFY2(
                !widget->accessibleName().isEmpty(),
                qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u" "_s + widget->objectName()));
        }
        QVERIFY(controls > 25);
    }
    void nothingIsClipped_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("smallest") << QSize(640, 400);
        QTest::newRow("usual") << QSize(1120, 720);
    }
    void nothingIsClipped()
    {
        QFETCH(QSize, size);
        WindowFixture f(WindowFixture::quick(), size);
        QVERIFY(QTest::qWaitForWindowExposed(f.window.get()));
        const auto check = [&](const char* where) {
            QCoreApplication::processEvents();
            QCOMPARE(f.window->size(), size);
            for (const QWidget* widget : f.window->findChildren<QWidget*>()) {
                const auto* label = qobject_cast<const QLabel*>(widget);
                if (!widget->isVisible() || (!label && !qobject_cast<const QAbstractButton*>(widget)))
                    continue;
                if (qobject_cast<const ui::ElidedLabel*>(widget) || widget->inherits("QTableCornerButton"))
                    continue;
                QSize needed = widget->sizeHint();
                if (label && label->wordWrap())
                    needed = QSize(0, label->heightForWidth(label->width()));
                const QByteArray what =
                    QByteArray(where) + ": " +
                    (label ? label->text() : qobject_cast<const QAbstractButton*>(widget)->text()).toUtf8() + " " +
                    QByteArray::number(needed.width()) + "×" + QByteArray::number(needed.height()) + " in " +
                    QByteArray::number(widget->width()) + "×" + QByteArray::number(widget->height());
                QVERIFY2(widget->width() >= needed.width() && widget->height() >= needed.height(), what.constData());
                // And inside of what holds it, down to the page; a page that scrolls may be longer.
                const QWidget* parent = widget->parentWidget();
                QVERIFY2(parent->rect().contains(widget->geometry()), what.constData());
            }
        };
        check("empty");
        for (const Stage stage : {Stage::FindingSeeder, Stage::Approval, Stage::FirstSegment}) {
            f.be(film(stage));
            check("on the way");
        }
        auto poor = film(Stage::Approval);
        poor.content = {};
        poor.cap = base::Tokens(90'000'000);
        f.be(poor);
        check("more than the wallet holds");
        f.play();
        f.playback->become(State::Paused);
        check("paused");
        const auto everything = failedFilm({WayOut::OtherSeeder, WayOut::Retry, WayOut::RaiseCap, WayOut::TopUp});
        f.be(failedFilm({WayOut::OtherSeeder, WayOut::Retry}));
        check("banner");
        f.playback->become(State::Failed);
        f.be(everything);
        check("problem");
        f.be(film(Stage::Finished));
        f.playback->become(State::Ended);
        check("done");
        f.window->showPage(MainWindow::Page::Seeding);
        check("seeding, empty");
        furnishSeeding(f.node.shot);
        f.node.tell();
        check("seeding");
        f.window->showPage(MainWindow::Page::Wallet);
        check("wallet");
        f.node.shot.wallet.stale = true;
        f.node.shot.wallet.spend = base::Tokens(1'234'567'890'123);
        f.node.tell();
        check("wallet, stale");
    }
    void schemes()
    {
        for (const ui::Scheme scheme : {ui::Scheme::Light, ui::Scheme::Dark}) {
            auto options = WindowFixture::quick();
            options.scheme = scheme;
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Wallet);
            const QImage picture = f.window->grab().toImage();
            const bool dark = qGray(picture.pixel(picture.width() / 2, 4)) < 128;
            QCOMPARE(dark, scheme == ui::Scheme::Dark);
        }
    }
};

QTEST_MAIN(LayoutTest)
#include "tst_layout.moc"
