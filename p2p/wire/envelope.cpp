#include "p2p/wire/envelope.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "p2p/base/encoding.h"
#include "p2p/wire/json.h"

namespace mutoscope::wire
{

namespace
{

using base::ErrorCode;
using nlohmann::json;

constexpr std::size_t maxProtectedBytes = 512;

tl::unexpected<base::Error> bad(std::string why)
{
    return base::fail(ErrorCode::BadSignature, std::move(why));
}

const std::string* text(const json& object, const char* name)
{
    const auto it = object.find(name);
    return it == object.end() ? nullptr : it->get_ptr<const std::string*>();
}

constexpr std::string_view headerBegin = R"({"alg":"EdDSA","jwk":{"crv":"Ed25519","kty":"OKP","x":")";
constexpr std::string_view headerMiddle = R"("},"typ":")";
constexpr std::string_view headerEnd = R"("})";
constexpr std::size_t keySize = 43; // in base64url

std::string protectedHeader(std::string_view type, std::string_view encodedKey)
{
    std::string header;
    header.reserve(headerBegin.size() + keySize + headerMiddle.size() + type.size() + headerEnd.size());
    return header.append(headerBegin).append(encodedKey).append(headerMiddle).append(type).append(headerEnd);
}

/// The signer's key of a protected header that has exactly the members of ours.
base::Result<base::PublicKey> readProtected(std::string_view encoded, std::string_view type)
{
    const auto bytes = encoded.size() <= maxProtectedBytes ? base::fromBase64Url(encoded) : std::nullopt;
    if (!bytes)
        return bad("a protected header is not base64url");
    // Nearly all are written as ours are, and need no parser.
    if (bytes->size() > headerBegin.size() + keySize) {
        const auto encodedKey = std::string_view(*bytes).substr(headerBegin.size(), keySize);
        if (const auto key = base::fixedFromBase64Url<base::PublicKey>(encodedKey); key && *bytes == protectedHeader(type, encodedKey))
            return *key;
    }
    const auto header = parseJson(*bytes, {.maxBytes = maxProtectedBytes, .maxDepth = 2, .maxValues = 16});
    if (!header || !header->is_object() || header->size() != 3)
        return bad("a protected header has other members than alg, typ and jwk");
    const std::string* algorithm = text(*header, "alg");
    const std::string* typ = text(*header, "typ");
    if (algorithm == nullptr || *algorithm != "EdDSA")
        return bad("the algorithm is not EdDSA");
    if (typ == nullptr || *typ != type)
        return bad("the message is not of the expected type");
    const auto jwk = header->find("jwk");
    if (jwk == header->end() || !jwk->is_object() || jwk->size() != 3)
        return bad("the jwk has other members than kty, crv and x");
    const std::string* keyType = text(*jwk, "kty");
    const std::string* curve = text(*jwk, "crv");
    const std::string* x = text(*jwk, "x");
    const auto key = x != nullptr ? base::fixedFromBase64Url<base::PublicKey>(*x) : std::nullopt;
    if (keyType == nullptr || *keyType != "OKP" || curve == nullptr || *curve != "Ed25519" || !key)
        return bad("the jwk is not an Ed25519 public key");
    return *key;
}

std::string signingInput(std::string_view protectedPart, std::string_view encodedPayload)
{
    std::string input;
    input.reserve(protectedPart.size() + 1 + encodedPayload.size());
    input += protectedPart;
    input += '.';
    input += encodedPayload;
    return input;
}

Envelope::Signer makeSigner(std::string_view encodedPayload, std::string_view type, const crypto::NodeKey& key)
{
    Envelope::Signer signer;
    signer.key = key.publicKey();
    signer.protectedPart = base::toBase64Url(protectedHeader(type, base::toBase64Url(key.publicKey().raw())));
    signer.signature = key.sign(signingInput(signer.protectedPart, encodedPayload));
    return signer;
}

constexpr std::string_view payloadBegin = R"({"payload":")";
constexpr std::string_view signaturesBegin = R"(","signatures":[)";
constexpr std::string_view protectedBegin = R"({"protected":")";
constexpr std::string_view signatureBegin = R"(","signature":")";
constexpr std::string_view signatureEnd = R"("})";
constexpr std::string_view envelopeEnd = "]}";

/// All strings are base64url, so nothing needs an escape.
std::string serialise(const Envelope& envelope)
{
    std::string text;
    text.reserve(64 + envelope.encodedPayload.size() + 384 * envelope.signers.size());
    text.append(payloadBegin).append(envelope.encodedPayload).append(signaturesBegin);
    for (const Envelope::Signer& signer : envelope.signers) {
        if (&signer != &envelope.signers.front())
            text += ',';
        text.append(protectedBegin).append(signer.protectedPart).append(signatureBegin);
        text.append(base::toBase64Url(signer.signature.raw())).append(signatureEnd);
    }
    return text.append(envelopeEnd);
}

/// The envelope's texts, not yet decoded.
struct Texts {
    struct Signature {
        std::string protectedPart;
        std::string signature;
    };
    std::string payload;
    std::vector<Signature> signatures;
};

