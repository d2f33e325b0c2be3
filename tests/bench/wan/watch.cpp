#include "tests/bench/wan/watch.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTimer>

#include "p2p/crypto/random.h"
#include "p2p/node/local_node.h"

namespace mutoscope::bench
{

namespace
{

constexpr qint64 mebibyte = 1 << 20;
constexpr qint64 aheadMs = 20'000; ///< what a player holds that is not to be filled at once
constexpr int longestMs = 300'000;

int failed(const QString& why)
{
    std::fprintf(stderr, "bench wan: %s\n", qPrintable(why));
    return 1;
}

class Watcher : public QObject
{
public:
    Watcher(node::Node& node, QString link, int segmentMs) : m_node(node), m_link(std::move(link)), m_segmentMs(segmentMs)
    {
        connect(&node, &node::Node::changed, this, &Watcher::look);
        connect(&node, &node::Node::stopped, this, [this] { QCoreApplication::exit(m_status); });
        QTimer::singleShot(longestMs, this, [this] { giveUp(QStringLiteral("the film does not end")); });
    }

private:
    void look()
    {
        const node::Snapshot& now = m_node.snapshot();
        if (!m_clock.isValid() && now.wallet.spend && now.wallet.spend->value() > 0) {
            m_clock.start();
            m_node.open(m_link, {.approveUpTo = base::Tokens(1'000'000'000), .readAheadMs = 600'000});
        }
        if (m_uris.isEmpty() && !m_asked && !now.viewing.gateway.isEmpty()) {
            m_asked = true;
            get(now.viewing.gateway, [this](const QByteArray& playlist) {
                takePlaylist(playlist);
                next();
            });
        }
        if (now.viewing.stage == node::Stage::Failed && m_clock.isValid())
            giveUp(QString::fromStdString(now.viewing.problem->sentence));
        if (now.viewing.stage == node::Stage::Finished && m_isWhole && !m_said)
            say();
        m_seeders = std::max(m_seeders, static_cast<int>(now.viewing.seeders.size()));
    }

    void get(const QUrl& url, std::function<void(const QByteArray&)> done)
    {
        QNetworkReply* const reply = m_http.get(QNetworkRequest(url));
        if (m_firstByte < 0 && !m_uris.isEmpty()) {
            connect(reply, &QNetworkReply::readyRead, this, [this] {
                if (m_firstByte < 0)
                    m_firstByte = m_clock.elapsed();
            });
        }
        connect(reply, &QNetworkReply::finished, this, [this, reply, done = std::move(done)] {
            reply->deleteLater();
            if (reply->error() != QNetworkReply::NoError)
                return giveUp(reply->errorString());
            done(reply->readAll());
        });
    }

    void takePlaylist(const QByteArray& playlist)
    {
        m_base = m_node.snapshot().viewing.gateway;
        for (const QString& line : QString::fromUtf8(playlist).split(u'\n', Qt::SkipEmptyParts)) {
            if (!line.startsWith(u'#'))
                m_uris << line.trimmed();
        }
    }

    void next()
    {
        if (m_next == m_uris.size()) {
            m_whole = m_clock.elapsed();
            m_isWhole = true;
            m_node.finish(QStringLiteral("seen"));
            return look();
        }
        if (m_segmentMs > 0 && m_next > 0) {
            const qint64 held = m_next * m_segmentMs - (m_clock.elapsed() - m_begun);
            if (held > aheadMs)
                return QTimer::singleShot(static_cast<int>(held - aheadMs), this, [this] { next(); });
        }
        get(m_base.resolved(QUrl(m_uris[m_next++])), [this](const QByteArray& bytes) {
            m_bytes += bytes.size();
            if (m_firstMib < 0 && m_bytes >= mebibyte)
                m_firstMib = m_clock.elapsed();
            if (m_next == 1)
                m_begun = m_clock.elapsed();
            // What is played before this one ends now at the earliest.
            const qint64 late = m_clock.elapsed() - m_begun - (m_next - 1) * m_segmentMs;
            if (m_segmentMs > 0 && late > 0) {
                std::fprintf(stderr, "segment %lld is %lld ms late\n", static_cast<long long>(m_next - 1), static_cast<long long>(late));
                ++m_stalls;
                m_stalledMs += late;
                m_begun += late;
            }
            next();
        });
    }

    void say()
    {
        m_said = true;
        const node::Viewing& viewing = m_node.snapshot().viewing;
        const QJsonObject told{{QStringLiteral("first_byte_ms"), m_firstByte},
                               {QStringLiteral("first_mib_ms"), m_firstMib},
                               {QStringLiteral("whole_ms"), m_whole},
                               {QStringLiteral("bytes"), m_bytes},
                               {QStringLiteral("stalls"), m_stalls},
                               {QStringLiteral("stalled_ms"), m_stalledMs},
                               {QStringLiteral("seeders"), m_seeders},
                               {QStringLiteral("paid"), static_cast<qint64>(viewing.paid.value_or(base::Tokens()).value())}};
        std::printf("%s\n", QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
        std::fflush(stdout);
        m_node.stop();
    }

    void giveUp(const QString& why)
    {
        if (m_said)
            return;
        m_said = true;
        m_status = failed(why);
        m_node.stop();
    }

    node::Node& m_node;
    const QString m_link;
    const int m_segmentMs;
    QNetworkAccessManager m_http;
    QElapsedTimer m_clock;
    QUrl m_base;
    QStringList m_uris;
    bool m_asked = false;
    qsizetype m_next = 0;
    qint64 m_bytes = 0;
    qint64 m_firstByte = -1;
    qint64 m_firstMib = -1;
    qint64 m_whole = 0;
    qint64 m_begun = 0; ///< when the film would have begun, had it not stalled
    int m_stalls = 0;
    qint64 m_stalledMs = 0;
    int m_seeders = 0;
    bool m_isWhole = false;
    bool m_said = false;
    int m_status = 0;
};

} // namespace

int watch(const QStringList& words)
{
    if (words.size() != 5)
        return failed(QStringLiteral("watch needs FOLDER NETWORK TRACKER LINK MODE"));
    const auto tracker = net::parseTrackerLink(words[2].toStdString());
    if (!tracker)
        return failed(QString::fromStdString(tracker.error().message));
    node::NodeConfig config;
    config.dataFolder = words[0].toStdString();
    config.network = words[1].toStdString();
    config.tracker = *tracker;
    config.useRelay = false;
    // The same wallet, and nothing of the film.
    std::error_code ignored;
    for (const char* name : {"films", "manifests", "seeding.json"})
        std::filesystem::remove_all(config.dataFolder / name, ignored);
    node::LocalNode node(std::move(config));
    Watcher watcher(node, words[3], words[4].toInt());
    return QCoreApplication::exec();
}

} // namespace mutoscope::bench
