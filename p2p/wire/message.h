#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "p2p/base/result.h"
#include "p2p/crypto/hash.h"
#include "p2p/wire/envelope.h"
#include "p2p/wire/fields.h"

namespace mutoscope::wire
{

/// Who signs. The payload of a message names the key of each.
enum class Role {
    Node,      ///< the sender of a request, or the answerer of an answer
    Viewer,    ///< C
    Seeder,    ///< B
    Publisher, ///< of a manifest or permit
};

/// A message type. It lists its fields once, names its keys by role, and states its limits:
///     static constexpr std::string_view type = "mutoscope.receipt.v1";
///     static constexpr std::size_t maxBytes = …;                  // of the whole envelope
///     std::string network;
///     template <class F> void fields(F& f);
///     const base::PublicKey& key(Role role) const;
///     base::Result<void> check() const;                           // optional: what fields alone can't say
template <class M>
concept Message = requires(M message, const M& constant, FieldWriter& writer) {
    { M::type } -> std::convertible_to<std::string_view>;
    { M::maxBytes } -> std::convertible_to<std::size_t>;
    { constant.network } -> std::convertible_to<std::string_view>;
    { constant.key(Role::Node) } -> std::convertible_to<const base::PublicKey&>;
    message.fields(writer);
};

/// A message whose signatures were checked, with the bytes that prove it.
template <class M>
struct Signed {
    M message;
    std::string bytes;    ///< the envelope
    base::Sha256 payload; ///< SHA-256 of the payload: the message's identity, whoever signed it
};

/// A document's limits come from its field list; depth 6 is enough for all of ours.
template <class T>
[[nodiscard]] base::Result<T> decodeFields(std::string_view bytes, const JsonLimits& limits)
{
    const auto text = JsonText::read(bytes, limits);
    if (!text)
        return tl::unexpected(text.error());
    T value;
    FieldReader reader(text->root());
    value.fields(reader);
    if (const auto read = reader.finish(); !read)
        return tl::unexpected(read.error());
    if constexpr (requires { value.check(); }) {
        if (const auto checked = value.check(); !checked)
            return tl::unexpected(checked.error());
    }
    return value;
}

/// Deterministic: members in alphabetical order, no white space.
template <class T>
[[nodiscard]] std::string encodeFields(T value)
{
    FieldWriter writer;
    value.fields(writer);
    return writer.take();
}

/// The one way in for every message: bytes, the type `M`, the network and the roles that must have signed, each exactly
/// once and nobody else. Whatever does not fit is BadSignature (the sender gets an unsigned 400 and nothing is done);
/// more than M::maxBytes is TooLarge.
template <Message M>
[[nodiscard]] base::Result<Signed<M>> open(std::string_view bytes, std::string_view network,
                                           std::initializer_list<Role> roles)
{
    const auto envelope = readEnvelope(bytes, M::type, M::maxBytes);
    if (!envelope)
        return tl::unexpected(envelope.error());
    auto message =
        decodeFields<M>(envelope->payload, {.maxBytes = M::maxBytes, .maxDepth = 6, .maxValues = M::maxBytes / 4});
    if (!message)
        return base::fail(base::ErrorCode::BadSignature, "the payload is unreadable: " + message.error().message);
    if (message->network != network)
        return base::fail(base::ErrorCode::BadSignature, "the message belongs to another network");
    std::vector<base::PublicKey> expected;
    for (const Role role : roles)
        expected.push_back(message->key(role));
    if (const auto verified = verifySigners(*envelope, expected); !verified)
        return tl::unexpected(verified.error());
    return Signed<M>{std::move(*message), std::string(bytes), crypto::sha256(envelope->payload)};
}

/// Signs with one key. The caller sees to it that it is the key that the payload names.
template <Message M>
[[nodiscard]] Signed<M> sign(M message, const crypto::NodeKey& key)
{
    const std::string payload = encodeFields(message);
    return {std::move(message), seal(payload, M::type, key), crypto::sha256(payload)};
}

/// Adds a second party's signature to a checked message.
template <Message M>
[[nodiscard]] base::Result<std::string> countersign(const Signed<M>& message, const crypto::NodeKey& key)
{
    return countersign(message.bytes, M::type, M::maxBytes, key);
}

} // namespace mutoscope::wire
