#include "player/packager.h"

#include "player/packager_job.h"

namespace mutoscope::player
{

Packager::Packager(QObject* parent) : QObject(parent) {}

Packager::~Packager() = default;

void Packager::start(const MediaInfo& plan, const QString& outputFolder)
{
    Q_ASSERT_X(!m_job, "Packager", "one start() for each object");
    m_job = std::make_unique<Job>(*this, plan, outputFolder);
    QMetaObject::invokeMethod(
        m_job.get(), [job = m_job.get()] { job->begin(); }, Qt::QueuedConnection);
}

void Packager::cancel()
{
    if (m_job)
        QMetaObject::invokeMethod(
            m_job.get(), [job = m_job.get()] { job->cancel(); }, Qt::QueuedConnection);
}

} // namespace mutoscope::player
