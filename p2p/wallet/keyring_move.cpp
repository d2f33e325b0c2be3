#include <utility>

#include "p2p/base/log.h"
#include "p2p/wallet/keyring.h"

// From one place to the other. The marker names at each moment a place where the secret surely is.

namespace mutoscope::wallet
{

using base::ErrorCode;
using base::fail;
using crypto::SharedSecret;

void Keyring::move(KeyPlace to, SharedSecret passphrase, SharedSecret next, Done done)
{
    if (m_busy || m_isClearing)
        return done(fail(ErrorCode::Conflict, "the wallet is being opened or changed just now"));
    const auto known = marker();
    if (!known)
        return done(tl::unexpected(known.error()));
    if (!*known)
        return done(fail(ErrorCode::NotFound, "there is no wallet yet"));
    if ((*known)->place == to)
        return done(fail(ErrorCode::Conflict, "the wallet's key rests there already"));
    if (const auto checked = checkPassphrase(next, to); !checked)
        return done(checked);
    done = once(std::move(done));
    find([this, to, marker = **known, passphrase = std::move(passphrase), next = std::move(next), done = std::move(done)](const base::Result<SharedSecret>& text) {
        if (!text)
            return done(tl::unexpected(text.error()));
        unseal(*text, passphrase, [this, to, marker, next, done](const base::Result<SharedSecret>& secret) {
            if (!secret)
                return done(tl::unexpected(secret.error()));
            if (crypto::NodeKey::fromSeed((*secret)->data()).publicKey() != marker.key)
                return done(fail(ErrorCode::Conflict, "what rests where this wallet's key should be is another wallet's"));
            store(to).read([this, to, marker, next, secret = *secret, done](const base::Result<SharedSecret>& there) {
                if (!there && there.error().code != ErrorCode::NotFound)
                    return done(tl::unexpected(there.error()));
                const bool isOurs = there && (marker.stray == to || plainKeyOf(**there) == marker.key);
                if (there && !isOurs)
                    return done(fail(ErrorCode::Conflict, "another key rests there; it is not replaced"));
                moveTo(marker, to, secret, next, done);
            });
        });
    });
}

/// The secret was read, and what is there may be replaced.
void Keyring::moveTo(const Marker& marker, KeyPlace to, const SharedSecret& secret, SharedSecret next, const Done& done)
{
    Marker copied = marker;
    copied.stray = to;
    if (const auto marked = mark(copied); !marked)
        return done(marked);
    const bool sealed = next != nullptr;
    keep(secret, std::move(next), to, [this, to, copied, sealed, done](const base::Result<void>& kept) {
        if (!kept) {
            store(to).remove([done, kept](const base::Result<void>&) { done(kept); }); // else it stays marked as a stray
            return;
        }
        Marker moved = copied;
        moved.place = to;
        moved.stray = copied.place;
        if (const auto marked = mark(moved); !marked)
            return done(marked); // which of both counts is what the file says now; both are there
        m_status.sealed = sealed;
        leave(moved, done);
    });
}

/// The secret at marker.place was read, and counts: the other one goes.
void Keyring::leave(Marker marker, const Done& done)
{
    store(*marker.stray).remove([this, marker, done](const base::Result<void>& removed) mutable {
        become(m_status.state, m_status.problem);
        if (!removed)
            return done(fail(removed.error().code, "the wallet's key has moved, but its old copy can't be removed yet: " + removed.error().message));
        marker.stray.reset();
        done(mark(marker));
    });
}

/// Of a move that did not come to its end.
void Keyring::clearStray()
{
    const auto known = marker();
    if (!known || !*known || !(*known)->stray || *(*known)->stray == (*known)->place || std::exchange(m_isClearing, true))
        return;
    store(*(*known)->stray).remove([this](const base::Result<void>& removed) {
        m_isClearing = false;
        if (!removed) {
            qCWarning(logWallet) << "an old copy of the wallet's key can't be removed:" << removed.error().message.c_str();
            return;
        }
        if (const auto now = marker(); now && *now) { // as it may have been changed meanwhile
            Marker cleared = **now;
            cleared.stray.reset();
            if (const auto marked = mark(cleared); !marked)
                qCWarning(logWallet) << "what was done with the wallet's key can't be noted:" << marked.error().message.c_str();
        }
    });
}

} // namespace mutoscope::wallet
