#include "player/gst/startup.h"

#include <mutex>

#include <QByteArray>
#include <QDir>

#include <gst/gst.h>

#include "player/gst/gst_ptr.h"
#include "player/log.h"

Q_LOGGING_CATEGORY(logPlayer, "mutoscope.player", QtInfoMsg)

namespace mutoscope::player::gst
{
namespace
{

void setRank(const char* factory, guint rank)
{
    if (const Ptr<GstPluginFeature> feature{gst_registry_lookup_feature(gst_registry_get(), factory)})
        gst_plugin_feature_set_rank(feature.get(), rank);
}

} // namespace

void cleanEnvironment()
{
    // With a proxy set, GStreamer's HTTP source sends loopback requests to it, even if no_proxy says otherwise.
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        qunsetenv(name);
}

bool ensureStarted()
{
    static std::once_flag once;
    static bool started = false;
    std::call_once(once, [] {
        GError* raw = nullptr;
        started = gst_init_check(nullptr, nullptr, &raw);
        const Ptr<GError> error(raw);
        if (!started) {
            qCCritical(logPlayer, "GStreamer does not start: %s", error ? error->message : "unknown cause");
            return;
        }
        // The old demuxer fetches, seeks and switches worse; whichever is installed beside it, the new one is taken.
        setRank("hlsdemux2", GST_RANK_PRIMARY + 100);
        setRank("hlsdemux", GST_RANK_NONE);
    });
    return started;
}

void loadPlugins()
{
    if (!ensureStarted())
        return;
    for (const char* name : {"playbin3", "souphttpsrc", "hlsdemux2", "qtdemux", "tsdemux", "h264parse", "aacparse",
                             "avdec_h264", "avdec_aac", "audioconvert", "audioresample", "volume", "identity",
                             "videoscale", "appsink", "fakesink", "autoaudiosink", "pulsesink"}) {
        if (const Ptr<GstElementFactory> factory{gst_element_factory_find(name)})
            Ptr<GstPluginFeature>(gst_plugin_feature_load(GST_PLUGIN_FEATURE(factory.get())));
    }
}

bool hasSoundDevice()
{
    // A sound server in another sandbox or on another machine says so in the environment; a local one without any card
    // only has a null sink, on which pulsesink freezes the start for up to 0.8 s.
    if (qEnvironmentVariableIsSet("PULSE_SERVER"))
        return true;
    const QDir devices(QStringLiteral("/dev/snd"));
    return !devices.entryList({QStringLiteral("pcm*p")}, QDir::System).isEmpty();
}

} // namespace mutoscope::player::gst
