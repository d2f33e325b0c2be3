#include "p2p/wire/permit.h"

#include "p2p/base/encoding.h"

namespace mutoscope::wire
{

using base::ErrorCode;
using base::fail;

base::Result<void> Permit::check() const
{
    if (expires <= notBefore)
        return fail(ErrorCode::Malformed, "the permit expires before it begins");
    return {};
}

base::Result<std::optional<Signed<Permit>>> checkPermit(const std::optional<std::string>& permit, const Signed<Manifest>& film,
                                                        const base::PublicKey& viewer, const Moment& when)
{
    const auto refuse = [](const char* why) { return fail(ErrorCode::Forbidden, why); };
    if (film.message.access == Access::Open)
        return std::nullopt;
    if (!permit)
        return refuse("this film needs a permit of its publisher");
    auto opened = open<Permit>(*permit, film.message.network, {Role::Publisher});
    if (!opened)
        return refuse("the permit can't be read, or is not signed by the one that it names");
    const Permit& says = opened->message;
    if (says.publisher != film.message.publisher)
        return refuse("the permit is not of this film's publisher");
    if (says.content != contentId(film))
        return refuse("the permit is for another film");
    if (says.viewer != viewer)
        return refuse("the permit is for another viewer");
    if (when.now < says.notBefore)
        return refuse("the permit does not hold yet");
    if (when.now >= says.expires)
        return refuse("the permit has expired");
    if (when.until > says.expires)
        return refuse("the contract would outlast the permit");
    return std::optional(std::move(*opened));
}

std::string keyText(const base::PublicKey& key)
{
    return base::toBase64Url(key.raw());
}

std::optional<base::PublicKey> keyFromText(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text = text.substr(begin, text.find_last_not_of(space) - begin + 1);
    if (auto key = base::fixedFromBase64Url<base::PublicKey>(text))
        return key;
    return base::fixedFromHex<base::PublicKey>(text);
}

} // namespace mutoscope::wire
