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

/// How a decoder fails.
enum class Fault { FirstPicture, Middle, Format, Opening, Silence };
std::atomic<Fault> fault = Fault::FirstPicture;
std::atomic<int> attempts = 0;
constexpr int pictures = 75;

/// A decoder that says that it is hardware, is preferred to all others, and fails.
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
    switch (fault) {
    case Fault::FirstPicture:
        ++attempts;
        GST_ELEMENT_ERROR(GST_ELEMENT(self), STREAM, DECODE, (nullptr), ("the device is gone"));
        return GST_FLOW_ERROR;
    case Fault::Format:
        return GST_FLOW_NOT_NEGOTIATED;
    case Fault::Middle:
    case Fault::Opening:
    case Fault::Silence:
        break;
    }
    return GST_FLOW_OK;
}

gboolean handleEvent(GstPad* pad, GstObject* self, GstEvent* event)
{
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) // those are of the film as it is coded
        return gst_pad_event_default(pad, self, event);
    gst_event_unref(event);
    if (fault == Fault::Silence || fault == Fault::Format)
        ++attempts;
    return fault == Fault::Format ? FALSE : TRUE;
}

GstStateChangeReturn changeState(GstElement* element, GstStateChange change)
{
    if (fault == Fault::Opening && change == GST_STATE_CHANGE_NULL_TO_READY) {
        ++attempts;
        return GST_STATE_CHANGE_FAILURE;
    }
    return GST_ELEMENT_CLASS(g_type_class_peek_parent(GST_ELEMENT_GET_CLASS(element)))->change_state(element, change);
}

void describe(gpointer klass)
{
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Broken decoder", "Codec/Decoder/Video/Hardware", "Breaks", "Mutoscope");
    gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &inTemplate);
    gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &outTemplate);
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
    describe(klass);
    GST_ELEMENT_CLASS(klass)->change_state = changeState;
}

/// One that works for a while.
struct FadingDecoder {
    GstBin parent;
};
struct FadingDecoderClass {
    GstBinClass parent;
};

void initFading(GTypeInstance* instance, gpointer)
{
    ++attempts;
    GstElement* decoder = gst_element_factory_make("avdec_h264", nullptr);
    GstElement* end = gst_element_factory_make("identity", nullptr);
    g_object_set(end, "error-after", pictures / 3, nullptr);
    gst_bin_add_many(GST_BIN(instance), decoder, end, nullptr);
    gst_element_link(decoder, end);
    for (auto [element, name] : {std::pair(decoder, "sink"), std::pair(end, "src")}) {
        GstPad* inner = gst_element_get_static_pad(element, name);
        gst_element_add_pad(GST_ELEMENT(instance), gst_ghost_pad_new(name, inner));
        gst_object_unref(inner);
    }
}

void registerDecoder(const char* name, GType type)
{
    if (!gst_element_register(nullptr, name, GST_RANK_NONE, type))
        qFatal("the decoder can't be registered");
}

void prefer(const char* name)
{
    GstPluginFeature* feature = gst_registry_lookup_feature(gst_registry_get(), name);
    gst_plugin_feature_set_rank(feature, GST_RANK_PRIMARY + 500);
    gst_object_unref(feature);
}

} // namespace

class TestHardware : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_film = m_folder.filePath(u"film.mp4"_s);

private Q_SLOTS:
    void initTestCase()
    {
        QProcess ffmpeg;
        ffmpeg.start(u"ffmpeg"_s, u"-nostdin -v error -y -f lavfi -i testsrc2=size=160x120:rate=25:duration=3 -f lavfi -i sine=440:d=3 -c:v libx264 -preset ultrafast -c:a aac"_s
                                          .split(u' ')
                                      << m_film);
        QVERIFY(ffmpeg.waitForFinished(30'000) && ffmpeg.exitCode() == 0);
        gst_init(nullptr, nullptr);
        registerDecoder("brokendecoder", g_type_register_static_simple(GST_TYPE_ELEMENT, "MutoscopeBrokenDecoder", sizeof(BrokenDecoderClass), initClass, sizeof(BrokenDecoder),
                                                                       initInstance, GTypeFlags(0)));
        registerDecoder("fadingdecoder", g_type_register_static_simple(GST_TYPE_BIN, "MutoscopeFadingDecoder", sizeof(FadingDecoderClass),
                                                                       [](gpointer klass, gpointer) { describe(klass); }, sizeof(FadingDecoder), initFading, GTypeFlags(0)));
    }

    /// The film is shown all the same, decoded by the processor.
    void aDecoderThatFailsIsLeftOut_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("at the first picture") << static_cast<int>(Fault::FirstPicture);
        QTest::newRow("in the middle") << static_cast<int>(Fault::Middle);
        QTest::newRow("it does not take the format") << static_cast<int>(Fault::Format);
        QTest::newRow("it can't be opened") << static_cast<int>(Fault::Opening);
        QTest::newRow("it gives no picture") << static_cast<int>(Fault::Silence);
    }
    void aDecoderThatFailsIsLeftOut()
    {
        QFETCH(int, how);
        fault = static_cast<Fault>(how);
        attempts = 0;
        prefer(fault == Fault::Middle ? "fadingdecoder" : "brokendecoder");
        Player player(nullptr, {.audio = true, .fast = true});
        QSignalSpy failed(&player, &Player::failed);
        int attemptsAtFirst = 0;
        for (int time = 0; time < 2; ++time) {
            player.open(QUrl::fromLocalFile(m_film));
            QTRY_COMPARE_WITH_TIMEOUT(player.state(), State::Ended, patience);
            QVERIFY2(failed.isEmpty(), qPrintable(player.lastError().detail));
            if (time == 0 && fault == Fault::Middle)
                QVERIFY(player.frames().presented >= pictures); // from where it was
            else
                QCOMPARE(player.frames(), (Frames{pictures, pictures}));
            QVERIFY2(player.pipeline().videoDecoder.startsWith(u"avdec_h264"_s), qPrintable(player.pipeline().videoDecoder));
            if (time == 0)
                attemptsAtFirst = attempts;
        }
        QVERIFY(attemptsAtFirst > 0);
        if (fault != Fault::Opening) // of that one GStreamer itself takes the next
            QCOMPARE(attempts, attemptsAtFirst); // the second film does not try it again
        GstPluginFeature* feature = gst_registry_lookup_feature(gst_registry_get(), "brokendecoder");
        gst_plugin_feature_set_rank(feature, GST_RANK_NONE);
        gst_object_unref(feature);
    }
};

QTEST_MAIN(TestHardware)
#include "tst_hardware.moc"
