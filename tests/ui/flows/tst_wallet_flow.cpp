#include <algorithm>

#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/flows/desk.h"
#include "ui/history_model.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using Page = ui::MainWindow::Page;

namespace
{

const QString passphrase = u"correct horse"_s;

} // namespace

/// Somebody's wallet from the first start to another computer, through the window alone, at a real tracker and a real seeder. Each
/// function goes on where the one before has ended.
class TestWalletFlow : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    bool m_isBroken = false;
    std::unique_ptr<app::PrivateNetwork> m_network;
    std::unique_ptr<Desk> m_desk;
    QString m_film;  ///< its link
    QString m_words;
    QString m_ordinary; ///< address
    qint64 m_paid = 0;

    [[nodiscard]] int rowOf(const QString& what) const
    {
        const QList<QStringList> rows = m_desk->rows(u"history"_s);
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const QStringList& cells) { return cells[ui::HistoryModel::What] == what; });
        return row == rows.end() ? -1 : static_cast<int>(row - rows.begin());
    }
    /// Without what only the computer knows: the films' titles.
    [[nodiscard]] QList<QStringList> history() const
    {
        QList<QStringList> rows = m_desk->rows(u"history"_s);
        for (QStringList& cells : rows)
            cells.removeAt(ui::HistoryModel::About);
        return rows;
    }
    [[nodiscard]] QStringList figures() const { return {m_desk->text(u"available"_s), m_desk->text(u"locked"_s), m_desk->text(u"income"_s), m_desk->text(u"balance"_s)}; }

public:
    static void initMain() { prepareDesks(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_network = std::make_unique<app::PrivateNetwork>(qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
        const QString file = m_folder.filePath(u"film.mp4"_s);
        QVERIFY(makeFilm(file, 8));
        const auto link = m_network->startSeeder(u"seeder"_s, file, u"A moving picture"_s, u"0.5"_s);
        QVERIFY2(link, link ? "" : link.error().message.c_str());
        m_film = *link;
    }
    void init() { QVERIFY2(!m_isBroken, "what went before has failed"); }
    void cleanup() { m_isBroken = m_isBroken || QTest::currentTestFailed(); }
    void cleanupTestCase()
    {
        m_desk.reset();
        m_network.reset();
    }

    void theFirstStartMakesAWallet()
    {
        m_desk = std::make_unique<Desk>(m_folder.filePath(u"computer"_s));
        QVERIFY(m_desk->start(m_network->trackerLink()));
        QVERIFY(m_desk->makeWallet(passphrase));
        m_words = m_desk->writeDownWords(passphrase);
        QCOMPARE(m_words.split(u' ').size(), 24);
        QVERIFY(m_desk->vanishes(u"keyBanner"_s));
    }

    void tokensArrive()
    {
        QVERIFY(m_desk->lookIntoWallet());
        QVERIFY(m_desk->says(u"available"_s, inTokens(0)));
        const QString spend = m_desk->copied(u"copySpend"_s);
        m_ordinary = m_desk->copied(u"copyOrdinary"_s);
        QCOMPARE(spend.size(), 64);
        QVERIFY(m_network->issue(spend, base::Tokens(2'000'000)));
        QVERIFY(m_network->issue(m_ordinary, base::Tokens(5'000'000)));
        QVERIFY(m_desk->lookIntoWallet());
        QVERIFY(m_desk->says(u"available"_s, inTokens(2'000'000)));
        QVERIFY(m_desk->says(u"balance"_s, inTokens(2'000'000)));
    }

    void theSpendAddressIsToppedUp()
    {
        QVERIFY(m_desk->click(u"Top up"_s));
        QVERIFY(m_desk->type(u"amount"_s, u"4"_s));
        QVERIFY(m_desk->click(u"go"_s));
        QVERIFY(m_desk->vanishes(u"amount"_s));
        QVERIFY(m_desk->says(u"balance"_s, inTokens(6'000'000)));
        QCOMPARE(balanceOf(*m_network, m_ordinary), 1'000'000);
    }

    void aFilmIsPaid()
    {
        QVERIFY(m_desk->type(u"linkField"_s, m_film));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(m_desk->click(u"approve"_s));
        QVERIFY(m_desk->find(u"replay"_s)); // it has been watched to its end
        QTRY_COMPARE_WITH_TIMEOUT(sumOf(*m_network, u"contract"_s), 0, patience);
        m_paid = sumOf(*m_network, u"income"_s);
        QVERIFY(m_paid > 0);
        QVERIFY(m_desk->says(u"balance"_s, inTokens(6'000'000 - m_paid)));
    }

    void itsContractIsVerified()
    {
        QVERIFY(m_desk->lookIntoWallet());
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"Watched"_s) >= 0, patience);
        const int row = rowOf(u"Watched"_s);
        const QStringList cells = m_desk->rows(u"history"_s).at(row);
        QCOMPARE(cells[ui::HistoryModel::About], u"A moving picture"_s);
        QVERIFY2(cells[ui::HistoryModel::Amount].endsWith(inTokens(m_paid)), qPrintable(cells.join(u' ')));
        QVERIFY(m_desk->clickRow(u"history"_s, row));
        QVERIFY(m_desk->click(u"contractDetails"_s));
        QVERIFY(m_desk->click(u"verify"_s));
        QVERIFY(m_desk->says(u"contractOutcome"_s, u"Both have signed the contract and the receipt"_s));
        QVERIFY(m_desk->click(u"Close"_s));
        QVERIFY(m_desk->vanishes(u"contractDialog"_s));
    }

    void tokensAreSent()
    {
        const auto another = m_network->addresses(u"another"_s);
        QVERIFY(another);
        QVERIFY(m_desk->click(u"Send"_s));
        QVERIFY(m_desk->type(u"to"_s, another->ordinary));
        QVERIFY(m_desk->type(u"amount"_s, u"0.25"_s));
        QVERIFY(m_desk->click(u"go"_s));
        QVERIFY(m_desk->vanishes(u"to"_s));
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(u"Sent"_s) >= 0, patience);
        QCOMPARE(balanceOf(*m_network, another->ordinary), 250'000);
        QCOMPARE(balanceOf(*m_network, m_ordinary), 750'000);
    }

    /// The computer is lost; its words are not.
    void anotherComputerHasItAll()
    {
        const QString spend = m_desk->copied(u"copySpend"_s);
        const QStringList before = figures();
        const QList<QStringList> happened = history();
        QCOMPARE(happened.size(), 5); // issued twice, topped up, watched, sent
        m_desk = std::make_unique<Desk>(m_folder.filePath(u"other-computer"_s));
        QVERIFY(m_desk->start(m_network->trackerLink()));
        QVERIFY(m_desk->restoreWallet(m_words, u"another horse"_s));
        QVERIFY(m_desk->turnTo(Page::Wallet));
        QTRY_COMPARE_WITH_TIMEOUT(figures(), before, patience);
        QCOMPARE(m_desk->copied(u"copySpend"_s), spend);
        QCOMPARE(m_desk->copied(u"copyOrdinary"_s), m_ordinary);
        QTRY_COMPARE_WITH_TIMEOUT(history(), happened, patience);
        QVERIFY(m_desk->vanishes(u"keyBanner"_s)); // whoever has typed the words has them
    }
};

QTEST_MAIN(TestWalletFlow)
#include "tst_wallet_flow.moc"
