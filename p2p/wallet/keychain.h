#pragma once

#include <memory>

#include <QString>

#include "p2p/base/executor.h"
#include "p2p/wallet/secret_store.h"

namespace mutoscope::wallet
{

/// The desktop's keychain (Secret Service or KWallet) through QtKeychain. It may ask the person, so an answer can take as long as it likes.
/// QtKeychain is used in the thread of the application, whose event loop must run; answers come by the executor.
/// What passes through QtKeychain, libsecret and the bus is in memory that nobody wipes.
class Keychain final : public SecretStore
{
public:
    /// `entry` names it among this program's entries, as the keychain's own window shows it.
    Keychain(base::Executor& executor, QString entry);
    ~Keychain() override;

    void read(Read done) override;
    void write(const crypto::SharedSecret& text, Done done) override;
    void remove(Done done) override;

private:
    struct Owner;
    QString m_entry;
    std::shared_ptr<Owner> m_owner; ///< through which jobs answer; tells them when nobody is there any more
};

} // namespace mutoscope::wallet
