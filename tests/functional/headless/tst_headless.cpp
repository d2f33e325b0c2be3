#include <algorithm>
#include <csignal>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include "app/demo/private_network.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 120'000; // a bound on hanging, not a measure
const QString seeder = u"seeder"_s;
const QString viewer = u"viewer"_s;

struct Outcome {
    int status = -1;
    QList<QJsonObject> lines; ///< of standard output, where they are objects
    QByteArray said;
    QByteArray complaints;

    [[nodiscard]] QJsonObject event(const QString& name) const
    {
        for (auto it = lines.rbegin(); it != lines.rend(); ++it) {
            if (it->value(u"event"_s) == name)
                return *it;
        }
        return {};
    }
    [[nodiscard]] QByteArray all() const { return said + complaints; }
};

} // namespace

/// Nodes without windows, driven by other processes: what the window can do.
class TestHeadless : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<app::PrivateNetwork> m_network;
    app::ChildProcess m_seeder;
    QString m_link;
    QString m_content;

    [[nodiscard]] QString program() const { return m_network->program(u"mutoscope-node"_s); }
    [[nodiscard]] QString socket(const QString& name) const { return m_network->dataFolder(name) + u"/node.socket"_s; }
    /// A process of its own, to its end. The data folder is all that it is told.
    [[nodiscard]] Outcome ask(const QString& name, const QStringList& words) const
    {
        return run(QStringList{u"--no-passphrase"_s, u"--network"_s, u"private"_s, u"--sources"_s, u"tracker,link"_s, u"--data"_s, m_network->dataFolder(name)} + words);
    }
    [[nodiscard]] Outcome run(const QStringList& arguments) const
    {
        QProcess process;
        process.start(program(), arguments);
        if (!process.waitForFinished(patience)) {
            process.kill();
            process.waitForFinished();
            return {.status = -1, .lines = {}, .said = {}, .complaints = "it does not end: " + process.readAllStandardError()};
        }
        Outcome outcome{.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                        .lines = {},
                        .said = process.readAllStandardOutput(),
                        .complaints = process.readAllStandardError()};
        for (const QByteArray& line : outcome.said.split('\n')) {
            if (const auto json = QJsonDocument::fromJson(line); json.isObject())
                outcome.lines << json.object();
        }
        return outcome;
    }
    [[nodiscard]] QJsonArray list(const QString& name, const QStringList& words) const
    {
        return QJsonDocument::fromJson(ask(name, words + QStringList{u"--json"_s}).said).array();
    }
    [[nodiscard]] QJsonObject wallet(const QString& name) const
    {
        const Outcome outcome = ask(name, {u"wallet"_s, u"--json"_s});
        return outcome.lines.isEmpty() ? QJsonObject() : outcome.lines.first();
    }
    [[nodiscard]] QJsonObject seeded() const
    {
        const QJsonArray all = list(seeder, {u"seed"_s, u"list"_s});
        return all.isEmpty() ? QJsonObject() : all.first().toObject();
    }
    [[nodiscard]] qint64 locked() const
    {
        const auto accounts = m_network->accounts();
        qint64 sum = accounts ? 0 : -1;
        if (accounts) {
            for (const QJsonValue& each : accounts->value(u"accounts"_s).toArray())
                sum += each.toObject().value(u"kind"_s) == u"contract"_s ? each.toObject().value(u"balance"_s).toInteger() : 0;
        }
        return sum;
    }
    [[nodiscard]] base::Result<void> start(app::ChildProcess& node, const QString& name) const
    {
        return node.start(program(), m_network->nodeArguments(name) + QStringList{u"--listen"_s, u"127.0.0.1:0"_s, u"run"_s});
    }
    /// Films of different sources share no segment; a node that has one need not buy it again in another film.
    void makeFilm(const QString& file, const QString& source, int seconds)
    {
        const QString options = u"-nostdin -v error -y -f lavfi -i %1=size=320x180:rate=25:duration=%2 -f lavfi -i "
                                "sine=frequency=440:duration=%2 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac"_s.arg(source).arg(seconds);
        QVERIFY(app::runToEnd(u"ffmpeg"_s, options.split(u' ') + QStringList{file}, patience));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_network = std::make_unique<app::PrivateNetwork>(qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
        const auto addresses = m_network->addresses(viewer);
        QVERIFY2(addresses, addresses ? "" : addresses.error().message.c_str());
        QVERIFY(m_network->issue(addresses->spend, base::Tokens(50'000'000)));
        QVERIFY(m_network->issue(addresses->ordinary, base::Tokens(3'000'000)));
        QVERIFY(start(m_seeder, seeder));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket(seeder)), patience);
    }
    void cleanupTestCase()
    {
        m_seeder.stop();
        m_network.reset();
    }

    void whatIsMisusedIsSaid_data()
    {
        QTest::addColumn<QString>("line");
        for (const char* line : {"", "dance", "play", "seed", "seed on", "wallet send 00 1", "wallet top-up much", "wallet top-up 1 2", "status --cap 1",
                                 "status --nonsense", "play mutoscope:0000000000000000000000000000000000000000000000000000000000000000 --ahead 1", "play mutoscope:0000000000000000000000000000000000000000000000000000000000000000 --quality HD", "wallet move", "wallet move attic", "wallet label", "play mutoscope:nothing", "sources on radio", "seed rules --schedule noon", "seed rules --ratio -1", "seed rules --port 70000",
                                 "seed rules --watched maybe", "publish /dev/null --price dear", "publish /dev/null --access some", "permit make 0123456789", "permit make 0123456789 key",
                                 "permit make 0123456789 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --days 0", "permit give"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }
    void whatIsMisusedIsSaid()
    {
        QFETCH(QString, line);
        const Outcome outcome = ask(seeder, line.split(u' ', Qt::SkipEmptyParts));
        QVERIFY2(outcome.status == 2, outcome.all().constData());
        QVERIFY2(outcome.complaints.startsWith("mutoscope-node: "), outcome.complaints.constData());
    }

    void aRunningNodeTellsHowItIs()
    {
        const Outcome json = ask(seeder, {u"status"_s, u"--json"_s});
        QVERIFY2(json.status == 0 && json.lines.size() == 1, json.all().constData());
        QVERIFY(json.lines.first().value(u"listening"_s).toString().startsWith(u"127.0.0.1:"));
        const Outcome words = ask(seeder, {u"status"_s});
        QVERIFY2(words.status == 0 && words.said.contains("tracker   online, Private network"), words.all().constData());
    }

    void thereIsOneNodeForAFolder()
    {
        const Outcome second = run(m_network->nodeArguments(seeder) + QStringList{u"run"_s});
        QVERIFY2(second.status == 1 && second.complaints.contains("already"), second.all().constData());
        QCOMPARE(ask(seeder, {u"status"_s}).status, 0);
    }

    void aFilmIsPublishedByAnotherProcess()
    {
        const QString file = m_folder.filePath(u"film.mp4"_s);
        makeFilm(file, u"testsrc2"_s, 12);
        QCOMPARE(ask(seeder, {u"publish"_s, m_folder.filePath(u"nothing.mp4"_s)}).status, 1);
        const Outcome outcome = ask(seeder, {u"publish"_s, file, u"--title"_s, u"A Film"_s, u"--description"_s, u"of bars"_s, u"--price"_s, u"1"_s});
        QVERIFY2(outcome.status == 0, outcome.all().constData());
        m_link = outcome.event(u"published"_s).value(u"link"_s).toString();
        QVERIFY2(m_link.startsWith(u"mutoscope:"), outcome.all().constData());
        m_content = m_link.mid(10, 64);
        QTRY_VERIFY_WITH_TIMEOUT(seeded().value(u"problem"_s) == QString() && seeded().value(u"seeding"_s).toBool(), patience);
        QCOMPARE(seeded().value(u"title"_s), QJsonValue(u"A Film"_s));
        QCOMPARE(seeded().value(u"price_per_mib"_s).toInteger(), 1'000'000);
    }

    void itIsFound()
    {
        const auto find = [this] { return ask(viewer, {u"search"_s, u"film"_s, u"--json"_s}); };
        QTRY_VERIFY_WITH_TIMEOUT(find().said.contains(m_content.toUtf8()), patience);
        const Outcome none = ask(viewer, {u"search"_s, u"nothing"_s, u"like"_s, u"it"_s});
        QVERIFY2(none.status == 0 && none.said.isEmpty(), none.all().constData());
    }

    void nothingIsSpentThatWasNotApproved()
    {
        const qint64 before = wallet(viewer).value(u"spend"_s).toInteger();
        const Outcome outcome = ask(viewer, {u"play"_s, m_link});
        QVERIFY2(outcome.status == 3 && outcome.complaints.contains("not approved"), outcome.all().constData());
        QCOMPARE(wallet(viewer).value(u"spend"_s).toInteger(), before);
    }

    void itIsPlayedToItsEnd()
    {
        const qint64 before = wallet(viewer).value(u"spend"_s).toInteger();
        QCOMPARE(before, 50'000'000);
        const Outcome outcome = ask(viewer, {u"play"_s, m_link, u"--approve-up-to"_s, u"50"_s, u"--quality"_s, u"720"_s, u"--ahead"_s, u"60"_s, u"--player"_s, u"ffmpeg -nostdin -v error -i %u -f null -"_s});
        QVERIFY2(outcome.status == 0, outcome.all().constData());
        QVERIFY(outcome.event(u"gateway"_s).value(u"url"_s).toString().startsWith(u"http://127.0.0.1:"));
        const QJsonObject finished = outcome.event(u"finished"_s);
        QVERIFY2(finished.value(u"segments_total"_s).toInteger() > 1, outcome.said.constData());
        QCOMPARE(finished.value(u"segments_receipted"_s), finished.value(u"segments_total"_s));
        const qint64 paid = finished.value(u"paid"_s).toInteger();
        QVERIFY(paid > 0);
        QCOMPARE(finished.value(u"spent"_s).toInteger(), paid);
        QCOMPARE(wallet(viewer).value(u"spend"_s).toInteger(), before - paid);
        QTRY_COMPARE_WITH_TIMEOUT(wallet(seeder).value(u"income"_s).toInteger(), paid, patience);
        QTRY_COMPARE_WITH_TIMEOUT(seeded().value(u"earned"_s).toInteger(), paid, patience);
        QCOMPARE(locked(), 0);
        const QJsonArray library = list(viewer, {u"library"_s});
        QCOMPARE(library.size(), 1);
        QCOMPARE(library.first().toObject().value(u"here"_s), library.first().toObject().value(u"size"_s));
    }

    void whatWasEarnedIsPaidOutAndSent()
    {
        const qint64 income = wallet(seeder).value(u"income"_s).toInteger();
        QVERIFY(income > 0);
        const Outcome paidOut = ask(seeder, {u"wallet"_s, u"pay-out"_s});
        QVERIFY2(paidOut.status == 0, paidOut.all().constData());
        QTRY_COMPARE_WITH_TIMEOUT(wallet(seeder).value(u"ordinary"_s).toInteger(), income, patience);
        const QString to = wallet(seeder).value(u"ordinary_address"_s).toString();
        const Outcome sent = ask(viewer, {u"wallet"_s, u"send"_s, to, u"1.5"_s, u"--memo"_s, u"thanks"_s});
        QVERIFY2(sent.status == 0, sent.all().constData());
        const Outcome tooMuch = ask(viewer, {u"wallet"_s, u"send"_s, to, u"1000"_s});
        QVERIFY2(tooMuch.status == 1 && !tooMuch.complaints.isEmpty(), tooMuch.all().constData());
        const Outcome toppedUp = ask(viewer, {u"wallet"_s, u"top-up"_s, u"1"_s});
        QVERIFY2(toppedUp.status == 0, toppedUp.all().constData());
        QCOMPARE(wallet(viewer).value(u"ordinary"_s).toInteger(), 500'000);
        const Outcome history = ask(viewer, {u"wallet"_s, u"history"_s});
        QVERIFY2(history.said.contains("thanks") && history.said.contains("-1.5 tokens"), history.all().constData());
    }

    void theHistoryIsLabelledAndExported()
    {
        const QByteArray table = ask(viewer, {u"wallet"_s, u"history"_s, u"--csv"_s}).said;
        QVERIFY2(table.startsWith("time,entry,"), table.constData());
        QByteArray number;
        for (const QByteArray& line : table.split('\n')) {
            if (line.contains("thanks"))
                number = line.split(',').value(1);
        }
        QVERIFY(!number.isEmpty());
        const Outcome labelled = ask(viewer, {u"wallet"_s, u"label"_s, QString::fromLatin1(number), u"for"_s, u"\"bars\","_s, u"once"_s});
        QVERIFY2(labelled.status == 0, labelled.all().constData());
        QVERIFY(ask(viewer, {u"wallet"_s, u"history"_s}).said.contains("\tfor \"bars\", once\n"));
        const QByteArray again = ask(viewer, {u"wallet"_s, u"history"_s, u"--csv"_s}).said;
        QVERIFY2(again.contains(",-1.5,\"for \"\"bars\"\", once\",thanks,"), again.constData());
        QCOMPARE(ask(viewer, {u"wallet"_s, u"label"_s, u"999999"_s, u"nothing"_s}).status, 1);
        QCOMPARE(ask(viewer, {u"wallet"_s, u"label"_s, QString::fromLatin1(number)}).status, 0);
        QCOMPARE(ask(viewer, {u"wallet"_s, u"history"_s, u"--csv"_s}).said, table);
    }

    void aContractIsLookedAtAndChecked()
    {
        const Outcome history = ask(viewer, {u"wallet"_s, u"history"_s});
        QByteArray contract;
        for (const QByteArray& line : history.said.split('\n')) {
            if (line.contains("contract-closed"))
                contract = line.split('\t').value(4);
        }
        QCOMPARE(contract.size(), 12);
        const QString file = m_folder.filePath(u"papers.json"_s);
        for (const QString& who : {viewer, seeder}) {
            const Outcome shown = ask(who, {u"wallet"_s, u"contract"_s, QString::fromLatin1(contract), u"--out"_s, file});
            QVERIFY2(shown.status == 0 && shown.said.contains("signed by viewer and seeder") && shown.said.contains("state     closed"), shown.all().constData());
        }
        const Outcome checked = run({u"wallet"_s, u"verify"_s, file});
        QVERIFY2(checked.status == 0 && checked.said.contains("receipt   number"), checked.all().constData());
        QFile changed(file);
        QVERIFY(changed.open(QIODevice::ReadWrite));
        QByteArray bytes = changed.readAll();
        const qsizetype at = bytes.indexOf("payload") + 20;
        bytes[at] = bytes[at] == 'A' ? 'B' : 'A';
        QVERIFY(changed.seek(0) && changed.write(bytes) == bytes.size());
        changed.close();
        QCOMPARE(run({u"wallet"_s, u"verify"_s, file}).status, 1);
    }

    void seedingIsSwitchedAndRuled()
    {
        const QString start = m_content.left(10);
        QCOMPARE(ask(seeder, {u"seed"_s, u"off"_s, start}).status, 0);
        QCOMPARE(seeded().value(u"seeding"_s).toBool(true), false);
        QCOMPARE(ask(seeder, {u"seed"_s, u"on"_s, m_link, u"--price"_s, u"0.5"_s}).status, 0);
        QCOMPARE(seeded().value(u"seeding"_s).toBool(), true);
        QCOMPARE(seeded().value(u"price_per_mib"_s).toInteger(), 500'000);
        QCOMPARE(ask(seeder, {u"seed"_s, u"price"_s, m_content, u"0.25"_s}).status, 0);
        QCOMPARE(seeded().value(u"price_per_mib"_s).toInteger(), 250'000);
        const Outcome nothing = ask(seeder, {u"seed"_s, u"on"_s, u"0123456789"_s});
        QVERIFY2(nothing.status == 1, nothing.all().constData());

        const QStringList rules{u"--quota"_s, u"2000"_s, u"--upload"_s, u"512"_s, u"--schedule"_s, u"22:30-07:00"_s, u"--ratio"_s, u"250"_s,
                                u"--hours"_s, u"48"_s, u"--watched"_s, u"on"_s, u"--watched-price"_s, u"0.03"_s, u"--min-free"_s, u"100"_s, u"--json"_s};
        const Outcome set = ask(seeder, QStringList{u"seed"_s, u"rules"_s} + rules);
        QVERIFY2(set.status == 0, set.all().constData());
        const QJsonObject shown = ask(seeder, {u"seed"_s, u"rules"_s, u"--json"_s}).lines.value(0);
        QCOMPARE(shown, set.lines.value(0));
        QCOMPARE(shown.value(u"quota"_s).toInteger(), 2000LL * 1024 * 1024);
        QCOMPARE(shown.value(u"upload_per_second"_s).toInteger(), 512 * 1024);
        QCOMPARE(shown.value(u"from_minute"_s).toInteger(), 22 * 60 + 30);
        QCOMPARE(shown.value(u"stop_at_ratio_percent"_s).toInteger(), 250);
        const Outcome words = ask(seeder, {u"seed"_s, u"rules"_s, u"--schedule"_s, u"off"_s, u"--upload"_s, u"0"_s});
        QVERIFY2(words.said.contains("schedule       off") && words.said.contains("quota          2000 MiB"), words.all().constData());
    }

    /// No room on the disk: what was cut into segments stays, and the same command goes on with it.
    void whatIsBrokenOffGoesOn()
    {
        const QString file = m_folder.filePath(u"noise.mp4"_s);
        makeFilm(file, u"yuvtestsrc"_s, 6);
        const QStringList publish{u"publish"_s, file, u"--title"_s, u"Noise"_s, u"--price"_s, u"0.1"_s};
        QCOMPARE(ask(seeder, {u"seed"_s, u"rules"_s, u"--quota"_s, u"1"_s}).status, 0);
        const Outcome full = ask(seeder, publish);
        QVERIFY2(full.status == 1 && full.complaints.contains("limit"), full.all().constData());
        QVERIFY2(!full.event(u"packaging"_s).isEmpty(), full.all().constData());
        const Outcome drafts = ask(seeder, {u"publish"_s, u"drafts"_s});
        QVERIFY2(drafts.said.startsWith("Noise\t") && drafts.said.contains("to be stored"), drafts.all().constData());
        QCOMPARE(ask(seeder, {u"seed"_s, u"rules"_s, u"--quota"_s, u"2000"_s}).status, 0);
        const Outcome again = ask(seeder, publish);
        QVERIFY2(again.status == 0 && !again.event(u"published"_s).isEmpty(), again.all().constData());
        QVERIFY2(again.event(u"packaging"_s).isEmpty(), "it is not cut again");
        QCOMPARE(ask(seeder, {u"publish"_s, u"drafts"_s}).said, QByteArray());
        QCOMPARE(ask(seeder, {u"publish"_s, u"discard"_s, file}).status, 1);
        QTRY_VERIFY_WITH_TIMEOUT(ask(seeder, {u"library"_s}).said.contains("Noise"), patience); // it is counted aside
        QCOMPARE(ask(seeder, {u"library"_s, u"remove"_s, u"Noise"_s}).status, 1); // by its id
        const Outcome removed = ask(seeder, {u"library"_s, u"remove"_s, again.event(u"published"_s).value(u"link"_s).toString()});
        QVERIFY2(removed.status == 0, removed.all().constData());
    }

    void sourcesAreSwitched()
    {
        QCOMPARE(ask(seeder, {u"sources"_s, u"off"_s, u"link"_s}).status, 0);
        QVERIFY(ask(seeder, {u"sources"_s}).said.contains("link\toff"));
        QCOMPARE(ask(seeder, {u"sources"_s, u"on"_s, u"link"_s}).status, 0);
        QVERIFY(!ask(seeder, {u"sources"_s}).said.contains("link\toff"));
    }

    /// The film is bought by a node that runs; the process that asked for it is interrupted, and nothing stays owed.
    void anInterruptedOneIsSettled()
    {
        const QString file = m_folder.filePath(u"long.mp4"_s);
        makeFilm(file, u"testsrc"_s, 120);
        const Outcome published = ask(seeder, {u"publish"_s, file, u"--price"_s, u"0.5"_s});
        const QString link = published.event(u"published"_s).value(u"link"_s).toString();
        QVERIFY2(!link.isEmpty(), published.all().constData());
        const auto isAnnounced = [&] {
            for (const QJsonValue& each : list(seeder, {u"seed"_s, u"list"_s})) {
                if (each.toObject().value(u"link"_s) == link)
                    return each.toObject().value(u"problem"_s) == QString();
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isAnnounced(), patience);
        app::ChildProcess node;
        QVERIFY(start(node, viewer));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket(viewer)), patience);

        app::ChildProcess play;
        QVERIFY(play.start(program(), {u"--no-passphrase"_s, u"--data"_s, m_network->dataFolder(viewer), u"play"_s, link, u"--cap"_s, u"20"_s}));
        QJsonObject line;
        while (line.value(u"event"_s) != u"progress"_s) {
            const auto read = play.readLine(patience);
            QVERIFY2(read, read ? "" : read.error().message.c_str());
            line = QJsonDocument::fromJson(*read).object();
        }
        ::kill(static_cast<pid_t>(play.process().processId()), SIGINT);
        QVERIFY(play.process().waitForFinished(patience));
        QCOMPARE(play.process().exitCode(), 0);
        const QByteArray rest = play.process().readAllStandardOutput().trimmed();
        const QJsonObject finished = QJsonDocument::fromJson(rest.split('\n').last()).object();
        QVERIFY2(finished.value(u"event"_s) == u"finished"_s && finished.value(u"paid"_s).toInteger() > 0, rest.constData());
        QVERIFY(finished.value(u"segments_receipted"_s).toInteger() < finished.value(u"segments_total"_s).toInteger());
        QCOMPARE(locked(), 0);
        QCOMPARE(ask(viewer, {u"status"_s}).status, 0); // the node goes on

        QCOMPARE(ask(viewer, {u"library"_s, u"remove"_s, m_content}).status, 0);
        QCOMPARE(list(viewer, {u"library"_s}).size(), 1);
        QCOMPARE(ask(viewer, {u"library"_s, u"remove"_s, m_content}).status, 1);
        QCOMPARE(ask(viewer, {u"stop"_s}).status, 0);
        QVERIFY(node.process().waitForFinished(patience));
        QCOMPARE(node.process().exitCode(), 0);
    }

    /// Who has no permit buys nothing; the one it was made for watches, and only that one.
    void aFilmForSomeIsWatchedByThose()
    {
        const QString file = m_folder.filePath(u"secret.mp4"_s);
        makeFilm(file, u"rgbtestsrc"_s, 8);
        const Outcome published = ask(seeder, {u"publish"_s, file, u"--title"_s, u"For some"_s, u"--access"_s, u"permit"_s});
        const QString link = published.event(u"published"_s).value(u"link"_s).toString();
        QVERIFY2(!link.isEmpty(), published.all().constData());
        const qint64 before = wallet(viewer).value(u"spend"_s).toInteger();
        const QStringList howToPlay{u"--approve-up-to"_s, u"50"_s, u"--player"_s, u"ffmpeg -nostdin -v error -i %u -f null -"_s};
        const auto play = [&](const QString& what) { return ask(viewer, QStringList{u"play"_s, what} + howToPlay); };
        const auto hasSeeder = [&] { return ask(viewer, {u"search"_s, u"some"_s}).said.contains("1 seeders"); };
        QTRY_VERIFY_WITH_TIMEOUT(hasSeeder(), patience);
        const Outcome refused = play(link);
        QVERIFY2(refused.status == 1 && refused.complaints.contains("needs a permit"), refused.all().constData());
        QCOMPARE(wallet(viewer).value(u"spend"_s).toInteger(), before);

        const auto keyOf = [&](const QString& name) { return QString::fromUtf8(ask(name, {u"permit"_s, u"key"_s}).said.trimmed()); };
        const Outcome forTheSeeder = ask(seeder, {u"permit"_s, u"make"_s, link, keyOf(seeder)});
        QVERIFY2(forTheSeeder.status == 0, forTheSeeder.all().constData());
        const Outcome another = ask(viewer, {u"permit"_s, u"take"_s, QString::fromUtf8(forTheSeeder.said.trimmed())});
        QVERIFY2(another.status == 1 && another.complaints.contains("another viewer"), another.all().constData());
        const Outcome open = ask(seeder, {u"permit"_s, u"make"_s, m_link, keyOf(viewer)});
        QVERIFY2(open.status == 1 && open.complaints.contains("needs no permit"), open.all().constData());

        const Outcome dashed = ask(seeder, {u"permit"_s, u"make"_s, link, u"-vfiXj6R3GbliuG0ikjLfTBF4ueek00LIbwpRBOqiJY"_s, u"--days"_s, u"2"_s});
        QVERIFY2(dashed.status == 0 && dashed.said.startsWith("mutoscope:"), dashed.all().constData()); // no option, as it is a key

        const QString permit = m_folder.filePath(u"for-you.permit"_s);
        const Outcome made = ask(seeder, {u"permit"_s, u"make"_s, link, keyOf(viewer), u"--days"_s, u"2"_s, u"--out"_s, permit});
        QVERIFY2(made.status == 0 && made.said.isEmpty(), made.all().constData());
        QCOMPARE(ask(viewer, {u"permit"_s}).said, QByteArray());
        const Outcome taken = ask(viewer, {u"permit"_s, u"take"_s, permit});
        QVERIFY2(taken.status == 0 && taken.said.contains("For some"), taken.all().constData());
        const QJsonArray held = list(viewer, {u"permit"_s});
        QCOMPARE(held.size(), 1);
        QCOMPARE(held.first().toObject().value(u"content"_s).toString(), link.mid(10, 64));
        const Outcome outcome = play(link);
        QVERIFY2(outcome.status == 0, outcome.all().constData());
        const qint64 paid = outcome.event(u"finished"_s).value(u"paid"_s).toInteger();
        QVERIFY2(paid > 0, outcome.all().constData());
        QCOMPARE(wallet(viewer).value(u"spend"_s).toInteger(), before - paid);
    }

    /// Nothing but the 24 words goes to the new computer.
    void theWordsBringAWalletWithItsLibrary()
    {
        const Outcome words = ask(viewer, {u"wallet"_s, u"words"_s});
        QVERIFY2(words.status == 0 && words.said.trimmed().split(' ').size() == 24, words.complaints.constData());
        const QString paper = m_folder.filePath(u"paper"_s);
        const auto write = [](const QString& name, const QByteArray& text) {
            QFile file(name);
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(write(paper, "abandon " + words.said));
        QCOMPARE(ask(viewer, {u"wallet"_s, u"confirm"_s, u"--words-file"_s, paper}).status, 1);
        QVERIFY(write(paper, words.said));
        const Outcome confirmed = ask(viewer, {u"wallet"_s, u"confirm"_s, u"--words-file"_s, paper});
        QVERIFY2(confirmed.status == 0, confirmed.all().constData());

        const QJsonObject before = wallet(viewer);
        const QString passphrase = m_folder.filePath(u"passphrase"_s);
        const QString next = m_folder.filePath(u"next passphrase"_s);
        QVERIFY(write(passphrase, "correct horse\n") && write(next, "battery staple\n"));
        const auto there = [&](const QStringList& command, const QString& with) {
            return run(QStringList{u"--network"_s, u"private"_s, u"--sources"_s, u"tracker"_s, u"--tracker"_s, m_network->trackerLink(), u"--data"_s,
                                   m_network->dataFolder(u"new computer"_s), u"--passphrase-file"_s, with} + command);
        };
        const Outcome restored = there({u"wallet"_s, u"restore"_s, u"--words-file"_s, paper}, passphrase);
        QVERIFY2(restored.status == 0, restored.all().constData());
        const QString others = m_folder.filePath(u"paper of another"_s);
        QVERIFY(write(others, "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title"));
        QCOMPARE(there({u"wallet"_s, u"restore"_s, u"--words-file"_s, others}, passphrase).status, 1);
        const Outcome wrong = there({u"wallet"_s}, next);
        QVERIFY2(wrong.status == 1 && wrong.complaints.contains("passphrase"), wrong.all().constData());
        const Outcome shown = there({u"wallet"_s, u"--json"_s}, passphrase);
        QCOMPARE(shown.lines.size(), 1);
        for (const QString& name : {u"ordinary_address"_s, u"spend_address"_s, u"income_address"_s, u"ordinary"_s, u"spend"_s, u"income"_s, u"history"_s})
            QCOMPARE(shown.lines.first().value(name), before.value(name));

        // The films that were watched; the one that was removed is in the history, too. They are looked for while the node runs.
        QStringList watched;
        for (const QJsonValue& each : before.value(u"history"_s).toArray()) {
            if (const QString content = each.toObject().value(u"content"_s).toString(); !content.isEmpty() && !watched.contains(content))
                watched << content;
        }
        QVERIFY(watched.size() >= 2 && watched.contains(m_content));
        const auto hasAll = [&] {
            const QJsonArray library = QJsonDocument::fromJson(there({u"library"_s, u"--json"_s}, passphrase).said).array();
            QStringList films;
            for (const QJsonValue& each : library) {
                if (each.toObject().value(u"here"_s).toInteger() == 0 && !each.toObject().value(u"title"_s).toString().isEmpty())
                    films << each.toObject().value(u"content"_s).toString();
            }
            return std::ranges::all_of(watched, [&](const QString& film) { return films.contains(film); });
        };
        app::ChildProcess node;
        QVERIFY(node.start(program(), QStringList{u"--network"_s, u"private"_s, u"--sources"_s, u"tracker"_s, u"--tracker"_s, m_network->trackerLink(), u"--data"_s,
                                                  m_network->dataFolder(u"new computer"_s), u"--passphrase-file"_s, passphrase, u"run"_s}));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket(u"new computer"_s)), patience);
        QTRY_VERIFY_WITH_TIMEOUT(hasAll(), patience);
        QCOMPARE(wallet(viewer).value(u"spend"_s), before.value(u"spend"_s)); // it cost nothing

        QCOMPARE(there({u"wallet"_s, u"lock"_s}, passphrase).status, 0);
        QVERIFY(there({u"status"_s}, passphrase).all().contains("locked"));
        const Outcome mistaken = there({u"wallet"_s, u"unlock"_s}, next);
        QVERIFY2(mistaken.status == 1, mistaken.all().constData());
        QCOMPARE(there({u"wallet"_s, u"unlock"_s}, passphrase).status, 0);
        const Outcome changed = there({u"wallet"_s, u"passphrase"_s, u"--new-passphrase-file"_s, next}, passphrase);
        QVERIFY2(changed.status == 0, changed.all().constData());
        QCOMPARE(there({u"wallet"_s, u"words"_s}, passphrase).status, 1);
        QCOMPARE(there({u"wallet"_s, u"words"_s}, next).said, words.said);
        QCOMPARE(there({u"wallet"_s, u"move"_s, u"file"_s, u"--new-passphrase-file"_s, next}, next).status, 1); // it is there
        QCOMPARE(there({u"wallet"_s, u"move"_s, u"attic"_s}, next).status, 2);
        QCOMPARE(there({u"stop"_s}, next).status, 0);
        QVERIFY(node.process().waitForFinished(patience));
    }

    /// The window is a node like the others.
    void aWindowIsAskedTheSame()
    {
        app::ChildProcess window;
        QVERIFY(window.start(m_network->program(u"mutoscope"_s), m_network->nodeArguments(viewer)));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket(viewer)), patience);
        QVERIFY(wallet(viewer).value(u"spend"_s).toInteger() > 0);
        QCOMPARE(ask(viewer, {u"stop"_s}).status, 0);
        QVERIFY(window.process().waitForFinished(patience));
        QCOMPARE(window.process().exitCode(), 0);
    }

    void stopEndsIt()
    {
        const Outcome outcome = ask(seeder, {u"stop"_s});
        QVERIFY2(outcome.status == 0, outcome.all().constData());
        QVERIFY(m_seeder.process().waitForFinished(patience));
        QCOMPARE(m_seeder.process().exitCode(), 0);
        QVERIFY(!QFile::exists(socket(seeder)));
        const Outcome again = ask(seeder, {u"stop"_s});
        QVERIFY2(again.status == 4 && again.complaints.contains("no node runs"), again.all().constData());
    }

    void helpNeedsNoDisplay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("option");
        for (const char* name : {"mutoscope", "mutoscope-node", "mutoscope-tracker"}) {
            for (const char* option : {"--help", "--version"})
                QTest::addRow("%s %s", name, option) << QString::fromLatin1(name) << QString::fromLatin1(option);
        }
    }
    void helpNeedsNoDisplay()
    {
        QFETCH(QString, name);
        QFETCH(QString, option);
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"})
            environment.remove(QString::fromLatin1(variable));
        process.setProcessEnvironment(environment);
        process.start(m_network->program(name), {option});
        QVERIFY(process.waitForFinished(patience));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(process.readAllStandardOutput().contains("mutoscope"));
    }
};

QTEST_GUILESS_MAIN(TestHeadless)
#include "tst_headless.moc"
