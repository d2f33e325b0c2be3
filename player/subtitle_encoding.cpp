// decodeSubtitles() of subtitles.h: which letters a file's bytes are.

#include "player/subtitles.h"

#include <algorithm>
#include <array>
#include <optional>

#include <QStringDecoder>

namespace mutoscope::player
{
namespace
{

/// 0x80 … 0x9f; 0xfffd where nothing is. https://encoding.spec.whatwg.org/index-windows-1252.txt and -1251.txt
constexpr std::array<char16_t, 32> westernControls{
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
    0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
/// 0x80 … 0xbf; the alphabet follows.
constexpr std::array<char16_t, 64> cyrillicControls{
    0x0402, 0x0403, 0x201a, 0x0453, 0x201e, 0x2026, 0x2020, 0x2021, 0x20ac, 0x2030, 0x0409, 0x2039, 0x040a, 0x040c, 0x040b, 0x040f,
    0x0452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0xfffd, 0x2122, 0x0459, 0x203a, 0x045a, 0x045c, 0x045b, 0x045f,
    0x00a0, 0x040e, 0x045e, 0x0408, 0x00a4, 0x0490, 0x00a6, 0x00a7, 0x0401, 0x00a9, 0x0404, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x0407,
    0x00b0, 0x00b1, 0x0406, 0x0456, 0x0491, 0x00b5, 0x00b6, 0x00b7, 0x0451, 0x2116, 0x0454, 0x00bb, 0x0458, 0x0405, 0x0455, 0x0457};

std::uint8_t byteOf(char c)
{
    return static_cast<std::uint8_t>(c);
}

char16_t western(std::uint8_t byte)
{
    return byte >= 0x80 && byte < 0xa0 ? westernControls[byte - 0x80u] : static_cast<char16_t>(byte);
}

char16_t cyrillic(std::uint8_t byte)
{
    if (byte < 0x80)
        return static_cast<char16_t>(byte);
    return byte < 0xc0 ? cyrillicControls[byte - 0x80u] : static_cast<char16_t>(0x0410 + (byte - 0xc0));
}

/// In Windows-1251 nearly every letter of a Cyrillic text has its high bit; of a western text few have.
bool looksCyrillic(const QByteArray& bytes)
{
    const auto high = std::ranges::count_if(bytes, [](char c) { return byteOf(c) >= 0xc0; });
    const auto latin = std::ranges::count_if(bytes, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    return high > latin;
}

/// UTF-16 without a mark: every other byte of what is in ASCII, at least its digits and line ends, is 0.
std::optional<QStringConverter::Encoding> unmarkedUtf16(const QByteArray& bytes)
{
    std::array<qsizetype, 2> zeros{};
    const qsizetype looked = std::min<qsizetype>(bytes.size(), 2'000);
    for (qsizetype i = 0; i < looked; ++i)
        zeros[static_cast<std::size_t>(i % 2)] += bytes[i] == '\0' ? 1 : 0;
    if (zeros[1] * 5 > looked && zeros[0] * 20 < looked)
        return QStringConverter::Utf16LE;
    if (zeros[0] * 5 > looked && zeros[1] * 20 < looked)
        return QStringConverter::Utf16BE;
    return std::nullopt;
}

QString decoded(const QByteArray& bytes, QStringConverter::Encoding encoding)
{
    return QStringDecoder(encoding).decode(bytes);
}

} // namespace

QString decodeSubtitles(const QByteArray& bytes)
{
    if (bytes.startsWith("\xef\xbb\xbf"))
        return decoded(bytes.mid(3), QStringConverter::Utf8);
    if (bytes.startsWith("\xff\xfe"))
        return decoded(bytes.mid(2), QStringConverter::Utf16LE);
    if (bytes.startsWith("\xfe\xff"))
        return decoded(bytes.mid(2), QStringConverter::Utf16BE);
    if (const auto encoding = unmarkedUtf16(bytes))
        return decoded(bytes, *encoding);
    QStringDecoder utf8(QStringConverter::Utf8);
    const QString text = utf8.decode(bytes);
    // WebVTT is UTF-8 by its own definition, even where it is broken.
    if (!utf8.hasError() || bytes.startsWith("WEBVTT"))
        return text;
    QString letters(bytes.size(), Qt::Uninitialized);
    const bool isCyrillic = looksCyrillic(bytes);
    for (qsizetype i = 0; i < bytes.size(); ++i)
        letters[i] = QChar(isCyrillic ? cyrillic(byteOf(bytes[i])) : western(byteOf(bytes[i])));
    return letters;
}

} // namespace mutoscope::player
