#include "player/subtitles.h"
#include "player/words.h"

#include <algorithm>
#include <array>

#include <QStringList>

namespace mutoscope::player
{
namespace
{

using std::chrono::milliseconds;

constexpr qint64 maxHours = 999;
constexpr qint64 ticksPerMs = 90;            ///< of MPEG-TS
constexpr qint64 maxTicks = qint64(1) << 33; ///< 33 bits

/// "01:02:03.456", "02:03.456", and what SubRip files have: a comma, single digits, fewer decimals.
std::optional<milliseconds> parseTime(QStringView text)
{
    text = text.trimmed();
    qsizetype point = text.lastIndexOf(u'.');
    if (point < 0)
        point = text.lastIndexOf(u',');
    QStringView decimals = point < 0 ? QStringView() : text.mid(point + 1);
    const auto parts = (point < 0 ? text : text.left(point)).split(u':');
    if (parts.size() < 2 || parts.size() > 3 || decimals.size() > 3)
        return std::nullopt;
    const auto number = [](QStringView digits) -> std::optional<qint64> {
        const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
        if (digits.isEmpty() || digits.size() > 3 || !std::ranges::all_of(digits, isDigit))
            return std::nullopt;
        return digits.toLongLong();
    };
    qint64 seconds = 0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const auto value = number(parts[i].trimmed());
        if (!value || (i > 0 && *value > 59) || *value > maxHours)
            return std::nullopt;
        seconds = seconds * 60 + *value;
    }
    qint64 ms = 0;
    if (!decimals.isEmpty()) {
        const auto value = number(decimals);
        if (!value)
            return std::nullopt;
        ms = *value * (decimals.size() == 1 ? 100 : decimals.size() == 2 ? 10 : 1);
    }
    return milliseconds(seconds * 1000 + ms);
}

/// WebVTT's "line:0", "line:10%", "line:-1", "line:5,start".
bool isUpperLine(QStringView settings)
{
    for (const QStringView setting : settings.split(u' ', Qt::SkipEmptyParts)) {
        if (!setting.startsWith(u"line:"))
            continue;
        const QStringView value = setting.mid(5).split(u',').first();
        bool isNumber = false;
        const double line = (value.endsWith(u'%') ? value.chopped(1) : value).toDouble(&isNumber);
        return isNumber && line >= 0 && line < (value.endsWith(u'%') ? 50 : 8);
    }
    return false;
}

/// The letters that "&…;" stands for; nothing where it stands for itself.
QString entity(QStringView name)
{
    static const std::array<std::pair<QStringView, char16_t>, 8> known{{{u"amp", u'&'},
                                                                        {u"lt", u'<'},
                                                                        {u"gt", u'>'},
                                                                        {u"quot", u'"'},
                                                                        {u"apos", u'\''},
                                                                        {u"nbsp", u'\u00a0'},
                                                                        {u"lrm", u'\u200e'},
                                                                        {u"rlm", u'\u200f'}}};
    for (const auto& [each, letter] : known) {
        if (name == each)
            return QChar(letter);
    }
    if (!name.startsWith(u'#'))
        return {};
    bool isNumber = false;
    const bool isHex = name.mid(1, 1).compare(u"x", Qt::CaseInsensitive) == 0;
    const uint code = name.mid(isHex ? 2 : 1).toUInt(&isNumber, isHex ? 16 : 10);
    const bool isLetter = isNumber && code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isLetter ? QString::fromUcs4(reinterpret_cast<const char32_t*>(&code), 1) : QString();
}

/// A cue's lines without their marks, which become formats.
class CueText
{
public:
    CueText(QStringView source, bool hasEntities, Cue& cue) : m_hasEntities(hasEntities), m_cue(cue)
    {
        while (!source.isEmpty() && m_cue.text.size() < Subtitles::maxText)
            source = source.mid(std::max<qsizetype>(1, take(source)));
        setFormat(false, false);
        trim();
    }

private:
    /// How much of the source it was.
    qsizetype take(QStringView source)
    {
        const QChar first = source.front();
        if (first == u'<') {
            const qsizetype end = source.indexOf(u'>');
            const QStringView tag = source.mid(1, end - 1);
            const bool isTag = end > 0 && !tag.isEmpty() && tag.indexOf(u'<') < 0 &&
                               (tag.front().isLetterOrNumber() || tag.front() == u'/');
            if (isTag) {
                heedTag(tag);
                return end + 1;
            }
        } else if (first == u'{' && source.mid(1, 1) == u"\\") {
            // "{\an8}", "{\i1}": of another format, but common in SubRip files.
            const qsizetype end = source.indexOf(u'}');
            if (end > 0) {
                const QStringView mark = source.mid(2, end - 2);
                m_cue.isOnTop = m_cue.isOnTop || mark == u"an7" || mark == u"an8" || mark == u"an9";
                if (mark == u"i1" || mark == u"i0")
                    setFormat(mark == u"i1", m_isBold);
                if (mark == u"b1" || mark == u"b0")
                    setFormat(m_isItalic, mark == u"b1");
                return end + 1;
            }
        } else if (first == u'&' && m_hasEntities) {
            const qsizetype end = source.left(12).indexOf(u';');
            const QString letters = end > 0 ? entity(source.mid(1, end - 1)) : QString();
            if (!letters.isEmpty()) {
                m_cue.text += letters;
                return end + 1;
            }
        }
        const bool isShown = first.isPrint() || first == u'\n' || first.isSurrogate() || first == u'\u200e' || first == u'\u200f';
        if (isShown || first == u'\t')
            m_cue.text += first == u'\t' ? QChar(u' ') : first;
        return 1;
    }

