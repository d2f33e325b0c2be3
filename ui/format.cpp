#include "ui/format.h"

#include <cmath>

#include <QDateTime>

#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr std::int64_t microPerToken = 1'000'000;
constexpr int maxDecimals = 6;
constexpr int minDecimals = 2;

} // namespace

QString unknownText()
{
    return u"—"_s;
}

QString formatTokens(base::Tokens amount, Sign sign, const QLocale& locale)
{
    const std::int64_t value = amount.value();
    const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    QString decimals = QString::number(size % microPerToken).rightJustified(maxDecimals, u'0');
    while (decimals.size() > minDecimals && decimals.endsWith(u'0'))
        decimals.chop(1);
    const QString digits =
        locale.toString(static_cast<qulonglong>(size / microPerToken)) + locale.decimalPoint() + decimals;
    if (value < 0)
        return u"−"_s + digits;
    return sign == Sign::Always && value > 0 ? u"+"_s + digits : digits;
}

QString formatTokens(const std::optional<base::Tokens>& amount, const QLocale& locale)
{
    return amount ? formatTokens(*amount, Sign::IfNegative, locale) : unknownText();
}

namespace
{

bool hidden = false; // in the UI's thread, as all that shows amounts

} // namespace

void hideAmounts(bool on)
{
    hidden = on;
}

bool areAmountsHidden()
{
    return hidden;
}

QString formatOwn(const std::optional<base::Tokens>& amount, Sign sign)
{
    if (!amount)
        return unknownText();
    return hidden ? u"••••"_s : formatTokens(*amount, sign);
}

std::optional<base::Tokens> parseTokens(const QString& text, const QLocale& locale)
{
    QString clean = text.trimmed();
    if (locale.decimalPoint() != u".")
        clean.replace(locale.decimalPoint(), u"."_s);
    const qsizetype point = clean.indexOf(u'.');
    const QString whole = point < 0 ? clean : clean.left(point);
    const QString decimals = point < 0 ? QString() : clean.mid(point + 1);
    if ((whole.isEmpty() && decimals.isEmpty()) || decimals.size() > maxDecimals || whole.size() > 10)
        return std::nullopt;
    std::int64_t value = 0;
    for (const QChar digit : whole + decimals.leftJustified(maxDecimals, u'0')) {
        if (digit < u'0' || digit > u'9')
            return std::nullopt;
        value = value * 10 + (digit.unicode() - u'0');
    }
    return value <= base::maxInteger ? std::optional(base::Tokens(value)) : std::nullopt;
}

QString formatBytes(base::ByteCount bytes, const QLocale& locale)
{
    if (std::abs(bytes.value()) < 1000) // the locale has one plural only
        return Words::tr("%n byte(s)", nullptr, static_cast<int>(bytes.value()));
    return locale.formattedDataSize(bytes.value(), bytes.value() < 1'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString formatBitRate(std::int64_t bitsPerSecond, const QLocale& locale)
{
    const double rate = static_cast<double>(bitsPerSecond);
    return rate < 1e6 ? Words::tr("%1 kbit/s").arg(locale.toString(rate / 1e3, 'f', 0))
                      : Words::tr("%1 Mbit/s").arg(locale.toString(rate / 1e6, 'f', rate < 1e7 ? 1 : 0));
}

QString formatRate(std::int64_t bytesPerSecond, const QLocale& locale)
{
    return Words::tr("%1/s").arg(formatBytes(base::ByteCount(bytesPerSecond), locale));
}

QString formatTime(std::int64_t milliseconds)
{
    const std::int64_t seconds = std::max<std::int64_t>(milliseconds, 0) / 1000;
    const QString tail = u"%1:%2"_s.arg(seconds / 60 % 60, seconds >= 3600 ? 2 : 1, 10, QChar(u'0'))
                             .arg(seconds % 60, 2, 10, QChar(u'0'));
    return seconds >= 3600 ? u"%1:%2"_s.arg(seconds / 3600).arg(tail) : tail;
}

QString formatMoment(base::UnixMs time, const QLocale& locale)
{
    return locale.toString(QDateTime::fromMSecsSinceEpoch(time.value()), QLocale::ShortFormat);
}

QString formatWhen(base::UnixMs time, base::UnixMs now, const QLocale& locale)
{
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(time.value());
    const QDateTime today = QDateTime::fromMSecsSinceEpoch(now.value());
    const QString clock = locale.toString(when.time(), QLocale::ShortFormat);
    if (when.date() == today.date())
        return Words::tr("today %1").arg(clock);
    return u"%1 %2"_s.arg(locale.toString(when.date(), QLocale::ShortFormat), clock);
}

QString shortId(std::string_view hex)
{
    return QString::fromLatin1(hex.substr(0, 8)) + u"…"_s;
}

} // namespace mutoscope::ui
