#include "p2p/content/hls.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "p2p/base/encoding.h"
#include "p2p/content/hls_attributes.h"

namespace mutoscope::content
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

struct AttributeRule {
    std::string_view name;
    Form form;
    bool isRequired = false;
};

// RFC 8216 §4.3.4.2; VIDEO-RANGE and SCORE are of its successor.
constexpr std::array streamInfRules{AttributeRule{"BANDWIDTH", Form::Integer, true},
                                    AttributeRule{"AVERAGE-BANDWIDTH", Form::Integer},
                                    AttributeRule{"CODECS", Form::Quoted},
                                    AttributeRule{"RESOLUTION", Form::Resolution},
                                    AttributeRule{"FRAME-RATE", Form::Decimal},
                                    AttributeRule{"HDCP-LEVEL", Form::Name},
                                    AttributeRule{"VIDEO-RANGE", Form::Name},
                                    AttributeRule{"SCORE", Form::Decimal},
                                    AttributeRule{"AUDIO", Form::Quoted},
                                    AttributeRule{"VIDEO", Form::Quoted},
                                    AttributeRule{"SUBTITLES", Form::Quoted},
                                    AttributeRule{"CLOSED-CAPTIONS", Form::QuotedOrName}};

// §4.3.4.1
constexpr std::array mediaRules{
    AttributeRule{"TYPE", Form::Name, true},       AttributeRule{"GROUP-ID", Form::Quoted, true},
    AttributeRule{"NAME", Form::Quoted, true},     AttributeRule{"LANGUAGE", Form::Quoted},
    AttributeRule{"ASSOC-LANGUAGE", Form::Quoted}, AttributeRule{"DEFAULT", Form::Name},
    AttributeRule{"AUTOSELECT", Form::Name},       AttributeRule{"FORCED", Form::Name},
    AttributeRule{"INSTREAM-ID", Form::Quoted},    AttributeRule{"CHARACTERISTICS", Form::Quoted},
    AttributeRule{"CHANNELS", Form::Quoted},       AttributeRule{"URI", Form::Uri}};

// §4.3.2.5
constexpr std::array mapRules{AttributeRule{"BYTERANGE", Form::ByteRange}, AttributeRule{"URI", Form::Uri, true}};

// §4.3.5.2
constexpr std::array startRules{AttributeRule{"TIME-OFFSET", Form::SignedDecimal, true},
                                AttributeRule{"PRECISE", Form::Name}};

// §4.3.2.4
constexpr std::array keyRules{AttributeRule{"METHOD", Form::Name, true}};

enum class TagKind { Flag, Integer, PlaylistType, DateTime, Refused };

struct TagRule {
    std::string_view name;
    TagKind kind;
    std::string_view why = {}; ///< it is refused
};

// Tags without attributes that are passed on in the form that they must have, and those that end it all.
constexpr std::array tagRules{
    TagRule{"#EXT-X-VERSION", TagKind::Integer},
    TagRule{"#EXT-X-TARGETDURATION", TagKind::Integer},
    TagRule{"#EXT-X-MEDIA-SEQUENCE", TagKind::Integer},
    TagRule{"#EXT-X-DISCONTINUITY-SEQUENCE", TagKind::Integer},
    TagRule{"#EXT-X-DISCONTINUITY", TagKind::Flag},
    TagRule{"#EXT-X-INDEPENDENT-SEGMENTS", TagKind::Flag},
    TagRule{"#EXT-X-ENDLIST", TagKind::Flag},
    TagRule{"#EXT-X-PLAYLIST-TYPE", TagKind::PlaylistType},
    TagRule{"#EXT-X-PROGRAM-DATE-TIME", TagKind::DateTime},
    TagRule{"#EXT-X-SESSION-KEY", TagKind::Refused, "it is encrypted"},
    TagRule{"#EXT-X-DEFINE", TagKind::Refused, "it has variables"},
    TagRule{"#EXT-X-I-FRAMES-ONLY", TagKind::Refused, "it has nothing but key frames"},
    TagRule{"#EXT-X-SKIP", TagKind::Refused, "it is a part of a live playlist"},
    TagRule{"#EXT-X-GAP", TagKind::Refused, "it has gaps"},
};

