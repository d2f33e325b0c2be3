#include <atomic>

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <gst/gst.h>

#include "player/player.h"

using namespace mutoscope::player;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 15'000; // ms; a bound on hanging, not a measure

std::atomic<int> attempts = 0;

/// A decoder that says that it is hardware, is preferred to all others, and breaks at the first picture.
struct BrokenDecoder {
    GstElement parent;
};
struct BrokenDecoderClass {
    GstElementClass parent;
};

GstStaticPadTemplate inTemplate = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-h264"));
GstStaticPadTemplate outTemplate = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw"));

GstFlowReturn chain(GstPad*, GstObject* self, GstBuffer* buffer)
{
    gst_buffer_unref(buffer);
    ++attempts;
    GST_ELEMENT_ERROR(GST_ELEMENT(self), STREAM, DECODE, (nullptr), ("the device is gone"));
    return GST_FLOW_ERROR;
}

gboolean handleEvent(GstPad* pad, GstObject* self, GstEvent* event)
{
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) // those are of the film as it is coded
        return gst_pad_event_default(pad, self, event);
    gst_event_unref(event);
    return TRUE;
}

void initInstance(GTypeInstance* instance, gpointer)
{
    GstPad* in = gst_pad_new_from_static_template(&inTemplate, "sink");
    gst_pad_set_chain_function(in, chain);
    gst_pad_set_event_function(in, handleEvent);
    gst_element_add_pad(GST_ELEMENT(instance), in);
    gst_element_add_pad(GST_ELEMENT(instance), gst_pad_new_from_static_template(&outTemplate, "src"));
}

void initClass(gpointer klass, gpointer)
{
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Broken decoder", "Codec/Decoder/Video/Hardware", "Breaks", "Mutoscope");
    gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &inTemplate);
    gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &outTemplate);
}

bool registerBrokenDecoder()
{
    const GType type = g_type_register_static_simple(GST_TYPE_ELEMENT, "MutoscopeBrokenDecoder", sizeof(BrokenDecoderClass), initClass,
                                                     sizeof(BrokenDecoder), initInstance, GTypeFlags(0));
    return gst_element_register(nullptr, "brokendecoder", GST_RANK_PRIMARY + 500, type);
}

} // namespace

class TestHardware : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The film is shown all the same, decoded by the processor.
    void aDecoderThatBreaksIsLeftOut()
    {
        QTemporaryDir folder;
        const QString film = folder.filePath(u"film.mp4"_s);
        QProcess ffmpeg;
        ffmpeg.start(u"ffmpeg"_s, u"-nostdin -v error -y -f lavfi -i testsrc2=size=160x120:rate=25:duration=3 -c:v libx264 -preset ultrafast"_s.split(u' ')
                                      << film);
        QVERIFY(ffmpeg.waitForFinished(30'000) && ffmpeg.exitCode() == 0);
        gst_init(nullptr, nullptr);
        QVERIFY(registerBrokenDecoder());

        Player player(nullptr, {.audio = true, .fast = true});
        QSignalSpy failed(&player, &Player::failed);
        for (int time = 0; time < 2; ++time) {
            player.open(QUrl::fromLocalFile(film));
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
            QCOMPARE(player.frames(), (Frames{75, 75}));
            QVERIFY(player.pipeline().videoDecoder.startsWith(u"avdec_h264"_s));
        }
        QVERIFY(failed.isEmpty());
        QCOMPARE(attempts, 1); // the second film does not try it again
    }
};

QTEST_MAIN(TestHardware)
#include "tst_hardware.moc"