/// Of an envelope that is written as ours are, byte by byte, which nearly all are. Nothing for any other.
std::optional<Texts> readOurs(std::string_view rest)
{
    const auto skip = [&rest](std::string_view what) {
        const bool there = rest.starts_with(what);
        rest.remove_prefix(there ? what.size() : 0);
        return there;
    };
    const auto take = [&rest] { // whether it is base64url shows when it is decoded
        const std::string_view value = rest.substr(0, rest.find('"'));
        rest.remove_prefix(value.size());
        return std::string(value);
    };
    Texts texts;
    if (rest.find('\\') != std::string_view::npos || !skip(payloadBegin))
        return std::nullopt;
    texts.payload = take();
    if (!skip(signaturesBegin))
        return std::nullopt;
    do {
        if (texts.signatures.size() == maxSignatures || !skip(protectedBegin))
            return std::nullopt;
        Texts::Signature& each = texts.signatures.emplace_back();
        each.protectedPart = take();
        if (!skip(signatureBegin))
            return std::nullopt;
        each.signature = take();
        if (!skip(signatureEnd))
            return std::nullopt;
    } while (skip(","));
    return rest == envelopeEnd ? std::optional(std::move(texts)) : std::nullopt;
}

/// Of an envelope written in any way.
base::Result<Texts> readAny(std::string_view bytes, std::size_t maxBytes)
{
    const auto outer = parseJson(bytes, {.maxBytes = maxBytes, .maxDepth = 3, .maxValues = 32});
    if (!outer)
        return bad("the envelope is unreadable: " + outer.error().message);
    if (!outer->is_object() || outer->size() != 2)
        return bad("the envelope has other members than payload and signatures");
    const std::string* payload = text(*outer, "payload");
    const auto signatures = outer->find("signatures");
    if (payload == nullptr || signatures == outer->end() || !signatures->is_array() || signatures->empty() ||
        signatures->size() > maxSignatures)
        return bad("the envelope lacks its payload or its signatures");
    Texts texts{.payload = *payload, .signatures = {}};
    for (const json& item : *signatures) {
        if (!item.is_object() || item.size() != 2)
            return bad("a signature has other members than protected and signature");
        const std::string* protectedPart = text(item, "protected");
        const std::string* signature = text(item, "signature");
        if (protectedPart == nullptr || signature == nullptr)
            return bad("a signature lacks a member");
        texts.signatures.push_back({*protectedPart, *signature});
    }
    return texts;
}

} // namespace

base::Result<Envelope> readEnvelope(std::string_view bytes, std::string_view type, std::size_t maxBytes)
{
    if (bytes.size() > maxBytes)
        return base::fail(ErrorCode::TooLarge, "the message is larger than allowed");
    auto texts = readOurs(bytes);
    if (!texts) {
        auto any = readAny(bytes, maxBytes);
        if (!any)
            return tl::unexpected(any.error());
        texts = std::move(*any);
    }
    auto decoded = base::fromBase64Url(texts->payload);
    if (!decoded)
        return bad("the payload is not base64url");

    Envelope envelope{.payload = std::move(*decoded), .encodedPayload = std::move(texts->payload), .signers = {}};
    for (Texts::Signature& item : texts->signatures) {
        const auto signature = base::fixedFromBase64Url<base::Signature>(item.signature);
        if (!signature)
            return bad("a signature is not 64 bytes of base64url");
        const auto key = readProtected(item.protectedPart, type);
        if (!key)
            return tl::unexpected(key.error());
        envelope.signers.push_back({*key, *signature, std::move(item.protectedPart)});
    }
    return envelope;
}

base::Result<void> verifySigners(const Envelope& envelope, std::span<const base::PublicKey> expected)
{
    if (envelope.signers.size() != expected.size())
        return bad("the message has more or fewer signatures than it needs");
    for (const base::PublicKey& key : expected) {
        if (std::ranges::count(envelope.signers, key, &Envelope::Signer::key) != 1 || std::ranges::count(expected, key) != 1)
            return bad("a party that must sign has not signed exactly once");
    }
    for (const Envelope::Signer& signer : envelope.signers) {
        if (!crypto::verify(signer.key, signingInput(signer.protectedPart, envelope.encodedPayload), signer.signature))
            return bad("a signature does not fit");
    }
    return {};
}

std::string seal(std::string_view payload, std::string_view type, const crypto::NodeKey& key)
{
    Envelope envelope{.payload = {}, .encodedPayload = base::toBase64Url(payload), .signers = {}};
    envelope.signers.push_back(makeSigner(envelope.encodedPayload, type, key));
    return serialise(envelope);
}

base::Result<std::string> countersign(std::string_view bytes, std::string_view type, std::size_t maxBytes,
                                      const crypto::NodeKey& key)
{
    auto envelope = readEnvelope(bytes, type, maxBytes);
    if (!envelope)
        return tl::unexpected(envelope.error());
    if (envelope->signers.size() == maxSignatures)
        return bad("the envelope has no room for another signature");
    envelope->signers.push_back(makeSigner(envelope->encodedPayload, type, key));
    return serialise(*envelope);
}

} // namespace mutoscope::wire
