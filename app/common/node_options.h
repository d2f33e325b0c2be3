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

} // namespace mutoscope::app