    void heedTag(QStringView tag)
    {
        const bool ends = tag.startsWith(u'/');
        const QStringView name = tag.mid(ends ? 1 : 0).split(u' ').first().split(u'.').first();
        if (name.compare(u"i", Qt::CaseInsensitive) == 0 || name.compare(u"em", Qt::CaseInsensitive) == 0)
            setFormat(!ends, m_isBold);
        else if (name.compare(u"b", Qt::CaseInsensitive) == 0 || name.compare(u"strong", Qt::CaseInsensitive) == 0)
            setFormat(m_isItalic, !ends);
    }

    void setFormat(bool isItalic, bool isBold)
    {
        const qsizetype length = m_cue.text.size() - m_formatStart;
        if ((m_isItalic || m_isBold) && length > 0)
            m_cue.formats.push_back({m_formatStart, length, m_isItalic, m_isBold});
        m_formatStart = m_cue.text.size();
        m_isItalic = isItalic;
        m_isBold = isBold;
    }

    /// Blank lines and blanks at both ends, and half a letter at the limit.
    void trim()
    {
        QString& text = m_cue.text;
        text.truncate(Subtitles::maxText);
        if (!text.isEmpty() && text.back().isHighSurrogate())
            text.chop(1);
        while (!text.isEmpty() && text.back().isSpace())
            text.chop(1);
        qsizetype blanks = 0;
        while (blanks < text.size() && text[blanks].isSpace())
            ++blanks;
        text.remove(0, blanks);
        std::erase_if(m_cue.formats, [&](Cue::Format& format) {
            const qsizetype end = std::min(format.start + format.length - blanks, text.size());
            format.start = std::max<qsizetype>(0, format.start - blanks);
            format.length = end - format.start;
            return format.length <= 0;
        });
    }

    bool m_hasEntities;
    Cue& m_cue;
    qsizetype m_formatStart = 0;
    bool m_isItalic = false;
    bool m_isBold = false;
};

/// Lines one after the other, whichever of the three line ends they have.
class Lines
{
public:
    explicit Lines(QStringView text) : m_rest(text) {}
    [[nodiscard]] bool atEnd() const { return m_rest.isNull(); }
    QStringView next()
    {
        const auto isEnd = [](QChar c) { return c == u'\n' || c == u'\r'; };
        const auto end = std::ranges::find_if(m_rest, isEnd);
        const qsizetype length = end - m_rest.begin();
        const QStringView line = m_rest.left(length);
        const qsizetype skip = m_rest.mid(length).startsWith(u"\r\n") ? 2 : 1;
        m_rest = length + skip <= m_rest.size() ? m_rest.mid(length + skip) : QStringView();
        if (m_rest.isEmpty())
            m_rest = QStringView();
        return line;
    }

private:
    QStringView m_rest;
};

class Parser
{
public:
    explicit Parser(const QString& text) : m_lines(text), m_isWebVtt(text.startsWith(u"WEBVTT")) {}

