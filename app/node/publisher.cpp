#include "app/node/publisher.h"

#include <utility>

#include <QFileInfo>

namespace mutoscope::app
{

Publisher::Publisher(node::Node& node, Request request, QObject* parent) : QObject(parent), m_node(node), m_request(std::move(request))
{
    if (m_request.title.isEmpty())
        m_request.title = QFileInfo(m_request.file).completeBaseName();
    connect(&m_packager, &player::Packager::finished, this, [this](const player::Result<player::PackagedHls>& result) {
        if (!result) {
            m_work->remove();
            return Q_EMIT failed(result.error().sentence);
        }
        if (const auto kept = m_work->setPackaged(result->playlist.toStdString(), result->poster.toStdString()); !kept)
            return Q_EMIT failed(QString::fromStdString(kept.error().message));
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
        if (link.isEmpty())
            return Q_EMIT failed(problem);
        if (m_work)
            m_work->remove();
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
        if (m_request.posterAt && (!plan->video || *m_request.posterAt >= plan->duration))
            return Q_EMIT failed(QStringLiteral("The film has no picture at that time to be its poster; it is %1 seconds long.").arg(static_cast<double>(plan->duration.count()) / 1000));
        begin();
        if (!m_work)
            return;
        if (const node::Draft& draft = m_work->draft(); !draft.playlist.empty())
            return publish(QString::fromStdString(draft.playlist), QString::fromStdString(draft.packagedPoster));
        if (plan->needsTranscoding())
            qInfo().noquote() << plan->transcoding;
        player::MediaInfo film = *plan;
        film.posterAt = m_request.posterAt;
        m_packager.start(film, QString::fromStdString(m_work->packageFolder().string()));
    });
}

/// Takes the draft of this film, which may be packaged already; none, and failed, where there can be none.
void Publisher::begin()
{
    node::Draft draft{.file = QFileInfo(m_request.file).absoluteFilePath().toStdString(),
                      .title = m_request.title.toStdString(),
                      .description = m_request.description.toStdString(),
                      .pricePerMiB = m_request.pricePerMiB,
                      .access = m_request.access,
                      .poster = m_request.poster.toStdString(),
                      .posterMs = m_request.posterAt ? std::optional(m_request.posterAt->count()) : std::nullopt,
                      .playlist = {},
                      .packagedPoster = {}};
    node::describeFile(draft);
    auto work = node::DraftBox(m_request.workFolder.toStdString()).begin(draft);
    if (!work)
        return Q_EMIT failed(QStringLiteral("The film can't be packaged: ") + QString::fromStdString(work.error().message));
    m_work = std::move(*work);
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
