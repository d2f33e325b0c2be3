#include "p2p/wire/amount.h"

#include <algorithm>
#include <string>

#include "p2p/base/encoding.h"

namespace mutoscope::wire
{

namespace
{

__extension__ using Wide = unsigned __int128; // 53 + 53 bits do not fit into 64

} // namespace

base::Result<base::Tokens> amountDue(base::ByteCount bytes, base::Tokens pricePerMiB)
{
    const Wide product = static_cast<Wide>(bytes.value()) * static_cast<Wide>(pricePerMiB.value());
    const Wide amount = (product + ((Wide{1} << 20) - 1)) >> 20;
    if (amount > static_cast<Wide>(base::maxInteger))
        return base::fail(base::ErrorCode::Unacceptable, "the amount is larger than any amount can be");
    return base::Tokens(static_cast<std::int64_t>(amount));
}

base::ByteCount bytesFor(base::Tokens amount, base::Tokens pricePerMiB)
{
    if (pricePerMiB.value() == 0)
        return base::ByteCount(base::maxInteger);
    // ceil(b × p / 2^20) ≤ a  ⇔  b × p ≤ a × 2^20
    const Wide bytes = (static_cast<Wide>(amount.value()) << 20) / static_cast<Wide>(pricePerMiB.value());
    return base::ByteCount(static_cast<std::int64_t>(std::min(bytes, static_cast<Wide>(base::maxInteger))));
}

std::optional<base::Tokens> parseTokens(std::string_view text)
{
    constexpr std::int64_t micro = 1'000'000;
    const auto point = text.find('.');
    std::string fraction(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
    if (point != std::string_view::npos && (fraction.empty() || fraction.size() > 6))
        return std::nullopt;
    fraction.resize(6, '0');
    fraction.insert(0, 1, '1'); // no number of ours begins with 0
    const auto whole = base::parseInteger(text.substr(0, std::min(point, text.size())));
    const auto part = base::parseInteger(fraction);
    if (!whole || !part || *whole > (base::maxInteger - (*part - micro)) / micro)
        return std::nullopt;
    return base::Tokens(*whole * micro + *part - micro);
}

std::string inWords(base::Tokens amount)
{
    constexpr std::int64_t micro = 1'000'000;
    const std::int64_t absolute = amount.value() < 0 ? -amount.value() : amount.value();
    std::string text = amount.value() < 0 ? "-" : "";
    text += std::to_string(absolute / micro);
    if (absolute % micro != 0) {
        std::string fraction = std::to_string(micro + absolute % micro).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text + (absolute == micro ? " token" : " tokens");
}

} // namespace mutoscope::wire
