#pragma once

#include <chrono>
#include <optional>

#include <QObject>

#include "p2p/node/draft_box.h"
#include "p2p/node/node.h"
#include "player/packager.h"

namespace mutoscope::app
{

/// Packages a file where it is not HLS already, publishes it, and says when it is announced. What is broken off goes on where the same
/// is asked for again.
class Publisher final : public QObject
{
    Q_OBJECT

public:
    struct Request {
        QString file;
        QString title; ///< empty: from the file's name
        QString description;
        QString poster; ///< empty: the packager's
        std::optional<std::chrono::milliseconds> posterAt; ///< the picture of the film that is its poster; none: the packager chooses
        base::Tokens pricePerMiB;
        wire::Access access = wire::Access::Open;
        QString workFolder; ///< beside the films, as the packaged film can be large
    };

    Publisher(node::Node& node, Request request, QObject* parent = nullptr);

    void start();

Q_SIGNALS:
    /// From 0 to 1, of packaging or publishing.
    void packaging(double fraction);
    void publishing(double fraction);
    void published(const QString& title, const QString& link);
    /// Of a node that serves viewers, some time after `published`.
    void announced(const QString& title, const QString& link);
    void failed(const QString& why);

private:
    void begin();
    void publish(const QString& playlist, const QString& poster);
    void look();

    node::Node& m_node;
    Request m_request;
    node::DraftBox::WorkPtr m_work; ///< none for HLS
    player::Packager m_packager;
    bool m_isPublishing = false; ///< what the node publishes is ours
    QString m_link;
};

} // namespace mutoscope::app
