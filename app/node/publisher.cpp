#include "app/node/publisher.h"

#include <utility>

#include <QDir>
#include <QFileInfo>

namespace mutoscope::app
{

Publisher::Publisher(node::Node& node, Request request, QObject* parent)
    : QObject(parent), m_node(node), m_request(std::move(request)),
      m_work((QDir().mkpath(m_request.workFolder), m_request.workFolder + QStringLiteral("/packaging-XXXXXX")))
{
    if (m_request.title.isEmpty())
        m_request.title = QFileInfo(m_request.file).completeBaseName();
    connect(&m_packager, &player::Packager::finished, this, [this](const player::Result<player::PackagedHls>& result) {
        if (!result)
            return Q_EMIT failed(result.error().sentence);
        publish(result->playlist, result->poster);
    });
    connect(&m_packager, &player::Packager::progressed, this, &Publisher::packaging);
    connect(&m_node, &node::Node::publishing, this, [this](double fraction) {
        if (m_isPublishing)
            Q_EMIT publishing(fraction);
    });
    connect(&m_node, &node::Node::published, this, [this](const QString& link, const QString& problem) {
        if (!std::exchange(m_isPublishing, false))
            return;
        m_work.remove();
        if (link.isEmpty())
            return Q_EMIT failed(problem);
        m_link = link;
        Q_EMIT published(m_request.title, link);
        look();
    });
    connect(&m_node, &node::Node::changed, this, &Publisher::look);
}

void Publisher::start()
{
    if (m_request.file.endsWith(QStringLiteral(".m3u8")))
        return publish(m_request.file, {});
    player::probeAsync(m_request.file, this, [this](const player::Result<player::MediaInfo>& plan) {
        if (!plan)
            return Q_EMIT failed(plan.error().sentence);
        if (!m_work.isValid())
            return Q_EMIT failed(QStringLiteral("The folder for packaging can't be made: ") + m_work.errorString());
        if (plan->needsTranscoding())
            qInfo().noquote() << plan->transcoding;
        m_packager.start(*plan, m_work.filePath(QStringLiteral("hls")));
    });
}

void Publisher::publish(const QString& playlist, const QString& poster)
{
    m_isPublishing = true;
    m_node.publish({.playlist = playlist.toStdString(),
                    .poster = (m_request.poster.isEmpty() ? poster : m_request.poster).toStdString(),
                    .title = m_request.title.toStdString(),
                    .description = m_request.description.toStdString(),
                    .pricePerMiB = m_request.pricePerMiB,
                    .access = m_request.access});
}

/// Announced is when the snapshot says so.
void Publisher::look()
{
    if (m_link.isEmpty())
        return;
    for (const node::SeededTitle& title : m_node.snapshot().seeding) {
        if (title.link == m_link.toStdString() && title.seeding && title.problem.empty()) {
            m_link.clear();
            Q_EMIT announced(QString::fromStdString(title.title), QString::fromStdString(title.link));
            return;
        }
    }
}

} // namespace mutoscope::app
