#pragma once

#include <optional>

#include <QObject>
#include <QTemporaryDir>

#include "p2p/node/node.h"
#include "player/packager.h"

namespace mutoscope::app
{

/// `mutoscope-node seed FILE`: packages the file where it is not HLS already, publishes it, and says when it is announced.
class SeedCommand final : public QObject
{
    Q_OBJECT

public:
    struct Request {
        QString file;
        QString title; ///< empty: from the file's name
        base::Tokens pricePerMiB;
        QString workFolder; ///< beside the films, as the packaged film can be large
    };

    SeedCommand(node::Node& node, Request request, QObject* parent = nullptr);

    void start();

Q_SIGNALS:
    void announced(const QString& title, const QString& link);
    void failed(const QString& why);

private:
    void publish(const QString& playlist, const QString& poster);
    void look();

    node::Node& m_node;
    Request m_request;
    QTemporaryDir m_work;
    player::Packager m_packager;
    QString m_link;
};

} // namespace mutoscope::app
