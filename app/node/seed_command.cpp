#include "app/node/seed_command.h"

#include <QDir>
#include <QFileInfo>

namespace mutoscope::app
{

SeedCommand::SeedCommand(node::Node& node, Request request, QObject* parent)
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
    connect(&m_node, &node::Node::published, this, [this](const QString& link, const QString& problem) {
        m_work.remove();
        if (link.isEmpty())
            return Q_EMIT failed(problem);
        m_link = link;
        look();
    });
    connect(&m_node, &node::Node::changed, this, &SeedCommand::look);
}

void SeedCommand::start()
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

void SeedCommand::publish(const QString& playlist, const QString& poster)
{
    m_node.publish({.playlist = playlist.toStdString(),
                    .poster = poster.toStdString(),
                    .title = m_request.title.toStdString(),
                    .description = {},
                    .pricePerMiB = m_request.pricePerMiB});
}

/// Announced is when the snapshot says so.
void SeedCommand::look()
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