    Subtitles run()
    {
        if (m_isWebVtt)
            readHeader();
        while (!m_lines.atEnd() && m_result.cues.size() < Subtitles::maxCues) {
            const QStringView line = m_lines.next();
            if (m_isWebVtt && (line.startsWith(u"NOTE") || line == u"STYLE" || line == u"REGION"))
                skipBlock();
            else if (line.contains(u"-->"))
                readCue(line);
            // Else a number, a name, or nothing.
        }
        std::ranges::stable_sort(m_result.cues, {}, &Cue::from);
        return std::move(m_result);
    }

private:
    void readHeader()
    {
        while (!m_lines.atEnd()) {
            const QStringView line = m_lines.next();
            if (line.isEmpty())
                return;
            if (line.startsWith(u"X-TIMESTAMP-MAP="))
                readMap(line.mid(16));
        }
    }

    void readMap(QStringView text)
    {
        std::optional<milliseconds> local;
        qint64 ticks = -1;
        for (const QStringView part : text.split(u',')) {
            if (part.startsWith(u"LOCAL:"))
                local = parseTime(part.mid(6));
            bool isNumber = false;
            const qint64 number = part.startsWith(u"MPEGTS:") ? part.mid(7).toLongLong(&isNumber) : -1;
            if (isNumber && number < maxTicks)
                ticks = number;
        }
        if (local && ticks >= 0)
            m_result.toMediaTime = milliseconds(ticks / ticksPerMs) - *local;
    }

    void skipBlock()
    {
        while (!m_lines.atEnd() && !m_lines.next().isEmpty()) {
        }
    }

    void readCue(QStringView timing)
    {
        const qsizetype arrow = timing.indexOf(u"-->");
        const QStringView rest = timing.mid(arrow + 3).trimmed();
        const qsizetype end = rest.indexOf(u' ');
        const auto from = parseTime(timing.left(arrow));
        const auto to = parseTime(end < 0 ? rest : rest.left(end));
        QString source;
        for (int lines = 0; !m_lines.atEnd();) {
            const QStringView line = m_lines.next();
            if (line.isEmpty())
                break;
            if (++lines > Subtitles::maxLines || source.size() > 4 * Subtitles::maxText)
                continue;
            source += line;
            source += u'\n';
        }
        Cue cue;
        CueText(source, m_isWebVtt, cue);
        if (!from || !to || *to <= *from || cue.text.isEmpty()) {
            ++m_result.leftOut;
            return;
        }
        cue.from = *from;
        cue.to = *to;
        cue.isOnTop = cue.isOnTop || (m_isWebVtt && end >= 0 && isUpperLine(rest.mid(end)));
        m_result.cues.push_back(std::move(cue));
    }

    Lines m_lines;
    bool m_isWebVtt;
    Subtitles m_result;
};

} // namespace

tl::expected<Subtitles, QString> parseSubtitles(const QByteArray& bytes)
{
    if (bytes.size() > Subtitles::maxBytes)
        return tl::unexpected(Words::tr("It is too large for subtitles."));
    const QString text = decodeSubtitles(bytes);
    Subtitles result = Parser(text).run();
    if (result.cues.empty() && !text.startsWith(u"WEBVTT"))
        return tl::unexpected(Words::tr("No subtitles were found in it; WebVTT and SubRip files can be read."));
    return result;
}

std::vector<Cue> inFilmTime(const Subtitles& segment, milliseconds from, milliseconds to)
{
    constexpr milliseconds rounding(1000);
    const auto fits = [&](milliseconds shift) {
        return std::ranges::any_of(segment.cues, [&](const Cue& cue) {
            return cue.from + shift < to + rounding && cue.to + shift > from - rounding;
        });
    };
    milliseconds shift(0);
    for (const milliseconds each : {milliseconds(0), segment.toMediaTime.value_or(milliseconds(0)), from}) {
        if (fits(each)) {
            shift = each;
            break;
        }
    }
    std::vector<Cue> cues = segment.cues;
    for (Cue& cue : cues) {
        cue.from += shift;
        cue.to += shift;
    }
    return cues;
}

} // namespace mutoscope::player
