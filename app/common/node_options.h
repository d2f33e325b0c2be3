#pragma once

#include <QCommandLineParser>

#include "p2p/node/local_node.h"

namespace mutoscope::app
{

/// The options that every program with a node has.
class NodeOptions
{
public:
    explicit NodeOptions(QCommandLineParser& parser);

    /// Malformed with a sentence that names the option.
    [[nodiscard]] base::Result<node::NodeConfig> config() const;

private:
    QCommandLineParser& m_parser;
};

/// "1.5" or "0.000001" as micro-tokens; not negative, at most six decimals.
[[nodiscard]] std::optional<base::Tokens> parseTokens(const QString& text);

} // namespace mutoscope::app
