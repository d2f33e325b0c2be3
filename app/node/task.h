#pragma once

#include <functional>

#include <QCommandLineParser>
#include <QJsonObject>
#include <QStringList>

#include "app/common/node_options.h"
#include "p2p/control/codec.h"
#include "p2p/node/node.h"

namespace mutoscope::app
{

/// Exit statuses of mutoscope-node, as its manual says them.
namespace status
{
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int misused = 2;
inline constexpr int notApproved = 3; ///< the film costs more than was approved
inline constexpr int nobody = 4;      ///< no node runs with this data folder
} // namespace status

/// One line of JSON on standard output, for people and scripts alike.
void say(const QJsonObject& event);
/// A line for people. What strangers have put into it can't steer the terminal.
void print(const std::string& line);
/// To standard error.
void complain(const QString& sentence);

[[nodiscard]] inline QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}
/// "unknown" where it isn't known.
[[nodiscard]] std::string inWords(const std::optional<base::Tokens>& amount);
[[nodiscard]] std::string inWords(base::ByteCount bytes);

/// One command at work on a node, which runs in another process or in this one. It ends with an exit status.
class Task final : public QObject
{
    Q_OBJECT

public:
    struct Parts {
        node::Node& node;
        bool isRemote = false; ///< the node belongs to another process and goes on afterwards
        const QCommandLineParser& parser;
        QString command;       ///< its words
        QStringList arguments; ///< behind them
        std::filesystem::path dataFolder;
        bool listens = true; ///< the node serves viewers, or may
        crypto::SharedSecret passphrase{}; ///< by option or environment; null where none was given
    };

    explicit Task(Parts parts) : m_parts(std::move(parts)) {}

    [[nodiscard]] node::Node& node() { return m_parts.node; }
    [[nodiscard]] const node::Snapshot& snapshot() const { return m_parts.node.snapshot(); }
    [[nodiscard]] const Parts& parts() const { return m_parts; }
    [[nodiscard]] QString argument(int index) const { return m_parts.arguments.value(index); }
    [[nodiscard]] bool has(const char* option) const { return m_parts.parser.isSet(QLatin1String(option)); }
    [[nodiscard]] QString option(const char* name) const { return m_parts.parser.value(QLatin1String(name)); }

    /// Runs `then` once, as soon as the snapshot fulfils the condition; where that does not come, fails with `otherwise`.
    void when(std::function<bool()> condition, std::function<void()> then, const QString& otherwise);
    /// Once the wallet's figures and the library are known, or that they can't be.
    void whenKnown(std::function<void()> then);
    /// Once all of the history is known too, or as much of it as there will be.
    void whenWhole(std::function<void()> then);
    /// As of whenKnown(), and fails where the tracker does not answer.
    void whenOnline(std::function<void()> then);
    /// Once the node has said how topUp, payOutIncome or send went: ends.
    void endWithWalletAction();

    /// An argument as an amount of tokens, a film by its content id, its first eight digits or more, or its link. Nothing, and the
    /// task has ended, where it is none; with `known`, the film must be in the library or the list of seeded ones.
    [[nodiscard]] std::optional<base::Tokens> tokens(const QString& text);
    [[nodiscard]] std::optional<base::ContentId> film(const QString& text);

    template <class T>
    void printJson(const T& value)
    {
        std::printf("%s\n", control::Writer::textOf(value).c_str());
        std::fflush(stdout);
    }

    void end(int status = status::done);
    void fail(const QString& why);
    void misuse(const QString& why);
    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

    /// By SIGINT or SIGTERM.
    void interrupt();
    /// Instead of ending at once.
    void onInterrupt(std::function<void()> work) { m_interrupted = std::move(work); }

Q_SIGNALS:
    void ended(int status);

private:
    Parts m_parts;
    std::function<void()> m_interrupted;
    bool m_hasEnded = false;
};

} // namespace mutoscope::app
