#include "player/gst/rehearsal.h"

#include <utility>

#include <QFile>
#include <QTcpSocket>

#include "player/gst/startup.h"
#include "player/log.h"

// Outside of all namespaces, as Q_INIT_RESOURCE declares a function.
static void initRehearsalResource()
{
    Q_INIT_RESOURCE(rehearsal);
}

namespace mutoscope::player::gst
{
namespace
{

using namespace std::chrono_literals;

constexpr auto limit = 5s;
constexpr qint64 maxRequest = 4096;
/// Never comes: hlsdemux2 1.22 fails if a film has ended before its decoders are made ("Can't push EOS on non-exposed pad").
constexpr QLatin1StringView rest("rest.mp4");

/// Of "GET /name HTTP/1.1": the name, if it is one of the clip's.
QString nameIn(const QByteArray& request)
{
    const QList<QByteArray> words = request.left(request.indexOf('\r')).split(' ');
    const QString name = QString::fromLatin1(words.value(1).mid(1));
    return words.first() == "GET" && (name == u"index.m3u8" || name == u"init.mp4" || name == u"segment.mp4" || name == rest) ? name : QString();
}

bool hasHardwareDecoder()
{
    GList* const decoders = gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
    bool isThere = false;
    for (const GList* each = decoders; each; each = each->next)
        isThere = isThere || isHardwareDecoder(GST_ELEMENT_FACTORY(each->data));
    gst_plugin_feature_list_free(decoders);
    return isThere;
}

} // namespace

Rehearsal::Rehearsal(QObject* parent) : QObject(parent), m_server(this), m_limit(this)
{
    m_limit.setSingleShot(true);
    m_limit.setInterval(limit);
    connect(&m_limit, &QTimer::timeout, this, [this] { end(false); });
    connect(&m_server, &QTcpServer::newConnection, this, &Rehearsal::answer);
}

Rehearsal::~Rehearsal()
{
    stop();
}

void Rehearsal::start()
{
    initRehearsalResource();
    if (!ensureStarted() || hasHardwareDecoder() || !m_server.listen(QHostAddress::LocalHost, 0))
        return end(false);
    m_limit.start();
    m_sink = std::make_unique<VideoSink>(std::make_shared<FrameMailbox>(), false);
    m_pipeline = makePlaybin(m_sink->element(), gst_element_factory_make("fakesink", nullptr),
                             gst_element_factory_make("scaletempo", nullptr));
    if (!m_pipeline)
        return end(false);
    g_signal_connect(m_pipeline.get(), "deep-element-added", G_CALLBACK(+[](GstBin*, GstBin*, GstElement* element, gpointer self) {
                         GstElementFactory* const factory = gst_element_get_factory(element);
                         if (factory && g_str_equal(GST_OBJECT_NAME(factory), "hlsdemux2"))
                             static_cast<Rehearsal*>(self)->m_demuxerStart.made();
                     }),
                     this);
    const QByteArray address = QByteArrayLiteral("http://127.0.0.1:") + QByteArray::number(m_server.serverPort()) + "/index.m3u8";
    g_object_set(m_pipeline.get(), "uri", address.constData(), nullptr);
    const Ptr<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(m_pipeline.get())));
    gst_bus_set_sync_handler(
        bus.get(),
        [](GstBus*, GstMessage* message, gpointer self) {
            auto* const rehearsal = static_cast<Rehearsal*>(self);
            const bool whole = GST_MESSAGE_TYPE(message) == GST_MESSAGE_ASYNC_DONE && GST_MESSAGE_SRC(message) == GST_OBJECT(rehearsal->m_pipeline.get());
            if (whole || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
                QMetaObject::invokeMethod(rehearsal, [rehearsal, whole] { rehearsal->end(whole); }, Qt::QueuedConnection);
            gst_message_unref(message);
            return GST_BUS_DROP;
        },
        this, nullptr);
    gst_element_set_state(m_pipeline.get(), GST_STATE_PAUSED);
}

void Rehearsal::stop()
{
    m_limit.stop();
    m_server.close();
    if (!m_pipeline)
        return;
    const Ptr<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(m_pipeline.get())));
    m_demuxerStart.waitIfNew();
    gst_element_set_state(m_pipeline.get(), GST_STATE_NULL);
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    m_pipeline.reset();
    m_sink.reset();
}

void Rehearsal::end(bool whole)
{
    if (std::exchange(m_hasEnded, true))
        return; // the pipeline had said something more
    stop();
    qCDebug(logPlayer) << "rehearsed:" << whole;
    Q_EMIT ended(whole);
}

void Rehearsal::answer()
{
    while (QTcpSocket* const socket = m_server.nextPendingConnection()) {
        socket->setReadBufferSize(maxRequest);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            const QByteArray request = socket->peek(maxRequest);
            if (!request.contains("\r\n\r\n"))
                return request.size() < maxRequest ? void() : socket->abort();
            (void)socket->read(request.size());
            const QString name = nameIn(request);
            if (name == rest)
                return;
            QFile file(QStringLiteral(":/rehearsal/") + name);
            const bool isThere = file.open(QIODevice::ReadOnly);
            const QByteArray body = isThere ? file.readAll() : QByteArray();
            socket->write(QByteArrayLiteral("HTTP/1.1 ") + (isThere ? "200 OK" : "404 Not Found") +
                          "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
    }
}

} // namespace mutoscope::player::gst
