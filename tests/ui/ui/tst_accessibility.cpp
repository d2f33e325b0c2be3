#include <cmath>

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>
#include <QTableView>

#include "clipping.h"
#include "ui/theme.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::MainWindow;

/// For those who see little, who use no mouse, who want large letters.
class AccessibilityTest : public QObject
{
    Q_OBJECT

private:
    /// WCAG 2.1, "relative luminance".
    static double luminance(const QColor& colour)
    {
        const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    }
    /// WCAG 2.1, "contrast ratio".
    static double contrast(const QColor& a, const QColor& b)
    {
        const double light = std::max(luminance(a), luminance(b));
        const double dark = std::min(luminance(a), luminance(b));
        return (light + 0.05) / (dark + 0.05);
    }
    static void visitPages(WindowFixture& f, const std::function<void(const QString& page)>& visit)
    {
        furnishSeeding(f.node.shot);
        furnishLibrary(f.node.shot);
        f.play();
        f.playback->become(player::State::Paused); // the bar stays
        f.window->showPage(MainWindow::Page::Home);
        node::FoundFilm found;
        found.title = "Sintel";
        found.seeders = 3;
        Q_EMIT f.node.searched({.text = {}, .cursor = {}, .films = {found}, .next = "2", .problem = {}});
        for (const auto& [page, name] : {std::pair{MainWindow::Page::Home, u"home"_s}, {MainWindow::Page::Library, u"library"_s}, {MainWindow::Page::Player, u"player"_s},
                                         {MainWindow::Page::Seeding, u"seeding"_s}, {MainWindow::Page::Wallet, u"wallet"_s},
                                         {MainWindow::Page::Settings, u"settings"_s}}) {
            f.window->showPage(page);
            f.node.tell();
            QCoreApplication::processEvents();
            visit(name);
        }
    }

private Q_SLOTS:
    void contrasts_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    /// AA: 4.5 for text, 3 for what is only a shape.
    void contrasts()
    {
        QFETCH(bool, dark);
        const ui::Colours& c = ui::colours(dark);
        for (const QColor& ground : {c.window, c.surface, c.raised}) {
            QVERIFY(contrast(c.text, ground) >= 4.5);
            QVERIFY2(contrast(c.accentText, ground) >= 4.5, qPrintable(QString::number(contrast(c.accentText, ground))));
        }
        for (const QColor& ground : {c.window, c.surface}) {
            QVERIFY2(contrast(c.edge, ground) >= 3, "where a field begins");
            QVERIFY2(contrast(c.muted, ground) >= 3, "where a box to be ticked is");
        }
        for (const QColor& ground : {c.window, c.surface, c.raised}) {
            for (const QColor& ink : {c.muted, c.good, c.warning, c.bad})
                QVERIFY2(contrast(ink, ground) >= 4.5, qPrintable(u"%1 on %2: %3"_s.arg(ink.name(), ground.name()).arg(contrast(ink, ground))));
        }
        QVERIFY(contrast(c.onAccent, c.accent) >= 4.5);
    }
    /// What the style sheet itself says: over the film, where everything is dark.
    void contrastsOverTheFilm()
    {
        const QColor card(0x18, 0x18, 0x1b);
        for (const char* ink : {"#efece6", "#a9a59d", "#e5b45f", "#f19a8e", "#dca64a"})
            QVERIFY2(contrast(QColor(QLatin1String(ink)), card) >= 4.5, ink);
        QVERIFY(contrast(QColor(0x20, 0x17, 0x03), QColor(0xdc, 0xa6, 0x4a)) >= 4.5);
    }
    /// As a screen reader meets them: what takes the focus or a click says what it is, and what it is called.
    void everyControlHasANameAndARole()
    {
        WindowFixture f;
        f.be(failedFilm({node::WayOut::OtherSeeder, node::WayOut::Retry, node::WayOut::RaiseCap, node::WayOut::TopUp}));
        int controls = 0;
        visitPages(f, [&](const QString& page) {
            for (QWidget* widget : f.window->findChildren<QWidget*>()) {
                const bool isControl = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
                                       qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QTableView*>(widget) ||
                                       (qobject_cast<const QAbstractSlider*>(widget) && !qobject_cast<const QScrollBar*>(widget)) || widget->focusPolicy() & Qt::TabFocus;
                // The corner of a table is Qt's own and never shown.
                if (!isControl || widget->window() != f.window.get() || widget->inherits("QTableCornerButton") || widget->objectName().startsWith(u"qt_"_s))
                    continue;
                ++controls;
                QAccessibleInterface* const face = QAccessible::queryAccessibleInterface(widget);
                const QString where = page + u": "_s + QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName();
                QVERIFY2(face, qPrintable(where));
                QVERIFY2(!face->text(QAccessible::Name).isEmpty(), qPrintable(where));
                QVERIFY2(face->role() != QAccessible::NoRole && face->role() != QAccessible::Client, qPrintable(where));
            }
        });
        QVERIFY(controls > 200); // some are met on each page
    }
    /// Tab comes to each control that can be used, from wherever one is, and in the end back.
    void everythingIsReachedByTab()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        visitPages(f, [&f](const QString& page) {
            QSet<const QWidget*> reached;
            for (int i = 0; i < 200; ++i) {
                QTest::keyClick(f.window.get(), Qt::Key_Tab);
                const QWidget* focus = QApplication::focusWidget();
                if (focus && reached.contains(focus) && i > 60)
                    break;
                reached << focus;
            }
            int choices = 0;
            for (const QWidget* widget : f.window->findChildren<QWidget*>()) {
                const bool isControl = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
                                       qobject_cast<const QComboBox*>(widget) || qobject_cast<const QTableView*>(widget);
                const bool isPart = widget->objectName().startsWith(u"qt_"_s) || widget->inherits("QTableCornerButton");
                const auto* button = qobject_cast<const QAbstractButton*>(widget);
                if (button && (button->autoExclusive() || (button->group() && button->group()->exclusive()))) {
                    choices += reached.contains(button) ? 1 : 0; // Tab comes to one of them, the arrows go on from there
                    continue;
                }
                if (!isControl || isPart || !widget->isVisible() || !widget->isEnabled())
                    continue;
                QVERIFY2(reached.contains(widget), qPrintable(page + u": "_s + QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                                                              widget->objectName() + u' ' + widget->accessibleName()));
            }
            QVERIFY2(choices >= (page == u"seeding"_s ? 2 : 1), "the pages' names, and the spans of the chart");
        });
    }
    void largeLetters_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("en") << u"en"_s;
        QTest::newRow("ru") << u"ru"_s;
    }
    /// Twice the size of letters.
    void largeLetters()
    {
        QFETCH(QString, language);
        const QFont usual = QApplication::font();
        QFont large = usual;
        large.setPointSizeF(2 * usual.pointSizeF());
        QApplication::setFont(large);
        {
            WindowFixture f(WindowFixture::quick(), {1400, 900}, language);
            QVERIFY(QTest::qWaitForWindowExposed(f.window.get()));
            visitPages(f, [&f](const QString& page) {
                const QString clipped = clippedIn(*f.window);
                if (!clipped.isEmpty())
                    QFAIL(qPrintable(page + u": "_s + clipped));
            });
        }
        QApplication::setFont(usual);
    }
};

QTEST_MAIN(AccessibilityTest)
#include "tst_accessibility.moc"
