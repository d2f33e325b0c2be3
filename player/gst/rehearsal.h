#pragma once

#include <memory>

#include <QObject>
#include <QTcpServer>
#include <QTimer>

#include "player/gst/playbin.h"
#include "player/gst/video_sink.h"

namespace mutoscope::player::gst
{

/// Shows a clip of 12 small pictures to nobody, once, in a pipeline of its own like Engine's: with it what the first film of a process would
/// wait for is done (libraries, classes, types, codecs, the HTTP client: about a third of the time to its first picture).
///
/// Not where there is a hardware decoder: a driver that breaks may do so when a film is opened, not when the program starts.
///
/// All on one thread with an event loop; GStreamer's post to it. It ends by itself, at the latest after some seconds, whatever goes wrong.
class Rehearsal final : public QObject
{
    Q_OBJECT
public:
    explicit Rehearsal(QObject* parent = nullptr);
    ~Rehearsal() override;

    void start();
Q_SIGNALS:
    void ended(bool whole); ///< once after start(), unless it was destroyed before; whole: the first picture came

private:
    void answer();
    void stop();
    void end(bool whole);

    QTcpServer m_server;
    QTimer m_limit;
    bool m_hasEnded = false;
    std::unique_ptr<VideoSink> m_sink;
    Ptr<GstElement> m_pipeline;
    DemuxerStart m_demuxerStart;
};

} // namespace mutoscope::player::gst
