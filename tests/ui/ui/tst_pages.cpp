#include <QBuffer>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

#include "p2p/base/encoding.h"
#include "p2p/wire/papers.h"
#include "p2p/wire/permit.h"
#include "ui/history_csv.h"
#include "ui/qr_code.h"
#include "ui/seeding_page.h"
#include "ui/widgets.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using ui::HistoryModel;
using ui::MainWindow;

/// Wallet and seeding.
class PagesTest : public QObject
{
    Q_OBJECT

    /// The dialog in which a film is published.
    static QDialog* publish(WindowFixture& f)
    {
        f.window->showPage(MainWindow::Page::Seeding);
        f.window->findChild<ui::SeedingPage*>()->publish(u"/films/My film.mkv"_s);
        return f.window->findChild<QDialog*>();
    }

private Q_SLOTS:
    // ---- wallet ----

    void history()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Wallet);
        auto* table = f.named<QTableView>("history");
        QCOMPARE(table->model()->rowCount(), 7);
        f.named<QLineEdit>("historyFilter")->setText(u"watched"_s);
        QCOMPARE(table->model()->rowCount(), 1);
        f.named<QLineEdit>("historyFilter")->clear();
        f.node.tell(); // sorted by time, whatever comes
        QVERIFY(table->model()->index(0, 1).data().toString().contains(u"reserved"_s));
    }
    void aContractIsOpenedAndVerified()
    {
        const auto key = [](char seed) {
            const std::string bytes(crypto::NodeKey::seedSize, seed);
            return crypto::NodeKey::fromSeed(reinterpret_cast<const std::uint8_t*>(bytes.data()));
        };
        const auto viewer = key('v');
        const auto seeder = key('s');
        wire::Contract contract;
        contract.network = "test";
        contract.viewer = viewer.publicKey();
        contract.seeder = seeder.publicKey();
        contract.pricePerMiB = base::Tokens(1'000'000);
        contract.maxAmount = base::Tokens(5'000'000);
        contract.closeUntil = base::UnixMs(1);
        const auto proposal = wire::sign(contract, viewer);
        wire::Receipt receipt;
        receipt.network = "test";
        receipt.contract = wire::contractId(proposal);
        receipt.viewer = contract.viewer;
        receipt.seeder = contract.seeder;
        receipt.seq = 2;
        receipt.segments.insert(base::SegmentIndex(0));
        receipt.segments.insert(base::SegmentIndex(2));
        receipt.bytes = base::ByteCount(2 * 1024 * 1024);
        receipt.amount = base::Tokens(2'000'000);

        WindowFixture f;
        f.window->showPage(MainWindow::Page::Wallet);
        auto history = *f.node.shot.wallet.history;
        for (auto& entry : history) {
            if (entry.contract)
                entry.contract = receipt.contract;
        }
        f.node.shot.wallet.history = std::make_shared<const std::vector<wire::HistoryEntry>>(std::move(history));
        f.node.tell();
        auto* table = f.named<QTableView>("history");
        auto* open = f.named<QAbstractButton>("contractDetails");
        QVERIFY(!open->isEnabled()); // nothing is chosen
        for (int row = 0; row < table->model()->rowCount() && !open->isEnabled(); ++row)
            table->setCurrentIndex(table->model()->index(row, HistoryModel::About));
        QVERIFY(open->isEnabled());
        open->click();
        QCOMPARE(f.node.calls.last(), u"contract %1"_s.arg(QLatin1Char(receipt.contract.raw().front())));
        auto* dialog = f.named<QDialog>("contractDialog");
        const auto outcome = [&] { return dialog->findChild<QLabel*>(u"contractOutcome"_s)->text(); };
        auto* verify = dialog->findChild<QAbstractButton*>(u"verify"_s);
        QVERIFY(!verify->isEnabled());
        node::ContractPage page;
        page.id = receipt.contract;
        page.problem = "the tracker has not answered yet";
        Q_EMIT f.node.contractCame(page);
        QVERIFY(outcome().contains(u"has not answered"_s));

        page.problem.clear();
        page.contract = *wire::countersign(proposal, seeder);
        page.receipt = *wire::countersign(wire::sign(receipt, viewer), seeder);
        page.state = wire::ContractState::Closed;
        page.paid = receipt.amount;
        page.closed = base::UnixMs(1);
        Q_EMIT f.node.contractCame(page);
        QStringList shown;
        for (const auto* label : dialog->findChildren<QLabel*>())
            shown << label->text();
        QVERIFY2(shown.join(u'\n').contains(u"2 of them: 1, 3"_s), qPrintable(shown.join(u'\n')));
        verify->click();
        QVERIFY2(outcome().contains(u"Both have signed the contract and the receipt"_s), qPrintable(outcome()));
        dialog->close();

        // Somebody put other papers under it.
        open->click();
        dialog = f.window->findChildren<QDialog*>(u"contractDialog"_s).last();
        page.receipt = wire::sign(receipt, seeder).bytes;
        Q_EMIT f.node.contractCame(page);
        dialog->findChild<QAbstractButton*>(u"verify"_s)->click();
        QVERIFY2(outcome().contains(u"prove nothing"_s), qPrintable(outcome()));
    }
    void theSpendAddressIsClosed()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Wallet);
        auto* close = f.named<QAbstractButton>("closeSpend");
        f.node.shot.wallet.locked = base::Tokens(1);
        f.node.tell();
        QVERIFY(!close->isEnabled()); // a contract is open on it
        f.node.shot.wallet.locked = base::Tokens(0);
        f.node.tell();
        close->click();
        f.named<QAbstractButton>("go")->click();
        QCOMPARE(f.node.calls.last(), u"closeSpendAddress"_s);
    }
    void labels()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        {
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Wallet);
            auto* table = f.named<QTableView>("history");
            QVERIFY(!table->model()->setData(table->model()->index(0, HistoryModel::About), u"no"_s));
            QVERIFY(table->model()->setData(table->model()->index(2, HistoryModel::Label), u"  with\nAnna "_s));
            QCOMPARE(table->model()->index(2, HistoryModel::Label).data().toString(), u"with Anna"_s);
            f.named<QLineEdit>("historyFilter")->setText(u"anna"_s);
            QCOMPARE(table->model()->rowCount(), 1);
        }
        {
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Wallet);
            auto* table = f.named<QTableView>("history");
            QCOMPARE(table->model()->index(2, HistoryModel::Label).data().toString(), u"with Anna"_s);
            QVERIFY(table->model()->setData(table->model()->index(2, HistoryModel::Label), u" "_s));
        }
        WindowFixture f(options);
        f.window->showPage(MainWindow::Page::Wallet);
        QCOMPARE(f.named<QTableView>("history")->model()->index(2, HistoryModel::Label).data().toString(), QString());
    }
    void theHistoryIsExported()
    {
        base::SystemClock clock;
        HistoryModel model(clock);
        std::vector<ui::HistoryRow> rows(2);
        rows[0].entry = 7;
        rows[0].time = base::UnixMs(1'700'000'000'123);
        rows[0].kind = ui::HistoryRow::Kind::Sent;
        rows[0].amount = base::Tokens(-1'234'567'800'000);
        rows[0].memo = "=HYPERLINK(\"http://x\")";
        rows[1].entry = 8;
        rows[1].kind = ui::HistoryRow::Kind::Watched;
        rows[1].amount = base::Tokens(-500'000);
        rows[1].reserved = base::Tokens(2'000'000);
        rows[1].content = base::ContentId::fromRaw(std::string(32, 'a'));
        model.setRows(rows);
        model.setTitles({{*rows[1].content, u"Bees, \"and\" more\nof them"_s}});
        model.sort(HistoryModel::Time, Qt::AscendingOrder);
        QVERIFY(model.setData(model.index(0, HistoryModel::Label), u"@home"_s, Qt::EditRole));
        const QByteArray csv = ui::historyCsv(model);
        const QByteArray film = QByteArray::fromStdString(base::toHex(*rows[1].content));
        QCOMPARE(csv, "time,what,tokens,reserved,came_back,film,label,memo,address,content,contract,entry\r\n"
                      "1970-01-01T00:00:00Z,Watched,-0.50,2.00,,\"Bees, \"\"and\"\" more\nof them\",'@home,,," + film + ",,8\r\n"
                      "2023-11-14T22:13:20Z,Sent,-1234567.80,,,,,\"'=HYPERLINK(\"\"http://x\"\")\",,,,7\r\n");
    }
    /// Nowhere on the screen, and not for screen readers either, until they are shown again.
    void amountsCanBeHidden()
    {
        QTemporaryDir folder;
        auto options = WindowFixture::quick();
        options.settingsFile = folder.filePath(u"window.ini"_s);
        const auto shows = [](WindowFixture& f, const QString& amount) {
            auto* table = f.named<QTableView>("history");
            bool anywhere = f.texts().contains(amount) || f.named<QPushButton>("balance")->text().contains(amount) ||
                            f.named<QPushButton>("balance")->accessibleName().contains(amount);
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                for (const int role : {int(Qt::DisplayRole), int(Qt::AccessibleTextRole), int(Qt::ToolTipRole)})
                    anywhere = anywhere || table->model()->index(row, HistoryModel::Amount).data(role).toString().contains(amount);
            }
            return anywhere;
        };
        {
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Wallet);
            QVERIFY(shows(f, u"12.50"_s));
            QTest::mouseClick(f.named<QAbstractButton>("hideAmounts"), Qt::LeftButton);
            QVERIFY(!shows(f, u"12.50"_s) && !shows(f, u"."_s + u"00"_s));
            QVERIFY(f.texts().contains(u"••••"_s));
        }
        WindowFixture f(options); // kept
        f.window->showPage(MainWindow::Page::Wallet);
        QVERIFY(!shows(f, u"12.50"_s));
        QTest::mouseClick(f.named<QAbstractButton>("hideAmounts"), Qt::LeftButton);
        QVERIFY(shows(f, u"12.50"_s));
    }
    void copyAndQr()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Wallet);
        QTest::mouseClick(f.named<QPushButton>("copySpend"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), u"a7"_s.repeated(32));
        QTest::mouseClick(f.named<QPushButton>("copyOrdinary"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), u"5e"_s.repeated(32));
        QVERIFY(f.window->findChild<ui::QrCode*>()->modules() >= 25);
    }
    void sendIsChecked()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Wallet);
        QTest::mouseClick(f.button(u"Send"_s), Qt::LeftButton);
        auto* dialog = f.window->findChild<QDialog*>();
        QVERIFY(dialog);
        auto* go = dialog->findChild<QPushButton*>(u"go"_s);
        auto* to = dialog->findChild<QLineEdit*>(u"to"_s);
        auto* amount = dialog->findChild<QLineEdit*>(u"amount"_s);
        QVERIFY(!go->isEnabled());
        amount->setText(u"1.5"_s);
        for (const QString& bad : {u"abc"_s, u"77"_s.repeated(31), u"7g"_s.repeated(32)}) {
            to->setText(bad);
            QVERIFY(!go->isEnabled());
        }
        to->setText(u" "_s + u"77"_s.repeated(32));
        QVERIFY(go->isEnabled());
        amount->setText(u"12.500001"_s); // one more than there is
        QVERIFY(!go->isEnabled());
        amount->setText(u"12.5"_s);
        QTest::mouseClick(go, Qt::LeftButton);
        QCOMPARE(f.node.calls, (QStringList{u"refreshWallet"_s, u"send 12500000"_s})); // the page wants to know what there is
        QVERIFY(f.node.to == addressOf('\x77'));
        QVERIFY2(!go->isEnabled(), "not twice");
        Q_EMIT f.node.walletActionDone(u"The tracker does not answer."_s);
        QVERIFY(dialog->isVisible());
        QVERIFY(f.texts().contains(u"The tracker does not answer."_s));
        QTest::mouseClick(go, Qt::LeftButton);
        Q_EMIT f.node.walletActionDone({});
        QTRY_VERIFY(!f.window->findChild<QDialog*>());
    }

    // ---- seeding ----

    void seeding()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        QVERIFY(f.button(u"publishFirst"_s));
        furnishSeeding(f.node.shot);
        f.node.tell();
        QVERIFY(!f.button(u"publishFirst"_s));
        QCOMPARE(f.named<QLabel>("totalEarned")->text(), u"12.979508 tokens"_s);
        auto* table = f.named<QTableView>("seeding");
        QCOMPARE(table->model()->rowCount(), 3);
        const auto centre = [&](int row, int column) {
            return table->visualRect(table->model()->index(row, column)).center();
        };
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, centre(2, 7));
        QCOMPARE(f.node.calls, QStringList{u"setSeeding 1"_s});
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, centre(2, 8));
        QCOMPARE(QApplication::clipboard()->text(), u"mutoscope:Sintel"_s);
        QVERIFY(table->model()->index(1, 3).data(Qt::ToolTipRole).toString().contains(u"refused"_s));
    }
    void aPictureIsChosenForThePoster()
    {
        using std::chrono::seconds;
        QTemporaryDir work;
        auto options = WindowFixture::quick();
        options.workFolder = work.path();
        WindowFixture f(options);
        QDialog* const dialog = publish(f);
        player::MediaInfo info;
        info.bytes = 1'048'576;
        info.duration = seconds(100);
        info.video.emplace();
        FakePackager* const packager = FakePackager::last;
        packager->probed(info);
        QCOMPARE(packager->asked, std::vector<std::chrono::milliseconds>{seconds(10)});
        auto* slider = dialog->findChild<QSlider*>(u"posterTime"_s);
        QCOMPARE(slider->maximum(), 99);
        for (const int at : {20, 30, 42})
            slider->setValue(at);
        QCOMPARE(packager->asked.size(), 1u); // one at a time
        QVERIFY(f.texts().contains(u"the picture at 0:42"_s));
        QByteArray jpeg;
        QBuffer buffer(&jpeg);
        QImage red(64, 36, QImage::Format_RGB32);
        red.fill(Qt::red);
        QVERIFY(red.save(&buffer, "JPEG"));
        std::exchange(packager->pictured, nullptr)(jpeg);
        QCOMPARE(packager->asked.back(), seconds(42));
        std::exchange(packager->pictured, nullptr)(jpeg);
        QCOMPARE(packager->asked.size(), 2u);
        QVERIFY(!dialog->findChild<QLabel*>(u"posterPicture"_s)->pixmap(Qt::ReturnByValue).isNull());
        auto* name = dialog->findChild<ui::ElidedLabel*>(u"posterName"_s);
        slider->setValue(99);
        std::exchange(packager->pictured, nullptr)({});
        QVERIFY2(name->whole().contains(u"no picture there"_s), qPrintable(name->whole()));
        slider->setValue(42);
        std::exchange(packager->pictured, nullptr)(jpeg);
        // A file instead, if it can be one.
        const auto takeFile = [&](const QString& picture) {
            QTest::mouseClick(dialog->findChild<QPushButton*>(u"choosePoster"_s), Qt::LeftButton);
            auto* files = dialog->findChild<QFileDialog*>();
            Q_EMIT files->fileSelected(picture);
            delete files;
        };
        QFile text(work.filePath(u"poster.jpg"_s));
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no picture") > 0);
        text.close();
        takeFile(text.fileName());
        QVERIFY2(name->whole().contains(u"poster.jpg is no JPEG"_s), qPrintable(name->whole()));
        QVERIFY(red.save(work.filePath(u"red.png"_s)));
        takeFile(work.filePath(u"red.png"_s));
        QCOMPARE(name->whole(), u"red.png"_s);
        slider->setValue(41); // back to the film
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"go"_s), Qt::LeftButton);
        QCOMPARE(packager->plan.posterAt, std::optional<std::chrono::milliseconds>(seconds(41)));
    }
    void publishing()
    {
        QTemporaryDir work;
        auto options = WindowFixture::quick();
        options.workFolder = work.path();
        WindowFixture f(options);
        QDialog* const dialog = publish(f);
        auto* go = dialog->findChild<QPushButton*>(u"go"_s);
        player::MediaInfo info;
        info.bytes = 1'048'576;
        FakePackager::last->probed(info);
        QCOMPARE(dialog->findChild<QLineEdit*>(u"title"_s)->text(), u"My film"_s);
        dialog->findChild<QLineEdit*>(u"price"_s)->setText(u"nothing"_s);
        QVERIFY(!go->isEnabled());
        dialog->findChild<QLineEdit*>(u"price"_s)->setText(u"0.02"_s);
        QVERIFY(f.texts().contains(u"about 0.02 tokens"_s));
        QVERIFY2(FakePackager::last->asked.empty(), "there is no picture in it");
        QTest::mouseClick(go, Qt::LeftButton);
        QVERIFY(FakePackager::last->folder.startsWith(work.path()));
        QVERIFY(!FakePackager::last->plan.posterAt);
        player::PackagedHls hls;
        hls.playlist = u"/x/main.m3u8"_s;
        FakePackager::last->finish(hls);
        QCOMPARE(f.node.calls, QStringList{u"publish"_s});
        QCOMPARE(f.node.publication.title, "My film");
        QCOMPARE(f.node.publication.pricePerMiB, base::Tokens(20'000));
        Q_EMIT f.node.published(u"mutoscope:new"_s, {});
        QTest::mouseClick(go, Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), u"mutoscope:new"_s);
        QVERIFY2(QDir(work.path()).isEmpty(), "nothing is left behind");
    }
    void publishingIsCancelledLate()
    {
        QTemporaryDir work;
        auto options = WindowFixture::quick();
        options.workFolder = work.path();
        WindowFixture f(options);
        f.window->showPage(MainWindow::Page::Seeding);
        f.window->findChild<ui::SeedingPage*>()->publish(u"/films/My film.mkv"_s);
        QPointer<QDialog> dialog = f.window->findChild<QDialog*>();
        FakePackager::last->probed(player::MediaInfo());
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"go"_s), Qt::LeftButton);
        FakePackager::last->finish(player::PackagedHls());
        dialog->reject();
        QCOMPARE(f.node.calls, (QStringList{u"publish"_s, u"cancelPublishing"_s}));
        QVERIFY(dialog->isVisible()); // the node still reads
        Q_EMIT f.node.published({}, u"cancelled"_s);
        QTRY_VERIFY(!dialog);
        QVERIFY(f.named<QWidget>("draftLine")->isVisible());
        f.named<QPushButton>("discardDraft")->click();
        QVERIFY(!f.named<QWidget>("draftLine")->isVisible());
        QVERIFY2(QDir(work.path()).isEmpty(), "nothing is left behind");
    }
    /// Stopped while it is cut: that begins again. Stopped later, or ended with the program: what was cut stays.
    void publishingGoesOn()
    {
        QTemporaryDir work;
        auto options = WindowFixture::quick();
        options.workFolder = work.path();
        player::PackagedHls hls;
        {
            WindowFixture f(options);
            f.window->showPage(MainWindow::Page::Seeding);
            QVERIFY(!f.named<QWidget>("draftLine")->isVisible());
            f.window->findChild<ui::SeedingPage*>()->publish(u"/films/My film.mkv"_s);
            QPointer<QDialog> dialog = f.window->findChild<QDialog*>();
            FakePackager::last->probed(player::MediaInfo());
            dialog->findChild<QLineEdit*>(u"title"_s)->setText(u"A film"_s);
            dialog->findChild<QPlainTextEdit*>(u"description"_s)->setPlainText(u"of hills"_s);
            QTest::mouseClick(dialog->findChild<QPushButton*>(u"go"_s), Qt::LeftButton);
            dialog->reject();
            QTRY_VERIFY(!dialog);
            QVERIFY(f.node.calls.isEmpty());
            QVERIFY(f.named<QLabel>("draftSentence")->text().contains(u"from the beginning"_s));
            f.named<QPushButton>("goOnWithDraft")->click();
            QVERIFY2(f.node.calls.isEmpty(), "it has to be looked at again");
            FakePackager::last->probed(player::MediaInfo());
            QVERIFY2(f.node.calls.isEmpty(), "and cut");
            QVERIFY(QDir().mkpath(FakePackager::last->folder));
            hls.playlist = FakePackager::last->folder + u"/main.m3u8"_s;
            QFile playlist(hls.playlist);
            QVERIFY(playlist.open(QIODevice::WriteOnly));
            FakePackager::last->finish(hls);
            QCOMPARE(f.node.calls, QStringList{u"publish"_s});
        }
        WindowFixture f(options); // the program is started again
        f.window->showPage(MainWindow::Page::Seeding);
        QVERIFY(f.named<QLabel>("draftSentence")->text().contains(u"store them"_s));
        f.named<QPushButton>("goOnWithDraft")->click();
        QCOMPARE(f.node.calls, QStringList{u"publish"_s});
        QCOMPARE(f.node.publication.title, "A film");
        QCOMPARE(f.node.publication.description, "of hills");
        QCOMPARE(f.node.publication.playlist, std::filesystem::path(hls.playlist.toStdString()));
        QVERIFY(!QDir(work.path()).isEmpty());
        Q_EMIT f.node.published(u"mutoscope:new"_s, {});
        QVERIFY(f.texts().contains(u"Published"_s));
        QVERIFY2(QDir(work.path()).isEmpty(), "nothing is left behind");
    }
    void hlsIsPublishedAsItIs()
    {
        QTemporaryDir work;
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        auto* seeding = f.window->findChild<ui::SeedingPage*>();
        seeding->publish(work.path()); // nothing in it
        QVERIFY(f.texts().contains(u"no HLS playlist"_s));
        f.window->findChild<QDialog*>()->reject();
        for (const QString& name : {u"main.m3u8"_s, u"sound.m3u8"_s}) {
            QFile file(work.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QTRY_VERIFY(!f.window->findChild<QDialog*>());
        seeding->publish(work.path());
        auto* dialog = f.window->findChild<QDialog*>();
        dialog->findChild<QLineEdit*>(u"title"_s)->setText(u"A film"_s);
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"go"_s), Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"publish"_s});
        QCOMPARE(f.node.publication.playlist, std::filesystem::path(work.filePath(u"main.m3u8"_s).toStdString()));
        Q_EMIT f.node.published(u"mutoscope:new"_s, {});
        QVERIFY(f.texts().contains(u"Published"_s));
    }
    void publishingForSome()
    {
        QTemporaryDir work;
        auto options = WindowFixture::quick();
        options.workFolder = work.path();
        WindowFixture f(options);
        QDialog* const dialog = publish(f);
        player::MediaInfo info;
        info.bytes = 1'048'576;
        FakePackager::last->probed(info);
        auto* access = dialog->findChild<QComboBox*>(u"access"_s);
        QCOMPARE(access->currentText(), u"Everybody who pays"_s);
        access->setCurrentIndex(1);
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"go"_s), Qt::LeftButton);
        player::PackagedHls hls;
        hls.playlist = u"/x/main.m3u8"_s;
        FakePackager::last->finish(hls);
        QVERIFY(f.node.publication.access == wire::Access::Permit);
        Q_EMIT f.node.published(u"mutoscope:new"_s, {});
        QVERIFY(f.texts().contains(u"make permits"_s));
    }
    void aPermitIsMade()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        furnishSeeding(f.node.shot);
        f.node.shot.seeding[1].access = wire::Access::Permit;
        f.node.shot.seeding[1].isOwn = true;
        f.node.shot.seeding[2].access = wire::Access::Permit; // somebody else's: its link is all that can be given away
        f.node.tell();
        auto* table = f.named<QTableView>("seeding");
        const auto press = [&](int row) {
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 8)).center());
        };
        press(2);
        QVERIFY(!f.window->findChild<QDialog*>(u"permitDialog"_s));
        press(1);
        auto* dialog = f.window->findChild<QDialog*>(u"permitDialog"_s);
        QVERIFY(dialog);
        auto* go = dialog->findChild<QPushButton*>(u"go"_s);
        auto* key = dialog->findChild<QLineEdit*>(u"viewerKey"_s);
        auto* hint = dialog->findChild<QLabel*>(u"permitHint"_s);
        QVERIFY(!go->isEnabled());
        key->setText(u"my name"_s);
        QVERIFY(!go->isEnabled());
        QVERIFY(hint->text().contains(u"43 letters"_s));
        const base::PublicKey viewer = base::PublicKey::fromRaw(std::string(32, 'v'));
        key->setText(u" "_s + QString::fromStdString(wire::keyText(viewer)));
        dialog->findChild<QComboBox*>(u"permitTime"_s)->setCurrentIndex(1);
        QVERIFY(hint->text().contains(QLocale().toString(QDate::currentDate().addDays(7), QLocale::ShortFormat)));
        QTest::mouseClick(go, Qt::LeftButton);
        QCOMPARE(f.node.calls, QStringList{u"makePermit D"_s});
        QVERIFY(f.node.viewer == viewer);
        QVERIFY2(!go->isEnabled(), "not twice");
        Q_EMIT f.node.permitMade(f.node.shot.seeding[0].content, u"mutoscope:other"_s, {});
        QVERIFY2(!go->isEnabled(), "that was another film's");
        Q_EMIT f.node.permitMade(f.node.shot.seeding[1].content, {}, u"the wallet is locked"_s);
        QVERIFY(hint->text().contains(u"the wallet is locked"_s));
        QTest::mouseClick(go, Qt::LeftButton);
        Q_EMIT f.node.permitMade(f.node.shot.seeding[1].content, u"mutoscope:D?permit=YQ"_s, {});
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"copyPermit"_s), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), u"mutoscope:D?permit=YQ"_s);
    }
    void sourcesAreShownAndSwitched()
    {
        WindowFixture f;
        auto* button = f.window->findChild<QToolButton*>(u"sources"_s);
        QCOMPARE(button->text(), u"Sources 2"_s);
        const auto rows = button->menu()->actions();
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[0]->text(), u"Tracker — 3 found"_s);
        QVERIFY(rows[2]->text().contains(u"cannot: there is no network that takes multicast"_s));
        QVERIFY(rows[2]->isChecked());
        QVERIFY(!rows[3]->isChecked());
        rows[3]->trigger();
        QCOMPARE(f.node.calls, QStringList{u"setSource 3 1"_s});
    }
    void publishingIsRefused()
    {
        WindowFixture f;
        f.window->showPage(MainWindow::Page::Seeding);
        f.window->findChild<ui::SeedingPage*>()->publish(u"/films/notes.txt"_s);
        FakePackager::last->probed(tl::unexpected(
            player::PackagerError{player::PackagerErrorKind::NotAFilm, u"notes.txt is not a film."_s, {}}));
        QVERIFY(f.texts().contains(u"notes.txt is not a film."_s));
        QVERIFY(!f.window->findChild<QDialog*>()->findChild<QPushButton*>(u"go"_s)->isVisible());
    }
};

QTEST_MAIN(PagesTest)
#include "tst_pages.moc"
