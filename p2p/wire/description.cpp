#include "p2p/wire/description.h"

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;

std::string joinDescription(std::string_view manifest, const std::vector<std::string>& documents)
{
    std::string joined = std::to_string(manifest.size()) + '\n';
    joined += manifest;
    for (const std::string& document : documents)
        joined += document;
    return joined;
}

base::Result<Description> readDescription(std::string_view bytes, std::string_view network)
{
    constexpr std::size_t longestNumber = 10;
    const auto lineEnd = bytes.substr(0, longestNumber).find('\n');
    const auto size = lineEnd == std::string_view::npos ? std::nullopt : base::parseInteger(bytes.substr(0, lineEnd));
    if (!size)
        return fail(ErrorCode::WrongData, "the film's description has no length");
    bytes.remove_prefix(lineEnd + 1);
    if (*size < 0 || static_cast<std::uint64_t>(*size) > bytes.size())
        return fail(ErrorCode::WrongData, "the film's description was cut off");
    auto manifest = open<Manifest>(std::string(bytes.substr(0, static_cast<std::size_t>(*size))), std::string(network), {Role::Publisher});
    if (!manifest)
        return fail(ErrorCode::WrongData, "the film's manifest can't be read: " + manifest.error().message);
    bytes.remove_prefix(static_cast<std::size_t>(*size));
    Description description{std::move(*manifest), {}};
    for (const PlaylistRef& playlist : description.manifest.message.playlists) {
        const auto length = static_cast<std::uint64_t>(playlist.bytes.value());
        if (length > bytes.size())
            return fail(ErrorCode::WrongData, "the film's description was cut off");
        const std::string_view document = bytes.substr(0, length);
        if (crypto::sha256(document) != playlist.sha256)
            return fail(ErrorCode::WrongData, "a playlist is another one than the film's");
        description.documents.emplace_back(document);
        bytes.remove_prefix(length);
    }
    if (!bytes.empty())
        return fail(ErrorCode::WrongData, "the film's description is too long");
    return description;
}

} // namespace mutoscope::wire
