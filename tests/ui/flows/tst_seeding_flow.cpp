#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/flows/desk.h"
#include "ui/seeding_model.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using Page = ui::MainWindow::Page;

namespace
{

/// Somebody else, who buys: mutoscope-node with a player that reads the film, or its beginning, and then looks at the last picture
/// until it is told to go. The contract is open for so long.
class Buyer
{
public:
    Buyer(app::PrivateNetwork& network, QString name, const QString& folder) : m_network(network), m_name(std::move(name)), m_gate(folder + u'/' + m_name) {}
    ~Buyer() { m_play.kill(); }

    [[nodiscard]] bool begin(const QString& link, int seconds)
    {
        const auto addresses = m_network.addresses(m_name);
        if (!addresses || !m_network.issue(addresses->spend, base::Tokens(20'000'000)) || ::mkfifo(m_gate.toLocal8Bit().constData(), 0600) != 0)
            return false;
        QFile player(m_gate + u".sh"_s);
        if (!player.open(QIODevice::WriteOnly))
            return false;
        player.write("ffmpeg -nostdin -v error -t " + QByteArray::number(seconds) + " -i \"$1\" -f null - || exit 1\nexec cat '" + m_gate.toUtf8() + "'\n");
        player.close();
        return m_play
            .start(m_network.program(u"mutoscope-node"_s), m_network.nodeArguments(m_name) + QStringList{u"play"_s, link, u"--approve-up-to"_s, u"20"_s, u"--player"_s,
                                                                                                      u"sh %1.sh %u"_s.arg(m_gate)})
            .has_value();
    }
    /// Until it has paid for something.
    [[nodiscard]] bool pays()
    {
        return QTest::qWaitFor([this] { return last(u"progress"_s).value(u"segments_receipted"_s).toInteger() > 0; }, patience);
    }
    /// Lets the player end; what was paid, once that is settled, or -1.
    [[nodiscard]] qint64 leave()
    {
        int gate = -1;
        const bool isOpen = QTest::qWaitFor([&] { return (gate = ::open(m_gate.toLocal8Bit().constData(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0; }, patience);
        if (isOpen)
            ::close(gate);
        return isOpen ? end() : -1;
    }
    /// It is interrupted.
    [[nodiscard]] qint64 breakOff()
    {
        ::kill(static_cast<pid_t>(m_play.process().processId()), SIGINT);
        return end();
    }

private:
    [[nodiscard]] qint64 end()
    {
        const bool ended = QTest::qWaitFor([this] { return m_play.process().state() == QProcess::NotRunning; }, patience);
        const QJsonObject finished = last(u"finished"_s);
        return ended && !finished.isEmpty() ? finished.value(u"paid"_s).toInteger(-1) : -1;
    }
    [[nodiscard]] QJsonObject last(const QString& event)
    {
        m_said += m_play.process().readAllStandardOutput();
        const QList<QByteArray> lines = m_said.split('\n');
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
            if (const QJsonObject object = QJsonDocument::fromJson(*line).object(); object.value(u"event"_s) == event)
                return object;
        }
        return {};
    }

    app::PrivateNetwork& m_network;
    QString m_name;
    QString m_gate;
    QByteArray m_said;
    app::ChildProcess m_play;
};

} // namespace

/// Somebody's seeding from the first start to the income, through the window alone, with buyers that are processes of their own; then
/// the program is killed in the middle of a sale. Each function goes on where the one before has ended.
class TestSeedingFlow : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    bool m_isBroken = false;
    std::unique_ptr<app::PrivateNetwork> m_network;
    std::unique_ptr<Desk> m_desk;
    QString m_link;
    qint64 m_earned = 0;

    [[nodiscard]] QString shown(ui::SeedingModel::Column column) const
    {
        const QList<QStringList> rows = m_desk->rows(u"seeding"_s);
        return rows.size() == 1 ? rows.first().at(column) : u"%1 rows"_s.arg(rows.size());
    }

public:
    static void initMain() { prepareDesks(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_network = std::make_unique<app::PrivateNetwork>(qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
        QVERIFY(makeFilm(m_folder.filePath(u"dropped.mp4"_s), 100));
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
        QVERIFY(m_desk->makeWallet({}));
    }

    void aDroppedFileIsPublished()
    {
        QVERIFY(m_desk->drop(m_folder.filePath(u"dropped.mp4"_s)));
        QVERIFY(m_desk->type(u"title"_s, u"A moving picture"_s));
        QVERIFY(m_desk->type(u"price"_s, u"0.25"_s));
        QVERIFY(m_desk->click(u"go"_s));
        m_link = m_desk->copied(u"Copy link"_s);
        QVERIFY2(m_link.startsWith(u"mutoscope:"_s), qPrintable(m_link));
        QVERIFY(m_desk->click(u"Close"_s));
        QVERIFY(m_desk->vanishes(u"Copy link"_s));
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::State), u"Seeding, nobody has asked for it yet"_s, patience);
        QCOMPARE(shown(ui::SeedingModel::Title), u"A moving picture"_s);
        QCOMPARE(shown(ui::SeedingModel::Earned), inTokens(0));
    }

