#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>

#include "p2p/wire/permit.h"
#include "window_fixture.h"

using namespace mutoscope;
using namespace mutoscope::tests;
using namespace Qt::StringLiterals;
using base::ErrorCode;
using node::Stage;
using node::WayOut;
using player::ErrorKind;
using player::State;

namespace
{

constexpr std::array codes{ErrorCode::BadSignature, ErrorCode::Malformed, ErrorCode::PaymentRequired, ErrorCode::Forbidden, ErrorCode::NotFound,
                           ErrorCode::Conflict, ErrorCode::Gone, ErrorCode::TooLarge, ErrorCode::Unacceptable, ErrorCode::TooMany,
                           ErrorCode::Unavailable, ErrorCode::Timeout, ErrorCode::Network, ErrorCode::WrongData, ErrorCode::Io,
                           ErrorCode::Cancelled, ErrorCode::Internal};
constexpr std::array states{State::Idle, State::Opening, State::Buffering, State::Playing, State::Paused, State::Failed};
const std::vector<std::vector<WayOut>> waysOut{{}, {WayOut::Retry}, {WayOut::OtherSeeder}, {WayOut::RaiseCap}, {WayOut::TopUp, WayOut::Retry}};

/// What a person could press over the film, other than to close it.
QStringList help(const WindowFixture& f)
{
    QStringList texts;
    for (const char* place : {"filmCard", "filmBanner"}) {
        for (const auto* button : f.named<QWidget>(place)->findChildren<QPushButton*>()) {
            if (button->isVisible() && button->isEnabled() && button->text() != u"Close"_s)
                texts << button->text();
        }
    }
    return texts;
}

} // namespace

/// Every failure comes before a person's eyes as one sentence with its cause, and with something that helps.
class ProblemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFailureOfTheNode_data()
    {
        QTest::addColumn<int>("code");
        for (const ErrorCode code : codes)
            QTest::newRow(std::string(base::name(code)).c_str()) << static_cast<int>(code);
    }
    void everyFailureOfTheNode()
    {
        QFETCH(int, code);
        WindowFixture f;
        for (const Stage stage : {Stage::FindingSeeder, Stage::Approval, Stage::OpeningContract, Stage::FirstSegment, Stage::Playing}) {
            for (const State state : states) {
                for (const auto& ways : waysOut) {
                    auto viewing = film(stage);
                    viewing.stage = Stage::Failed;
                    viewing.problem = node::Problem{static_cast<ErrorCode>(code), "The mill stands still: no wind.", ways};
                    f.playback->become(state);
                    f.be(viewing);
                    const QByteArray where = "stage " + QByteArray::number(static_cast<int>(stage)) + ", player " +
                                             QByteArray::number(static_cast<int>(state)) + ", ways out " + QByteArray::number(ways.size());
                    QVERIFY2(f.texts().count(u"The mill stands still: no wind."_s) == 1, where.constData());
                    QVERIFY2(!help(f).isEmpty(), where.constData());
                }
            }
        }
    }
    void aFailureWithoutWords()
    {
        WindowFixture f;
        auto viewing = film(Stage::FindingSeeder);
        viewing.stage = Stage::Failed;
        f.be(viewing);
        QVERIFY(f.texts().contains(u"The film stopped, and nobody said why."_s));
        QVERIFY(f.button(u"Try again"_s));
        viewing.problem = node::Problem{ErrorCode::Network, "", {}};
        f.be(viewing);
        QVERIFY(f.texts().contains(u"The film stopped, and nobody said why."_s));
    }
    void everyFailureOfThePlayer_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("network") << static_cast<int>(ErrorKind::Network);
        QTest::newRow("codec") << static_cast<int>(ErrorKind::CodecMissing);
        QTest::newRow("decode") << static_cast<int>(ErrorKind::Decode);
        QTest::newRow("device") << static_cast<int>(ErrorKind::Device);
        QTest::newRow("other") << static_cast<int>(ErrorKind::Other);
    }
    void everyFailureOfThePlayer()
    {
        QFETCH(int, kind);
        for (const Stage stage : {Stage::Playing, Stage::Finished}) {
            WindowFixture f;
            f.play();
            f.be(film(stage));
            f.playback->error = {static_cast<ErrorKind>(kind), 0, u"The lamp is out."_s, {}, {}};
            f.playback->become(State::Failed);
            QCOMPARE(f.texts().count(u"The lamp is out."_s), 1);
            QVERIFY(help(f).contains(u"Retry"_s));
            f.playback->error.sentence.clear();
            f.playback->become(State::Failed);
            QVERIFY(f.texts().contains(u"The player failed, and did not say why."_s));
        }
    }
    void aMissingPackageCanBeCopied()
    {
        WindowFixture f;
        f.play();
        f.playback->error = {ErrorKind::CodecMissing, 0, u"Install gstreamer1.0-libav."_s, {u"gstreamer1.0-libav"_s}, {}};
        f.playback->become(State::Failed);
        auto* copy = f.button(u"Copy the command"_s);
        QVERIFY(copy);
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"sudo apt install gstreamer1.0-libav"_s);
        // Another problem has no such button any more.
        f.playback->error = {ErrorKind::Decode, 0, u"Damaged."_s, {}, {}};
        f.playback->become(State::Failed);
        QVERIFY(!f.button(u"Copy the command"_s));
    }
    /// Who can give it, and what they need for it.
    void aPermitIsAskedFor()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->openLink(u"mutoscope:abc"_s);
        const auto key = [](char with) { return base::PublicKey::fromRaw(std::string(32, with)); };
        node::Viewing viewing;
        viewing.stage = Stage::Failed;
        viewing.problem = node::Problem{ErrorCode::Forbidden, "“A film” can't be watched: this film needs a permit of its publisher.", {WayOut::Retry}};
        viewing.problem->permit = node::PermitWanted{key('p'), key('v')};
        f.be(viewing);
        QVERIFY(f.texts().contains(u"needs a permit"_s));
        QVERIFY(f.texts().contains(QString::fromStdString(wire::keyText(key('p')))));
        QVERIFY2(!f.button(u"Try again"_s), "it would be refused again");
        f.button(u"Copy your key"_s)->click();
        QCOMPARE(QApplication::clipboard()->text(), QString::fromStdString(wire::keyText(key('v'))));
        f.button(u"Paste the link"_s)->click();
        QCOMPARE(QApplication::focusWidget() ? QApplication::focusWidget()->objectName() : QString(), u"linkField"_s);
    }
    void theButtonsHelp()
    {
        WindowFixture f;
        QVERIFY(QTest::qWaitForWindowActive(f.window.get()));
        f.window->openLink(u"mutoscope:abc"_s);
        node::Viewing viewing;
        viewing.stage = Stage::Failed;
        viewing.problem = node::Problem{ErrorCode::Malformed, "This link can't be opened: it was cut off.", {}};
        f.be(viewing);
        f.button(u"Paste another link"_s)->click();
        QCOMPARE(QApplication::focusWidget() ? QApplication::focusWidget()->objectName() : QString(), u"linkField"_s);
        viewing.problem = node::Problem{ErrorCode::Io, "This node can't start: the disk is full.", {}};
        f.be(viewing);
        f.node.calls.clear();
        f.button(u"Try again"_s)->click();
        QVERIFY(f.node.calls.contains(u"open mutoscope:abc"_s));
    }
};

QTEST_MAIN(ProblemsTest)
#include "tst_problems.moc"
