#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using node::KeyState;

/// The wallet's key: made, restored, unlocked, backed up.
class KeysTest : public QObject
{
    Q_OBJECT

private:
    static QString words()
    {
        QStringList all;
        for (int i = 1; i <= 24; ++i)
            all << u"word%1"_s.arg(i);
        return all.join(u' ');
    }
    static void become(WindowFixture& f, KeyState state, bool backedUp = false, bool sealed = false)
    {
        f.node.shot.keys.state = state;
        f.node.shot.keys.backedUp = backedUp;
        f.node.shot.keys.sealed = sealed;
        f.node.tell();
        QCoreApplication::processEvents();
    }
    static QDialog* dialog(WindowFixture& f) { return f.window->findChild<QDialog*>(u"keyDialog"_s); }
    static QPushButton* go(WindowFixture& f) { return dialog(f)->findChild<QPushButton*>(u"go"_s); }

private Q_SLOTS:
    void theBannerSaysWhatIsToBeDone()
    {
        WindowFixture f;
        auto* banner = f.named<QWidget>("keyBanner");
        QVERIFY2(!banner->isVisible(), "nobody knows yet");
        become(f, KeyState::Open);
        QVERIFY2(!banner->isVisible(), "not over a film");
        f.window->showPage(ui::MainWindow::Page::Home);
        QVERIFY(banner->isVisible());
        QVERIFY(f.named<QLabel>("keySentence")->text().contains(u"24 words"_s));
        become(f, KeyState::Locked, true, true);
        QVERIFY(f.named<QLabel>("keySentence")->text().contains(u"locked"_s));
        f.node.shot.keys.problem = "the keychain is closed";
        become(f, KeyState::Unavailable);
        QVERIFY(f.named<QPushButton>("restoreWallet")->isVisible());
        f.node.calls.clear();
        f.named<QPushButton>("keyAction")->click();
        QCOMPARE(f.node.calls.first().section(u' ', 0, 0), u"unlock"_s);
        become(f, KeyState::Open, true);
        QVERIFY(!banner->isVisible());
    }
    /// Shown, written down, typed again; wrong words say so, and the banner goes only when the node says that it is done.
    void isBackedUp()
    {
        WindowFixture f;
        become(f, KeyState::Open, false, true);
        f.named<QPushButton>("keyAction")->click();
        QVERIFY2(!go(f)->isEnabled(), "a passphrase is needed");
        dialog(f)->findChild<QLineEdit*>(u"passphrase"_s)->setText(u"horse"_s);
        go(f)->click();
        QVERIFY(f.node.calls.last().startsWith(u"showWords"_s));
        const QByteArray bytes = words().toUtf8();
        Q_EMIT f.node.wordsCame(std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf({bytes.constData(), static_cast<std::size_t>(bytes.size())})), {});
        QVERIFY(f.texts().contains(u"24. word24"_s) || dialog(f)->findChildren<QLabel*>().size() >= 24);
        go(f)->click();
        QVERIFY2(!dialog(f)->findChild<QWidget*>(u"words"_s)->isVisible(), "not from the screen");
        auto* typed = dialog(f)->findChild<QPlainTextEdit*>(u"typedWords"_s);
        typed->setPlainText(u"word1 word2"_s);
        QVERIFY(!go(f)->isEnabled());
        typed->setPlainText(words());
        go(f)->click();
        QVERIFY(f.node.calls.last().startsWith(u"confirmWords"_s));
        Q_EMIT f.node.keysDone(u"These are the words of another wallet."_s);
        QVERIFY(dialog(f)->findChild<QLabel*>(u"keyHint"_s)->text().contains(u"another wallet"_s));
        QVERIFY(go(f)->isEnabled());
        go(f)->click();
        Q_EMIT f.node.keysDone({});
        QTRY_VERIFY(!dialog(f));
    }
    void anotherPassphraseAndAnotherPlace()
    {
        WindowFixture f;
        f.node.shot.keys.place = node::KeyPlace::File;
        become(f, KeyState::Open, true, true);
        f.window->showPage(ui::MainWindow::Page::Wallet);
        QVERIFY(f.named<QWidget>("keyLine")->isVisible());
        f.named<QPushButton>("changePassphrase")->click();
        QVERIFY(dialog(f));
        const auto type = [&f](const QString& field, const QString& text) { dialog(f)->findChild<QLineEdit*>(field)->setText(text); };
        type(u"newPassphrase"_s, u"battery"_s);
        type(u"passphraseAgain"_s, u"battery"_s);
        QVERIFY2(!go(f)->isEnabled(), "the one until now is needed");
        type(u"passphrase"_s, u"horse"_s);
        go(f)->click();
        QCOMPARE(f.node.calls.last(), u"setPassphrase"_s);
        QVERIFY(f.node.secret && f.node.secret->view() == "horse");
        QVERIFY(f.node.next && f.node.next->view() == "battery");
        Q_EMIT f.node.keysDone(u"the passphrase is wrong"_s);
        QVERIFY(dialog(f)->findChild<QLabel*>(u"keyHint"_s)->text().contains(u"wrong"_s));
        go(f)->click();
        Q_EMIT f.node.keysDone({});
        QTRY_VERIFY(!dialog(f));

        QVERIFY(f.named<QPushButton>("moveKey")->text().contains(u"keychain"_s));
        f.named<QPushButton>("moveKey")->click();
        type(u"passphrase"_s, u"battery"_s);
        go(f)->click();
        QCOMPARE(f.node.calls.last(), u"moveKey keychain"_s);
        QVERIFY(f.node.secret && f.node.secret->view() == "battery");
        QVERIFY(!f.node.next);
        f.node.shot.keys.place = node::KeyPlace::Keychain;
        f.node.shot.keys.sealed = false;
        f.node.tell();
        Q_EMIT f.node.keysDone({});
        QTRY_VERIFY(!dialog(f));
        QVERIFY(f.named<QPushButton>("moveKey")->text().contains(u"file"_s));
        become(f, KeyState::Locked, true);
        QVERIFY(!f.named<QWidget>("keyLine")->isVisible());
    }
    /// The first start asks once; who has words restores.
    void aFirstStart()
    {
        WindowFixture f;
        become(f, KeyState::None);
        QVERIFY(dialog(f));
        QVERIFY2(go(f)->isEnabled(), "a passphrase may be left out");
        dialog(f)->findChild<QLineEdit*>(u"passphrase"_s)->setText(u"horse"_s);
        QVERIFY2(!go(f)->isEnabled(), "twice, or not at all");
        dialog(f)->findChild<QLineEdit*>(u"passphraseAgain"_s)->setText(u"horse"_s);
        QVERIFY(go(f)->isEnabled());
        dialog(f)->findChild<QPushButton*>(u"haveWords"_s)->click();
        QTRY_VERIFY(dialog(f) && dialog(f)->findChild<QPlainTextEdit*>(u"typedWords"_s)->isVisible());
        dialog(f)->findChild<QPlainTextEdit*>(u"typedWords"_s)->setPlainText(u"  "_s + words().toUpper() + u"\n"_s);
        go(f)->click();
        QVERIFY(f.node.calls.last().startsWith(u"restoreWallet"_s));
        Q_EMIT f.node.keysDone({});
        QTRY_VERIFY(!dialog(f));
        become(f, KeyState::None);
        QVERIFY2(!dialog(f), "asked once, then the banner is enough");
    }
};

QTEST_MAIN(KeysTest)
#include "tst_keys.moc"
