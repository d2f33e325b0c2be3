#pragma once

#include <optional>
#include <string>

#include <QLocale>
#include <QString>

#include "p2p/base/types.h"

/// Values as a person reads them, in the words and digits of a locale. What is not known is "—", never 0.
namespace mutoscope::ui
{

enum class Sign { IfNegative, Always };

/// At least two decimals, at most six, no trailing zeros beyond: "0.42", "3.00", "0.000001", "1,234.50".
[[nodiscard]] QString formatTokens(base::Tokens amount, Sign sign = Sign::IfNegative,
                                   const QLocale& locale = QLocale());
[[nodiscard]] QString formatTokens(const std::optional<base::Tokens>& amount, const QLocale& locale = QLocale());
/// What somebody owns or earns: as above, or dots where a person over the shoulder shall not see it. Prices are no secret.
[[nodiscard]] QString formatOwn(const std::optional<base::Tokens>& amount, Sign sign = Sign::IfNegative);
void hideAmounts(bool hidden);
[[nodiscard]] bool areAmountsHidden();
/// A number that a person typed, decimals with a point or the locale's sign; nothing if it is not one, has more than
/// six decimals, is negative, or is beyond what the protocol can carry.
[[nodiscard]] std::optional<base::Tokens> parseTokens(const QString& text, const QLocale& locale = QLocale());

/// "1.4 GB": decimal units, as disks and lines are sold.
[[nodiscard]] QString formatBytes(base::ByteCount bytes, const QLocale& locale = QLocale());
/// "4.2 Mbit/s"
[[nodiscard]] QString formatBitRate(std::int64_t bitsPerSecond, const QLocale& locale = QLocale());
[[nodiscard]] QString formatRate(std::int64_t bytesPerSecond, const QLocale& locale = QLocale());
/// "0:07", "12:34", "1:02:03".
[[nodiscard]] QString formatTime(std::int64_t milliseconds);
/// "today 14:03" or the locale's short date and time.
[[nodiscard]] QString formatWhen(base::UnixMs time, base::UnixMs now, const QLocale& locale = QLocale());
/// A day and a time of it, as they are said here.
[[nodiscard]] QString formatMoment(base::UnixMs time, const QLocale& locale = QLocale());
/// The first eight digits of an id or address and "…".
[[nodiscard]] QString shortId(std::string_view hex);

[[nodiscard]] QString unknownText();
[[nodiscard]] inline QString fromUtf8(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace mutoscope::ui
