#include "p2p/wallet/keyring.h"

#include <algorithm>
#include <utility>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/crypto/words.h"
#include "p2p/wire/message.h"

namespace mutoscope::wallet
{

using base::ErrorCode;
using base::fail;
using crypto::SecretBytes;
using crypto::SharedSecret;

namespace
{

constexpr std::size_t maxMarker = 4096;

SharedSecret shared(SecretBytes secret)
{
    return std::make_shared<const SecretBytes>(std::move(secret));
}

SharedSecret hexOf(const SecretBytes& secret)
{
    std::string text = base::toHex(secret.view());
    SharedSecret hex = shared(SecretBytes::copyOf(text));
    crypto::wipe(text.data(), text.size());
    return hex;
}

std::optional<SecretBytes> fromHex(std::string_view text)
{
    auto raw = text.size() == 2 * crypto::secretSize ? base::fromHex(text) : std::nullopt;
    if (!raw)
        return std::nullopt;
    SecretBytes secret = SecretBytes::copyOf(*raw);
    crypto::wipe(raw->data(), raw->size());
    return secret;
}

base::PublicKey publicKeyOf(const SecretBytes& secret)
{
    return crypto::NodeKey::fromSeed(secret.data()).publicKey();
}

auto another()
{
    return fail(ErrorCode::Conflict, "the wallet is being opened or changed just now");
}

auto damaged()
{
    return fail(ErrorCode::Malformed, "the wallet's key is damaged; restore it from its words");
}

} // namespace

Keyring::Keyring(Parts parts) : m_parts(std::move(parts)) {}

base::Result<std::optional<Keyring::Marker>> Keyring::marker() const
{
    const std::filesystem::path file = m_parts.folder / "wallet.json";
    const auto text = base::readFile(file, maxMarker);
    if (!text && text.error().code == ErrorCode::NotFound)
        return std::optional<Marker>();
    if (!text)
        return tl::unexpected(text.error());
    auto marker = wire::decodeFields<Marker>(*text, {.maxBytes = maxMarker, .maxDepth = 2, .maxValues = 8});
    if (!marker)
        return fail(marker.error().code, file.string() + " can't be read: " + marker.error().message);
    return std::optional(*marker);
}

base::Result<void> Keyring::mark(const Marker& marker)
{
    const auto written = base::writeFileDurably(m_parts.folder / "wallet.json", wire::encodeFields(marker));
    if (written) {
        m_status.key = marker.key;
        m_status.place = marker.place;
        m_status.backedUp = marker.backedUp;
    }
    return written;
}

SecretStore& Keyring::store(KeyPlace place) const
{
    return place == KeyPlace::Keychain ? m_parts.keychain : m_parts.file;
}

void Keyring::become(KeyState state, std::string problem)
{
    m_status.state = state;
    m_status.problem = std::move(problem);
    if (m_parts.changed)
        m_parts.changed();
}

/// Looks where the marker says; else where one could be without a marker: an older installation's file, or what was written before a crash.
void Keyring::find(Secret found)
{
    const auto known = marker();
    if (!known)
        return found(tl::unexpected(known.error()));
    if (*known) {
        m_status.key = (*known)->key;
        m_status.place = (*known)->place;
        m_status.backedUp = (*known)->backedUp;
        return store(m_status.place).read(std::move(found));
    }
    m_status.key.reset();
    m_parts.file.read([this, found = std::move(found)](const base::Result<SharedSecret>& text) {
        m_status.place = KeyPlace::File;
        if (text || text.error().code != ErrorCode::NotFound || m_parts.place == KeyPlace::File)
            return found(text);
        m_parts.keychain.read([this, found](const base::Result<SharedSecret>& there) {
            if (there || there.error().code != ErrorCode::Unavailable)
                m_status.place = KeyPlace::Keychain;
            found(there);
        });
    });
}

/// Nothing says that there is a wallet.
bool Keyring::isNowhere(const base::Error& error) const
{
    return !m_status.key && (error.code == ErrorCode::NotFound || error.code == ErrorCode::Unavailable);
}

void Keyring::notFound(const base::Error& error)
{
    if (isNowhere(error))
        return become(KeyState::None);
    std::string problem = error.message;
    if (error.code == ErrorCode::NotFound || error.code == ErrorCode::Unavailable)
        problem += "; try again when the right one is open, or restore the wallet from its words";
    become(KeyState::Unavailable, std::move(problem));
}

void Keyring::unseal(const SharedSecret& text, SharedSecret passphrase, Secret done)
{
    m_status.sealed = crypto::isSealed(text->view());
    if (!m_status.sealed) {
        auto secret = fromHex(text->view());
        return done(secret ? base::Result<SharedSecret>(shared(std::move(*secret))) : damaged());
    }
    if (!passphrase)
        return done(fail(ErrorCode::Forbidden, "the wallet is locked with a passphrase"));
    auto result = std::make_shared<base::Result<SharedSecret>>();
    m_parts.aside(
        [text, passphrase = std::move(passphrase), result] {
            auto secret = crypto::unseal(text->view(), passphrase->view());
            if (secret && secret->size() != crypto::secretSize)
                *result = damaged();
            else
                *result = secret ? base::Result<SharedSecret>(shared(std::move(*secret))) : tl::unexpected(secret.error());
        },
        [result, done = std::move(done)] { done(*result); });
}

void Keyring::stayLocked(bool sealed)
{
    if (const auto known = marker(); known && *known) {
        m_status.key = (*known)->key;
        m_status.place = (*known)->place;
        m_status.backedUp = (*known)->backedUp;
    }
    m_status.sealed = sealed;
    become(KeyState::Locked);
}

void Keyring::open(SharedSecret passphrase, Opened opened)
{
    open(std::move(passphrase), false, std::move(opened));
}

void Keyring::openOrCreate(SharedSecret passphrase, Opened opened)
{
    open(std::move(passphrase), true, std::move(opened));
}

void Keyring::open(SharedSecret passphrase, bool orCreate, Opened opened)
{
    if (m_busy)
        return opened(another());
    opened = once(std::move(opened));
    become(KeyState::Looking);
    find([this, passphrase = std::move(passphrase), orCreate, opened = std::move(opened)](const base::Result<SharedSecret>& text) {
        if (!text && orCreate && isNowhere(text.error()))
            return keepNew(shared(SecretBytes::random(crypto::secretSize)), passphrase, false, opened);
        if (!text) {
            notFound(text.error());
            return opened(tl::unexpected(text.error()));
        }
        unseal(*text, passphrase, [this, isTried = passphrase != nullptr, opened](const base::Result<SharedSecret>& secret) {
            if (secret)
                return take(*secret, opened);
            if (secret.error().code == ErrorCode::Malformed)
                become(KeyState::Unavailable, secret.error().message);
            else
                become(KeyState::Locked, isTried ? secret.error().message : std::string());
            opened(tl::unexpected(secret.error()));
        });
    });
}

/// The secret is there and durable: it is this wallet's, or becomes so.
void Keyring::take(const SharedSecret& secret, const Opened& opened)
{
    crypto::NodeKey key = crypto::NodeKey::fromSeed(secret->data());
    base::Result<void> marked;
    if (!m_status.key)
        marked = mark({.key = key.publicKey(), .place = m_status.place, .backedUp = false});
    else if (*m_status.key != key.publicKey())
        marked = fail(ErrorCode::Conflict, "what rests where this wallet's key should be is another wallet's");
    become(marked ? KeyState::Open : KeyState::Unavailable, marked ? std::string() : marked.error().message);
    if (marked)
        clearStray();
    opened(marked ? base::Result<crypto::NodeKey>(std::move(key)) : tl::unexpected(marked.error()));
}

base::Result<void> Keyring::checkPassphrase(const SharedSecret& passphrase, KeyPlace place) const
{
    if (passphrase && passphrase->size() == 0)
        return fail(ErrorCode::Unacceptable, "an empty passphrase protects nothing");
    if (!passphrase && place == KeyPlace::File && !m_parts.plainFile)
        return fail(ErrorCode::Unacceptable, "the wallet's key would rest in a file, which needs a passphrase");
    return {};
}

void Keyring::create(SharedSecret passphrase, Opened opened)
{
    if (m_busy)
        return opened(another());
    if (m_status.state != KeyState::None)
        return opened(fail(ErrorCode::Conflict, "there is a wallet already"));
    opened = once(std::move(opened));
    become(KeyState::Looking);
    // Asked again: somebody may have opened the keychain meanwhile, and an old key be there.
    find([this, passphrase = std::move(passphrase), opened = std::move(opened)](const base::Result<SharedSecret>& text) {
        if (text) {
            become(KeyState::Locked);
            return opened(fail(ErrorCode::Conflict, "there is a wallet already; unlock it"));
        }
        if (!isNowhere(text.error())) {
            notFound(text.error());
            return opened(tl::unexpected(text.error()));
        }
        keepNew(shared(SecretBytes::random(crypto::secretSize)), passphrase, false, opened);
    });
}

void Keyring::restore(const SharedSecret& words, SharedSecret passphrase, Opened opened)
{
    if (m_busy)
        return opened(another());
    auto read = crypto::secretOf(words->view());
    if (!read)
        return opened(tl::unexpected(read.error()));
    const auto known = marker();
    if (!known)
        return opened(tl::unexpected(known.error()));
    const SharedSecret secret = shared(std::move(*read));
    if (*known && (*known)->key != publicKeyOf(*secret))
        return opened(fail(ErrorCode::Conflict, "these are the words of another wallet than the one of this folder"));
    if (m_status.state == KeyState::Open || (!*known && m_status.state != KeyState::None))
        return opened(fail(ErrorCode::Conflict, "there is a wallet already"));
    opened = once(std::move(opened));
    find([this, secret, passphrase = std::move(passphrase), opened = std::move(opened)](const base::Result<SharedSecret>& text) {
        const auto there = text ? plainKeyOf(**text) : std::nullopt;
        const bool isAnother = text && (!m_status.key || (there && *there != *m_status.key));
        if (isAnother)
            return opened(fail(ErrorCode::Conflict, "another wallet's key is there; it is not replaced"));
        if (!text && text.error().code == ErrorCode::Unavailable)
            m_status.place = KeyPlace::File; // of a marker that names a keychain, on a desktop without one
        else if (!text && !m_status.key && text.error().code != ErrorCode::NotFound)
            return opened(tl::unexpected(text.error()));
        keepNew(secret, passphrase, true, opened);
    });
}

void Keyring::keepNew(const SharedSecret& secret, SharedSecret passphrase, bool backedUp, Opened opened)
{
    const auto failed = [this, isNew = !m_status.key, opened](const base::Error& error) {
        if (isNew) // else it stays as it was
            become(KeyState::None, error.message);
        opened(tl::unexpected(error));
    };
    if (const auto checked = checkPassphrase(passphrase, m_status.place); !checked)
        return failed(checked.error());
    // First the secret, then the marker: after a crash between them the secret is found, and nothing was done with it yet.
    const bool sealed = passphrase != nullptr;
    keep(secret, std::move(passphrase), m_status.place, [this, sealed, secret, backedUp, opened, failed](base::Result<void> kept) {
        m_status.sealed = kept ? sealed : m_status.sealed;
        if (kept)
            kept = mark({.key = publicKeyOf(*secret), .place = m_status.place, .backedUp = backedUp});
        if (!kept)
            return failed(kept.error());
        take(secret, opened);
    });
}

/// Writes it and reads it back.
void Keyring::keep(SharedSecret secret, SharedSecret passphrase, KeyPlace place, Done done)
{
    const auto write = [this, place, done = std::move(done)](const base::Result<SharedSecret>& text) {
        if (!text)
            return done(tl::unexpected(text.error()));
        store(place).write(*text, [this, place, text = *text, done](const base::Result<void>& written) {
            if (!written)
                return done(written);
            store(place).read([text, done](const base::Result<SharedSecret>& back) {
                if (!back || !(**back == *text))
                    return done(fail(ErrorCode::Io, "the wallet's key was written, but is not there"));
                done({});
            });
        });
    };
    if (!passphrase)
        return write(hexOf(*secret));
    auto text = std::make_shared<base::Result<SharedSecret>>();
    m_parts.aside(
        [secret = std::move(secret), passphrase = std::move(passphrase), text, cost = m_parts.cost] {
            const auto box = crypto::seal(*secret, passphrase->view(), cost);
            *text = box ? base::Result<SharedSecret>(shared(SecretBytes::copyOf(*box))) : tl::unexpected(box.error());
        },
        [text, write] { write(*text); });
}

std::optional<base::PublicKey> Keyring::plainKeyOf(const SecretBytes& text)
{
    const auto secret = fromHex(text.view());
    return secret ? std::optional(publicKeyOf(*secret)) : std::nullopt;
}

void Keyring::words(SharedSecret passphrase, Words done)
{
    if (m_busy)
        return done(another());
    done = once(std::move(done));
    find([this, passphrase = std::move(passphrase), done = std::move(done)](const base::Result<SharedSecret>& text) {
        if (!text)
            return done(tl::unexpected(text.error()));
        unseal(*text, passphrase, [done](const base::Result<SharedSecret>& secret) {
            done(secret ? base::Result<SharedSecret>(shared(crypto::wordsOf(**secret))) : tl::unexpected(secret.error()));
        });
    });
}

void Keyring::confirm(const SharedSecret& words, const Done& done)
{
    const auto secret = crypto::secretOf(words->view());
    if (!secret)
        return done(tl::unexpected(secret.error()));
    const auto known = marker();
    if (!known)
        return done(tl::unexpected(known.error()));
    if (!*known || (*known)->key != publicKeyOf(*secret))
        return done(fail(ErrorCode::Conflict, "these are the words of another wallet"));
    Marker confirmed = **known;
    confirmed.backedUp = true;
    const auto marked = mark(confirmed);
    become(m_status.state, m_status.problem);
    done(marked);
}

void Keyring::setPassphrase(SharedSecret passphrase, SharedSecret next, Done done)
{
    if (m_busy)
        return done(another());
    done = once(std::move(done));
    find([this, passphrase = std::move(passphrase), next = std::move(next), done = std::move(done)](const base::Result<SharedSecret>& text) {
        if (!text)
            return done(tl::unexpected(text.error()));
        unseal(*text, passphrase, [this, next, done](const base::Result<SharedSecret>& secret) {
            base::Result<void> checked = secret ? checkPassphrase(next, m_status.place) : tl::unexpected(secret.error());
            if (!checked)
                return done(checked);
            keep(*secret, next, m_status.place, [this, next, done](const base::Result<void>& kept) {
                if (kept)
                    m_status.sealed = next != nullptr;
                become(m_status.state, m_status.problem);
                done(kept);
            });
        });
    });
}

} // namespace mutoscope::wallet
