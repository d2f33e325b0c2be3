#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "p2p/crypto/node_key.h"
#include "p2p/crypto/sealed.h"
#include "p2p/wallet/key_status.h"
#include "p2p/wallet/secret_store.h"

namespace mutoscope::wallet
{

/// The wallet's one secret: opens, makes, restores, shows and seals it. Beside the secret, in the data folder, rests a *marker*,
/// `wallet.json`: the public key, where the secret is, whether it is backed up. While there is a marker no other wallet is ever made
/// there, whatever a place says of the secret; and a secret is written only where none is, or over the same wallet's.
///
/// The text that rests is the secret in hex, as in key files of old, or sealed (p2p/crypto/sealed.h).
/// All on the owner's thread. One call at a time: another one is refused with Conflict.
class Keyring
{
public:
    struct Parts {
        std::filesystem::path folder; ///< of the marker
        SecretStore& file;
        SecretStore& keychain;
        KeyPlace place = KeyPlace::File; ///< of a new wallet; where there is no keychain, the file
        bool plainFile = false;          ///< a file may be made without a passphrase
        /// Does `work` where it may take a second, then `then` on this thread. Not after this object is gone.
        std::function<void(std::function<void()> work, std::function<void()> then)> aside;
        std::function<void()> changed = {}; ///< status() is another one
        crypto::SealCost cost = {};
    };
    explicit Keyring(Parts parts);

    using Opened = std::function<void(base::Result<crypto::NodeKey>)>;
    using Done = std::function<void(base::Result<void>)>;
    using Words = std::function<void(base::Result<crypto::SharedSecret>)>;

    [[nodiscard]] const KeyStatus& status() const { return m_status; }

    /// Of a wallet that there is: Locked, without asking for its secret. `sealed` as it was known before.
    void stayLocked(bool sealed);
    /// Asks for the secret; `passphrase` may be null. The status tells what became of it.
    void open(crypto::SharedSecret passphrase, Opened opened);
    /// The same, and a new wallet where it is certain that there is none.
    void openOrCreate(crypto::SharedSecret passphrase, Opened opened);
    /// Of None only: a new wallet. Where it already turned out that there is one, it is not replaced (Conflict).
    void create(crypto::SharedSecret passphrase, Opened opened);
    /// Of None, or the wallet that the marker names (Conflict else).
    void restore(const crypto::SharedSecret& words, crypto::SharedSecret passphrase, Opened opened);

    /// The 24 words, read from where the secret rests; Forbidden without the passphrase, if it has one.
    void words(crypto::SharedSecret passphrase, Words done);
    /// Backed up is the wallet whose words these are.
    void confirm(const crypto::SharedSecret& words, const Done& done);
    /// `next` null: none, which only the keychain takes. Unacceptable for an empty one.
    void setPassphrase(crypto::SharedSecret passphrase, crypto::SharedSecret next, Done done);
    /// From where the secret rests to the other place, under `next` there, as of setPassphrase(). It is never in less than one place:
    /// written and read back there, then marked as the one that counts, then removed here. What is left behind by a crash or
    /// a failure is removed when the wallet is next opened. Conflict where another key rests there, or it does already.
    void move(KeyPlace to, crypto::SharedSecret passphrase, crypto::SharedSecret next, Done done);

private:
    struct Marker {
        base::PublicKey key;
        KeyPlace place = KeyPlace::File;
        bool backedUp = false;
        std::optional<KeyPlace> stray{}; ///< where a copy may be left that doesn't count

        template <class F>
        void fields(F& f)
        {
            f("public_key", key);
            f("place", place);
            f("backed_up", backedUp);
            f("stray", stray);
        }
    };
    using Secret = std::function<void(base::Result<crypto::SharedSecret>)>;

    [[nodiscard]] base::Result<std::optional<Marker>> marker() const;
    [[nodiscard]] base::Result<void> mark(const Marker& marker);
    [[nodiscard]] SecretStore& store(KeyPlace place) const;
    void become(KeyState state, std::string problem = {});
    /// Busy until it is called.
    template <class Callback>
    [[nodiscard]] Callback once(Callback callback)
    {
        m_busy = true;
        return [this, callback = std::move(callback)](auto result) {
            m_busy = false;
            callback(std::move(result));
        };
    }

    void open(crypto::SharedSecret passphrase, bool orCreate, Opened opened);
    void find(Secret found);
    void unseal(const crypto::SharedSecret& text, crypto::SharedSecret passphrase, Secret done);
    [[nodiscard]] bool isNowhere(const base::Error& error) const;
    void notFound(const base::Error& error);
    void take(const crypto::SharedSecret& secret, const Opened& opened);
    void moveTo(const Marker& marker, KeyPlace to, const crypto::SharedSecret& secret, crypto::SharedSecret next, const Done& done);
    void leave(Marker marker, const Done& done);
    void clearStray();
    [[nodiscard]] static std::optional<base::PublicKey> plainKeyOf(const crypto::SecretBytes& text);
    void keep(crypto::SharedSecret secret, crypto::SharedSecret passphrase, KeyPlace place, Done done);
    void keepNew(const crypto::SharedSecret& secret, crypto::SharedSecret passphrase, bool backedUp, Opened opened);
    [[nodiscard]] base::Result<void> checkPassphrase(const crypto::SharedSecret& passphrase, KeyPlace place) const;

    Parts m_parts;
    KeyStatus m_status;
    bool m_busy = false;
    bool m_isClearing = false; ///< a stray copy is being removed
};

} // namespace mutoscope::wallet
