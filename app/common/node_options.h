#pragma once

#include <filesystem>

#include <QCommandLineParser>

#include "p2p/node/local_node.h"

namespace mutoscope::app
{

/// The options that every program with a node has.
class NodeOptions
{
public:
    [[nodiscard]] static QList<QCommandLineOption> all();
    explicit NodeOptions(QCommandLineParser& parser);

    [[nodiscard]] std::filesystem::path dataFolder() const;
    /// Link of the tracker that was named; empty where none was.
    [[nodiscard]] QString tracker() const { return m_parser.value(QStringLiteral("tracker")); }
    enum class Without { IsAnError, IsFine }; ///< a tracker
    /// Malformed with a sentence that names the option. `otherTracker` is the link of the tracker where none is given.
    [[nodiscard]] base::Result<node::NodeConfig> config(const QString& otherTracker = {}, Without without = Without::IsAnError) const;
    /// By option or environment, which is cleared then; null where none is given.
    [[nodiscard]] base::Result<crypto::SharedSecret> passphrase() const;

private:
    [[nodiscard]] base::Result<node::KeyOptions> keys() const;
    QCommandLineParser& m_parser;
    mutable std::optional<base::Result<crypto::SharedSecret>> m_passphrase; ///< once it was read
};

/// The first line of a file that is a secret; null where it is empty.
[[nodiscard]] base::Result<crypto::SharedSecret> readSecretFile(const QString& file);


} // namespace mutoscope::app