    void itIsBought()
    {
        Buyer buyer(*m_network, u"first"_s, m_folder.path());
        QVERIFY(buyer.begin(m_link, 100));
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Viewers), u"1"_s, patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Uploaded), shown(ui::SeedingModel::Size), patience);
        m_earned = buyer.leave();
        QVERIFY(m_earned > 0);
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Viewers), u"0"_s, patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Earned), inTokens(m_earned), patience);
        QVERIFY(m_desk->says(u"totalEarned"_s, inTokens(m_earned)));
        QCOMPARE(sumOf(*m_network, u"income"_s), m_earned);
    }

    void whatWasEarnedIsPaidOut()
    {
        QVERIFY(m_desk->lookIntoWallet());
        QVERIFY(m_desk->says(u"income"_s, inTokens(m_earned)));
        QVERIFY(m_desk->click(u"Pay out income"_s));
        QVERIFY(m_desk->click(u"go"_s));
        QVERIFY(m_desk->vanishes(u"go"_s));
        QVERIFY(m_desk->says(u"income"_s, inTokens(0)));
        QCOMPARE(sumOf(*m_network, u"ordinary"_s), m_earned);
        QCOMPARE(sumOf(*m_network, u"income"_s), 0);
    }

    /// The program itself, on the same folder, gets SIGKILL while somebody buys from it.
    void itIsKilledInTheMiddle()
    {
        m_desk.reset();
        app::ChildProcess program;
        Desk desk(m_folder.filePath(u"computer"_s));
        QVERIFY(program.start(m_network->program(u"mutoscope"_s), desk.arguments()));
        // Before that, mutoscope-node would take the folder for itself.
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath(u"computer/node.socket"_s)), patience);
        const auto isAnnounced = [&] {
            const auto list = app::runToEnd(m_network->program(u"mutoscope-node"_s), {u"--data"_s, m_folder.filePath(u"computer"_s), u"seed"_s, u"list"_s, u"--json"_s}, patience);
            const QJsonObject film = QJsonDocument::fromJson(list.value_or(QByteArray())).array().first().toObject();
            return film.value(u"seeding"_s).toBool() && film.value(u"problem"_s) == QString();
        };
        QTRY_VERIFY_WITH_TIMEOUT(isAnnounced(), patience);
        Buyer buyer(*m_network, u"second"_s, m_folder.path());
        QVERIFY(buyer.begin(m_link, 10));
        QVERIFY(buyer.pays());
        program.kill();
        const qint64 paid = buyer.breakOff();
        QVERIFY(paid > 0);
        m_earned += paid;
    }

    void afterItAllIsRight()
    {
        m_desk = std::make_unique<Desk>(m_folder.filePath(u"computer"_s));
        QVERIFY(m_desk->start());
        QVERIFY(m_desk->turnTo(Page::Seeding));
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Earned), inTokens(m_earned), patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Viewers), u"0"_s, patience);
        QCOMPARE(sumOf(*m_network, u"contract"_s), 0);
        QCOMPARE(sumOf(*m_network, u"income"_s) + sumOf(*m_network, u"ordinary"_s), m_earned);
    }

    void andItIsBoughtAgain()
    {
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::State), u"Seeding"_s, patience);
        Buyer buyer(*m_network, u"third"_s, m_folder.path());
        QVERIFY(buyer.begin(m_link, 100));
        const qint64 paid = buyer.leave();
        QVERIFY(paid > 0);
        m_earned += paid;
        QTRY_COMPARE_WITH_TIMEOUT(shown(ui::SeedingModel::Earned), inTokens(m_earned), patience);
        QVERIFY(m_desk->lookIntoWallet());
        QVERIFY(m_desk->says(u"income"_s, inTokens(sumOf(*m_network, u"income"_s))));
    }
};

QTEST_MAIN(TestSeedingFlow)
#include "tst_seeding_flow.moc"
