#include "player/still_maker.h"

#include <QDeadlineTimer>
#include <QThread>

#include "player/gst/still.h"
#include "player/log.h"

namespace mutoscope::player
{

namespace
{

constexpr auto shutDownLimit = std::chrono::seconds(1);

} // namespace

StillMaker::StillMaker(QObject* parent) : QObject(parent), m_cancelled(std::make_shared<std::atomic<bool>>(false)) {}

StillMaker::~StillMaker()
{
    if (!m_thread)
        return;
    *m_cancelled = true;
    m_thread->quit();
    if (!m_thread->wait(QDeadlineTimer(shutDownLimit))) {
        qCWarning(logPlayer, "a still picture does not end, leaving it behind");
        static_cast<void>(m_thread.release()); // destroying a running thread would abort us
    }
}

void StillMaker::request(const QUrl& url)
{
    m_next = url;
    if (!m_busy)
        begin();
}

void StillMaker::begin()
{
    if (!m_thread) {
        m_thread = std::make_unique<QThread>();
        m_thread->setObjectName(QStringLiteral("stills"));
        m_worker = new QObject;
        m_worker->moveToThread(m_thread.get());
        connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
        m_thread->start(QThread::LowPriority);
    }
    m_busy = true;
    QMetaObject::invokeMethod(
        m_worker,
        [this, url = std::exchange(m_next, {}), cancelled = m_cancelled] {
            QImage picture = gst::still(url, longestSide, *cancelled);
            if (*cancelled)
                return; // this is gone
            QMetaObject::invokeMethod(
                this,
                [this, url, picture = std::move(picture)] {
                    m_busy = false;
                    if (!m_next.isEmpty())
                        begin();
                    Q_EMIT made(url, picture);
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

} // namespace mutoscope::player
