#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "app/desktop/welcome_dialog.h"
#include "p2p/discovery/content_link.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

namespace
{

net::TrackerLink tracker()
{
    net::TrackerLink link;
    link.endpoint.host = "tracker.example.org";
    link.endpoint.port = 7750;
    link.key = base::PublicKey::fromRaw(std::string(32, 'k'));
    return link;
}

QString film(bool withTracker)
{
    discovery::ContentLink link;
    link.content = base::ContentId::fromRaw(std::string(32, 'f'));
    if (withTracker)
        link.tracker = tracker();
    return QString::fromStdString(toString(link));
}

} // namespace

class Welcome : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesLinks_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("taken");
        QTest::newRow("tracker") << QString::fromStdString(net::toString(tracker())) << true;
        QTest::newRow("tracker with blanks") << u"  "_s + QString::fromStdString(net::toString(tracker())) + u"\n"_s << true;
        QTest::newRow("film that names one") << film(true) << true;
        QTest::newRow("film that names none") << film(false) << false;
        QTest::newRow("something else") << u"https://example.org"_s << false;
        QTest::newRow("nothing") << QString() << false;
    }

    void takesLinks()
    {
        QFETCH(QString, text);
        QFETCH(bool, taken);
        app::WelcomeDialog dialog;
        dialog.show();
        dialog.findChild<QLineEdit*>()->setText(text);
        QPushButton* go = nullptr;
        for (auto* button : dialog.findChildren<QPushButton*>())
            if (button->isDefault())
                go = button;
        QVERIFY(go);
        QCOMPARE(go->isEnabled(), taken);
        QCOMPARE(dialog.tracker(), taken ? QString::fromStdString(net::toString(tracker())) : QString());
        bool complains = false;
        for (const auto* label : dialog.findChildren<QLabel*>())
            complains |= label->isVisible() && (label->text().contains(u"names no tracker") || label->text().contains(u"neither"));
        QCOMPARE(complains, !taken && !text.isEmpty());
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        QTest::mouseClick(go, Qt::LeftButton);
        QCOMPARE(accepted.count(), taken ? 1 : 0);
    }

    void offersATrialOnlyWhereThereIsOne()
    {
        const app::WelcomeDialog without;
        QVERIFY(!without.findChild<QPushButton*>(u"tryHere"_s));
        const app::WelcomeDialog with([](const QString&) { return true; });
        QVERIFY(with.findChild<QPushButton*>(u"tryHere"_s));
    }

    void hasNamesForAll()
    {
        const app::WelcomeDialog dialog;
        QVERIFY(!dialog.findChild<QLineEdit*>()->accessibleName().isEmpty());
    }
};

QTEST_MAIN(Welcome)
#include "tst_welcome_dialog.moc"