class Parser
{
public:
    Result<HlsPlaylist> parse(std::string_view text)
    {
        if (text.size() > HlsPlaylist::maxBytes)
            return fail(ErrorCode::Malformed, "the playlist is larger than allowed");
        if (!base::isUtf8(text))
            return fail(ErrorCode::Malformed, "the playlist is not UTF-8 text");
        if (!text.starts_with("#EXTM3U"))
            return fail(ErrorCode::Malformed, "this is no HLS playlist: it does not start with #EXTM3U");
        while (!text.empty() && !m_error) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            ++m_lineNumber;
            readLine(line);
        }
        if (!m_error)
            finish();
        if (m_error)
            return tl::unexpected(*m_error);
        return std::move(m_playlist);
    }

private:
    using Kind = HlsResource::Kind;
    static constexpr std::size_t none = SIZE_MAX;

    void refuse(ErrorCode code, const std::string& why)
    {
        if (!m_error)
            m_error = base::Error{code, "the playlist can't be used: " + why};
    }
    void malformed(const std::string& why)
    {
        refuse(ErrorCode::Malformed, "line " + std::to_string(m_lineNumber) + ": " + why);
    }

    void readLine(std::string_view line)
    {
        if (m_lineNumber > HlsPlaylist::maxLines || line.size() > HlsPlaylist::maxLineBytes)
            return malformed("more or longer lines than allowed");
        if (std::ranges::any_of(
                line, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }))
            return malformed("a control character");
        if (m_lineNumber == 1)
            return line == "#EXTM3U" ? emit("#EXTM3U") : malformed("it does not start with #EXTM3U");
        if (line.empty())
            return;
        if (!line.starts_with('#'))
            return readUri(line);
        const std::size_t colon = std::min(line.find(':'), line.size());
        readTag(line.substr(0, colon), colon < line.size() ? line.substr(colon + 1) : std::string_view());
    }

    void readTag(std::string_view tag, std::string_view value)
    {
        if (tag == "#EXTINF")
            return readInf(value);
        if (tag == "#EXT-X-BYTERANGE") {
            m_range = parseRange(value);
            return m_range ? void() : malformed("EXT-X-BYTERANGE is not LENGTH@OFFSET");
        }
        if (tag == "#EXT-X-MAP")
            return readMap(value);
        if (tag == "#EXT-X-STREAM-INF")
            return readStreamInf(value);
        if (tag == "#EXT-X-MEDIA")
            return readMedia(value);
        if (tag == "#EXT-X-START")
            return readStart(value);
        if (tag == "#EXT-X-KEY")
            return readKey(value);
        const auto rule = std::ranges::find(tagRules, tag, &TagRule::name);
        if (rule == tagRules.end()) {
            ++m_playlist.leftOut; // unknown tags, comments, I-frame streams, dates with a URI …
            return;
        }
        readPlainTag(*rule, value);
    }

    void readPlainTag(const TagRule& rule, std::string_view value)
    {
        bool fits = false;
        switch (rule.kind) {
        case TagKind::Flag:
            fits = value.empty();
            break;
        case TagKind::Integer:
            fits = isInteger(value);
            break;
        case TagKind::PlaylistType:
            fits = value == "VOD" || value == "EVENT";
            break;
        case TagKind::DateTime:
            fits = value.size() <= 40 && consistsOf(value, "0123456789-:.+TZ");
            break;
        case TagKind::Refused:
            return refuse(ErrorCode::Unacceptable, std::string(rule.why));
        }
        if (!fits)
            return malformed(std::string(rule.name) + " has not the form that it must have");
        m_hasEnd = m_hasEnd || rule.name == "#EXT-X-ENDLIST";
        m_hasTarget = m_hasTarget || rule.name == "#EXT-X-TARGETDURATION";
        emit(std::string(rule.name) + (value.empty() ? "" : ":" + std::string(value)));
    }

    /// The attributes that the rules name, each of its form; nothing after an error.
    template <std::size_t N>
    std::vector<Attribute> takeAttributes(std::string_view text, const std::array<AttributeRule, N>& rules)
    {
        const auto found = parseAttributes(text);
        if (!found) {
            malformed("an attribute list that can't be read");
            return {};
        }
        std::vector<Attribute> taken;
        for (const AttributeRule& rule : rules) {
            const auto attribute = std::ranges::find(*found, rule.name, &Attribute::name);
            if (attribute != found->end() ? !hasForm(rule.form, attribute->value, attribute->isQuoted)
                                          : rule.isRequired) {
                malformed("the attribute " + std::string(rule.name) + " is missing or has not its form");
                return {};
            }
            if (attribute != found->end())
                taken.push_back(*attribute);
        }
        m_playlist.leftOut += found->size() - taken.size();
        return taken;
    }

    static std::string_view valueOf(const std::vector<Attribute>& attributes, std::string_view name)
    {
        const auto it = std::ranges::find(attributes, name, &Attribute::name);
        return it == attributes.end() ? std::string_view() : it->value;
    }

    static std::string joined(const std::vector<Attribute>& attributes)
    {
        std::string text;
        for (const Attribute& attribute : attributes) {
            if (attribute.name == "URI" || attribute.name == "BYTERANGE")
                continue; // written with its resource
            text += text.empty() ? "" : ",";
            text += attribute.name;
            text += attribute.isQuoted ? "=\"" : "=";
            text += attribute.value;
            text += attribute.isQuoted ? "\"" : "";
        }
        return text;
    }

    void readInf(std::string_view value)
    {
        const std::string_view seconds = value.substr(0, value.find(','));
        double duration = 0;
        if (!isDecimal(seconds) ||
            std::from_chars(seconds.data(), seconds.data() + seconds.size(), duration).ec != std::errc() ||
            duration > 86'400)
            return malformed("EXTINF has no duration, or one of more than a day");
        m_durationMs = std::llround(duration * 1000);
        emit("#EXTINF:" + std::string(seconds) + ","); // without its title
    }

    void readMap(std::string_view value)
    {
        const auto attributes = takeAttributes(value, mapRules);
        if (m_error)
            return;
        auto range = parseRange(valueOf(attributes, "BYTERANGE"));
        if (range && range->offset < 0)
            range->offset = 0; // §4.3.2.5 leaves it out only there
        checkInitIsUsed();
        m_isMedia = true;
        const std::string uri(valueOf(attributes, "URI"));
        const auto key = std::tuple(uri, range ? range->offset : -1, range ? range->length : -1);
        const auto [known, isNew] = m_inits.try_emplace(key, m_playlist.resources.size());
        if (isNew)
            m_playlist.resources.push_back({.kind = Kind::Init, .uri = uri, .range = range});
        m_init = known->second;
        m_initIsUsed = !isNew;
        m_playlist.lines.push_back({"#EXT-X-MAP:URI=\"", m_init, "\""});
    }

    void checkInitIsUsed()
    {
        if (!m_initIsUsed)
            malformed("an init section that no segment uses");
    }

    void readStreamInf(std::string_view value)
    {
        const auto attributes = takeAttributes(value, streamInfRules);
        if (m_isVariantNext)
            malformed("EXT-X-STREAM-INF without a URI");
        m_isVariantNext = true;
        m_hasVariant = true;
        m_playlist.isMultivariant = true;
        emit("#EXT-X-STREAM-INF:" + joined(attributes));
    }

    void readMedia(std::string_view value)
    {
        const auto attributes = takeAttributes(value, mediaRules);
        if (m_error)
            return;
        const std::string_view type = valueOf(attributes, "TYPE");
        m_playlist.isMultivariant = true;
        if (type != "AUDIO" && type != "VIDEO" && type != "SUBTITLES" && type != "CLOSED-CAPTIONS")
            return malformed("a rendition of an unknown type");
        const std::string line = "#EXT-X-MEDIA:" + joined(attributes);
        const std::string uri(valueOf(attributes, "URI"));
        if (uri.empty() && type == "SUBTITLES")
            return malformed("subtitles without a URI"); // §4.3.4.2.1
        if (uri.empty())
            return emit(line);
        m_playlist.lines.push_back({line + ",URI=\"", playlistResource(uri), "\""});
    }

    void readStart(std::string_view value)
    {
        const auto attributes = takeAttributes(value, startRules);
        if (!m_error)
            emit("#EXT-X-START:" + joined(attributes));
    }

    void readKey(std::string_view value)
    {
        const auto attributes = takeAttributes(value, keyRules);
        if (!m_error && valueOf(attributes, "METHOD") != "NONE")
            refuse(ErrorCode::Unacceptable, "it is encrypted");
    }

    void readUri(std::string_view line)
    {
        if (!isUri(line))
            return malformed("a URI that is too long or has a quote in it");
        if (std::exchange(m_isVariantNext, false)) {
            m_playlist.lines.push_back({{}, playlistResource(std::string(line)), {}});
            return;
        }
        if (!m_durationMs)
            return malformed("a URI without EXTINF or EXT-X-STREAM-INF before it");
        HlsResource segment{.uri = std::string(line), .range = std::exchange(m_range, std::nullopt)};
        segment.durationMs = *std::exchange(m_durationMs, std::nullopt);
        segment.init = m_init;
        if (segment.range && segment.range->offset < 0) { // §4.3.2.2: it follows the one before
            if (m_lastUri != line)
                return malformed("EXT-X-BYTERANGE has no offset, and no range of the same file before it");
            segment.range->offset = m_lastEnd;
        }
        m_lastUri = segment.range ? std::string(line) : std::string();
        m_lastEnd = segment.range ? segment.range->offset + segment.range->length : 0;
        m_initIsUsed = true;
        m_isMedia = true;
        m_playlist.lines.push_back({{}, m_playlist.resources.size(), {}});
        m_playlist.resources.push_back(std::move(segment));
    }

    std::size_t playlistResource(const std::string& uri)
    {
        const auto [known, isNew] = m_playlists.try_emplace(uri, m_playlist.resources.size());
        if (isNew)
            m_playlist.resources.push_back({.kind = Kind::Playlist, .uri = uri, .range = {}});
        return known->second;
    }

    void emit(std::string line) { m_playlist.lines.push_back({std::move(line), none, {}}); }

    void finish()
    {
        checkInitIsUsed();
        if (m_isVariantNext || m_durationMs || m_range)
            return malformed("the last segment has no URI");
        if (m_playlist.isMultivariant == (m_isMedia || m_hasEnd || m_hasTarget))
            return malformed(m_playlist.isMultivariant ? "tags of a media playlist and of a multivariant one"
                                                       : "there is no segment in it");
        if (m_playlist.resources.empty() || m_playlist.isMultivariant != m_hasVariant)
            return malformed("there is nothing to play in it");
        if (m_playlist.isMultivariant)
            return;
        if (!m_hasEnd)
            return refuse(ErrorCode::Unacceptable, "it is live: it has no EXT-X-ENDLIST");
        if (!m_hasTarget)
            return malformed("there is no EXT-X-TARGETDURATION");
    }

    HlsPlaylist m_playlist;
    std::optional<base::Error> m_error;
    std::size_t m_lineNumber = 0;
    bool m_isMedia = false;
    bool m_hasEnd = false;
    bool m_hasTarget = false;
    bool m_hasVariant = false;
    bool m_isVariantNext = false;
    std::optional<std::int64_t> m_durationMs;
    std::optional<HlsByteRange> m_range;
    std::string m_lastUri; // of the last byte range
    std::int64_t m_lastEnd = 0;
    std::size_t m_init = none;
    bool m_initIsUsed = true;
    std::map<std::tuple<std::string, std::int64_t, std::int64_t>, std::size_t> m_inits;
    std::map<std::string, std::size_t> m_playlists;
};

} // namespace

Result<HlsPlaylist> parseHls(std::string_view text)
{
    return Parser().parse(text);
}

std::string writeHls(const HlsPlaylist& playlist, const std::function<std::string(std::size_t)>& uri)
{
    std::string text;
    for (const HlsPlaylist::Line& line : playlist.lines) {
        text += line.before;
        if (line.resource != SIZE_MAX)
            text += uri(line.resource);
        text += line.after;
        text += '\n';
    }
    return text;
}

} // namespace mutoscope::content
