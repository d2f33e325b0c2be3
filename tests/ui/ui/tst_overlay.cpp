#include <QTest>

#include "fake_node.h"
#include "ui/history_model.h"
#include "ui/overlay.h"

using namespace mutoscope;
using namespace mutoscope::ui;
using namespace Qt::StringLiterals;
using node::Stage;
using node::WayOut;
using player::State;

namespace
{

PlaybackView at(State state, bool waitingLong = false)
{
    PlaybackView view;
    view.state = state;
    view.waitingLong = waitingLong;
    return view;
}

node::Viewing failed(bool something = true)
{
    node::Viewing viewing = tests::film(something ? Stage::Playing : Stage::FindingSeeder);
    viewing.stage = Stage::Failed;
    viewing.problem =
        node::Problem{base::ErrorCode::Network, "The seeder went away.", {WayOut::OtherSeeder, WayOut::Retry}};
    return viewing;
}

} // namespace

class OverlayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsFollowTheStage()
    {
        const Overlay overlay = decideOverlay(tests::film(Stage::OpeningContract), at(State::Opening));
        QCOMPARE(overlay.kind, OverlayKind::Progress);
        QCOMPARE(overlay.steps.size(), 4U);
        QCOMPARE(overlay.steps[0].state, StepState::Done);
        QCOMPARE(overlay.steps[1].state, StepState::Now);
        QCOMPARE(overlay.steps[2].state, StepState::Ahead);
        const Overlay last = decideOverlay(tests::film(Stage::Playing), at(State::Opening));
        QCOMPARE(last.steps[3].state, StepState::Now);
    }
    void nothingOverARunningFilm()
    {
        for (const Stage stage : {Stage::Playing, Stage::Finished}) {
            QCOMPARE(decideOverlay(tests::film(stage), at(State::Playing)).kind, OverlayKind::None);
            QCOMPARE(decideOverlay(tests::film(stage), at(State::Paused)).kind, OverlayKind::None);
        }
    }
    void shortWaitsAreNotNamed()
    {
        QCOMPARE(decideOverlay(tests::film(Stage::Playing), at(State::Buffering)).kind, OverlayKind::None);
        const Overlay overlay = decideOverlay(tests::film(Stage::Playing), at(State::Buffering, true));
        QCOMPARE(overlay.kind, OverlayKind::Buffering);
        QVERIFY2(overlay.sentence.contains(u"MB/s"_s), qPrintable(overlay.sentence));
    }
    void aFailedSeederDoesNotCoverWhatStillPlays()
    {
        for (const State state : {State::Playing, State::Paused, State::Buffering}) {
            const Overlay overlay = decideOverlay(failed(), at(state));
            QCOMPARE(overlay.kind, OverlayKind::None);
            QCOMPARE(overlay.banner, u"The seeder went away."_s);
            QCOMPARE(overlay.waysOut.size(), 2U);
        }
        for (const State state : {State::Idle, State::Failed}) {
            const Overlay overlay = decideOverlay(failed(), at(state));
            QCOMPARE(overlay.kind, OverlayKind::Problem);
            QCOMPARE(overlay.sentence, u"The seeder went away."_s);
            QVERIFY(overlay.banner.isEmpty());
        }
        QCOMPARE(decideOverlay(failed(), at(State::Buffering, true)).kind, OverlayKind::Problem);
        QCOMPARE(decideOverlay(failed(), at(State::Ended)).kind, OverlayKind::Done);
    }
    void thePlayersProblemIsNamed()
    {
        PlaybackView view = at(State::Failed);
        view.problem = u"Install gstreamer1.0-libav to play this film."_s;
        const Overlay overlay = decideOverlay(tests::film(Stage::Playing), view);
        QCOMPARE(overlay.kind, OverlayKind::Problem);
        QCOMPARE(overlay.sentence, view.problem);
        QVERIFY(overlay.retryPlayer);
        // The node's cause comes first: the player only sees that nothing comes any more.
        QCOMPARE(decideOverlay(failed(), view).sentence, u"The seeder went away."_s);
    }
    void theEnd()
    {
        QCOMPARE(decideOverlay(tests::film(Stage::Playing), at(State::Ended)).kind, OverlayKind::Done);
        QCOMPARE(decideOverlay(tests::film(Stage::Finished), at(State::Idle)).kind, OverlayKind::Done);
        QCOMPARE(decideOverlay({}, at(State::Idle)).kind, OverlayKind::Empty);
    }
    void spending()
    {
        QCOMPARE(spendingLine(tests::film(Stage::Playing)),
                 u"0.42 of 3.00 tokens · 14 of 58 segments receipted · seeder ab12cd34… at 192.168.1.7:7443"_s);
        QCOMPARE(spendingLine({}), QString());
        auto viewing = tests::film(Stage::Playing);
        viewing.seeder.clear();
        viewing.filmBytesPerSecond = 27'123; // 1.552 MiB a minute
        QCOMPARE(spendingLine(viewing), u"0.42 of 3.00 tokens · 14 of 58 segments receipted · 0.031/min"_s);
        viewing.filmBytesPerSecond = 1;
        QCOMPARE(spendingLine(viewing), u"0.42 of 3.00 tokens · 14 of 58 segments receipted · 0.000001/min"_s);
        viewing.spent = base::Tokens(153'131);
        viewing.cap = base::Tokens(1'128'218);
        QVERIFY(spendingLine(viewing).startsWith(u"0.15 of 1.13 tokens"_s));
        viewing.spent = base::Tokens(1'234);
        QVERIFY(spendingLine(viewing).startsWith(u"0.0012 of 1.13 tokens"_s));
        viewing.spent = base::Tokens(420'000);
        viewing.cap = base::Tokens(3'000'000);
        viewing.pricePerMiB = base::Tokens(0);
        QCOMPARE(spendingLine(viewing), u"0.42 of 3.00 tokens · 14 of 58 segments receipted"_s);
    }

    // ---- history ----

    void oneRowForEachContract()
    {
        node::Snapshot shot;
        tests::furnish(shot, base::UnixMs(1'700'000'000'000));
        const auto rows = groupHistory(*shot.wallet.history, shot.wallet.locked);
        using Kind = HistoryRow::Kind;
        const std::vector<std::pair<Kind, std::int64_t>> expected{
            {Kind::Reserved, -3'000'000}, {Kind::Earned, 384'125},  {Kind::Watched, -421'250},
            {Kind::ToppedUp, 8'000'000},  {Kind::Sent, -1'500'000}, {Kind::Received, 2'000'000},
            {Kind::Issued, 20'000'000}};
        QCOMPARE(rows.size(), expected.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QCOMPARE(rows[i].kind, expected[i].first);
            QCOMPARE(rows[i].amount.value(), expected[i].second);
        }
        QCOMPARE(rows[2].reserved, base::Tokens(2'000'000));
        QCOMPARE(rows[2].returned, base::Tokens(1'578'750));
    }
    void aContractWhoseWholeCapWasPaid()
    {
        node::Snapshot shot;
        tests::furnish(shot, base::UnixMs(1'700'000'000'000));
        const auto& entries = *shot.wallet.history;
        QCOMPARE(groupHistory({entries[0]}, base::Tokens(3'000'000))[0].kind, HistoryRow::Kind::Reserved);
        QCOMPARE(groupHistory({entries[0]}, std::nullopt)[0].kind, HistoryRow::Kind::Reserved);
        QCOMPARE(groupHistory({entries[0]}, base::Tokens(0))[0].kind, HistoryRow::Kind::Watched);
        // The opening is older than what is known of the history.
        QCOMPARE(groupHistory({entries[2]}, base::Tokens(0))[0].kind, HistoryRow::Kind::CameBack);
    }
    void decimalPointsStandInOneLine()
    {
        const base::SystemClock clock;
        HistoryModel model(clock);
        node::Snapshot shot;
        tests::furnish(shot, clock.now());
        model.setRows(groupHistory(*shot.wallet.history, shot.wallet.locked));
        const auto cell = [&](int row, int role) {
            return model.index(row, HistoryModel::Amount).data(role).toString();
        };
        const qsizetype tail = cell(0, Qt::DisplayRole).size() - cell(0, Qt::DisplayRole).indexOf(u'.');
        for (int row = 1; row < model.rowCount(); ++row)
            QCOMPARE(cell(row, Qt::DisplayRole).size() - cell(row, Qt::DisplayRole).indexOf(u'.'), tail);
        QCOMPARE(cell(0, Qt::AccessibleTextRole), u"−3.00"_s);
        QCOMPARE(model.index(0, HistoryModel::What).data().toString(), u"Contract opened — reserved"_s);
        QVERIFY(model.index(2, HistoryModel::About).data().toString().contains(u"43434343"_s));
        QVERIFY(model.index(2, HistoryModel::About).data(Qt::ToolTipRole).toString().contains(u"Came back: 1.57875"_s));
    }
};

QTEST_GUILESS_MAIN(OverlayTest)
#include "tst_overlay.moc"
