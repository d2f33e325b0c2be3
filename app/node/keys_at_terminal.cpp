#include "app/node/keys_at_terminal.h"

#include "app/common/passphrase_prompt.h"

namespace mutoscope::app
{

namespace
{

constexpr const char* howElse = " (--passphrase-file FILE or MUTOSCOPE_PASSPHRASE give it; --no-passphrase makes a key file that whoever reads it can use)";

/// Asks; false where nobody answers.
bool ask(node::Node& node)
{
    const node::KeyStatus& keys = node.snapshot().keys;
    if (keys.state == node::KeyState::Locked && keys.sealed) {
        const crypto::SharedSecret passphrase = askPassphrase(keys.problem.empty() ? "Passphrase of the wallet:" : "Wrong. Passphrase of the wallet:");
        if (passphrase)
            node.unlock(passphrase);
        return passphrase != nullptr;
    }
    if (keys.state != node::KeyState::None)
        return false;
    const crypto::SharedSecret passphrase = askPassphrase("A new wallet is made. Passphrase for its key:");
    const crypto::SharedSecret again = passphrase ? askPassphrase("Once more:") : nullptr;
    if (!again || !(*passphrase == *again))
        return false;
    node.createWallet(passphrase);
    return true;
}

} // namespace

void openKeysAtTerminal(node::Node& node, std::function<void(const QString&)> failed)
{
    QObject::connect(&node, &node::Node::changed, &node, [&node, failed = std::move(failed), last = node::KeyStatus(), wasOpen = false]() mutable {
        const node::Snapshot& snapshot = node.snapshot();
        wasOpen = wasOpen || snapshot.keys.state == node::KeyState::Open;
        // Once it was open, whoever locks it unlocks it.
        if (wasOpen || std::exchange(last, snapshot.keys) == snapshot.keys || snapshot.keys.state == node::KeyState::Looking ||
            ask(node))
            return;
        const bool needsPassphrase = snapshot.keys.state == node::KeyState::None || snapshot.keys.sealed;
        failed(QString::fromStdString(snapshot.tracker.problem) + QString::fromLatin1(needsPassphrase ? howElse : ""));
    });
}

} // namespace mutoscope::app
