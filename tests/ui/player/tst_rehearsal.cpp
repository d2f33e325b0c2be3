#include <QSignalSpy>
#include <QTest>

#include "player/gst/rehearsal.h"

using namespace mutoscope::player;

class TestRehearsal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The clip is right, and hlsdemux2 and the decoders take it: otherwise nobody would notice that it does nothing.
    void itComesToItsFirstPicture()
    {
        gst::Rehearsal rehearsal;
        QSignalSpy ended(&rehearsal, &gst::Rehearsal::ended);
        rehearsal.start();
        QVERIFY(!ended.empty() || ended.wait(15'000));
        QVERIFY(ended.first().first().toBool());
    }
    /// As when the program ends at once.
    void itCanBeBrokenOff()
    {
        auto rehearsal = std::make_unique<gst::Rehearsal>();
        QSignalSpy ended(rehearsal.get(), &gst::Rehearsal::ended);
        rehearsal->start();
        rehearsal.reset();
        QVERIFY(ended.empty());
    }
};

QTEST_MAIN(TestRehearsal)
#include "tst_rehearsal.moc"
