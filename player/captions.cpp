#include "player/captions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "player/caption_cells.h"
#include "player/dtv_captions.h"

using namespace std::chrono_literals;

namespace mutoscope::player
{

namespace
{

using std::chrono::milliseconds;

constexpr int rows = 15;
constexpr int columns = 32;
constexpr int firstLowRow = 8; ///< captions that end above it stand at the upper edge
constexpr milliseconds jump = 2s;

using Cell = CaptionCell;
using Screen = std::array<std::array<Cell, columns>, rows>;

constexpr std::u16string_view specials = u"®°½¿™¢£♪à èâêîôû";
constexpr std::u16string_view spanishAndFrench = u"ÁÉÓÚÜü‘¡*’—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»";
constexpr std::u16string_view portugueseAndGerman = u"ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘";
static_assert(specials.size() == 16 && spanishAndFrench.size() == 32 && portugueseAndGerman.size() == 32);

/// ASCII but for some.
char16_t letterOf(int code)
{
    switch (code) {
    case 0x27:
        return u'’';
    case 0x2a:
        return u'á';
    case 0x5c:
        return u'é';
    case 0x5e:
        return u'í';
    case 0x5f:
        return u'ó';
    case 0x60:
        return u'ú';
    case 0x7b:
        return u'ç';
    case 0x7c:
        return u'÷';
    case 0x7d:
        return u'Ñ';
    case 0x7e:
        return u'ñ';
    case 0x7f:
        return u'█';
    default:
        return static_cast<char16_t>(code);
    }
}

/// Of a preamble address code, 0 … 14.
int rowOf(int first, int second)
{
    constexpr std::array<int, 8> lower{10, 0, 2, 11, 13, 4, 6, 8}; // by the first byte's last three bits
    const int row = lower[static_cast<std::size_t>(first & 7)];
    return (first & 7) == 0 ? row : row + ((second & 0x20) != 0 ? 1 : 0);
}

Cue cueOf(const Screen& screen)
{
    Cue cue;
    int last = -1;
    for (int row = 0; row < rows; ++row) {
        if (appendRow(cue, screen[static_cast<std::size_t>(row)]))
            last = row;
    }
    cue.isOnTop = last >= 0 && last < firstLowRow;
    return cue;
}

} // namespace

/// One of CC1 … CC4.
class CaptionReader::Channel
{
public:
    void code(int first, int second);
    void letter(char16_t letter);
    /// What is shown now, if that has changed since the last call.
    [[nodiscard]] std::optional<Cue> change();

private:
    enum class Mode { None, PopOn, PaintOn, RollUp, Text };

    [[nodiscard]] Screen& target() { return m_mode == Mode::PopOn ? m_hidden : m_shown; }
    void command(int second);
    void rollUp(int height);
    void address(int first, int second);
    void newLine();
    void back();

    Mode m_mode = Mode::None;
    int m_height = 2; ///< of rolling captions, in rows
    int m_row = rows - 1;
    int m_column = 0;
    bool m_isItalic = false;
    Screen m_shown{};
    Screen m_hidden{};
    Screen m_told{};
};

void CaptionReader::Channel::letter(char16_t letter)
{
    if (m_mode == Mode::None || m_mode == Mode::Text)
        return;
    target()[static_cast<std::size_t>(m_row)][static_cast<std::size_t>(m_column)] = {letter, m_isItalic};
    m_column = std::min(m_column + 1, columns - 1); // the last place is written over
}

void CaptionReader::Channel::back()
{
    m_column = std::max(m_column - 1, 0);
    target()[static_cast<std::size_t>(m_row)][static_cast<std::size_t>(m_column)] = {};
}

void CaptionReader::Channel::address(int first, int second)
{
    const int row = rowOf(first, second);
    if (m_mode == Mode::RollUp && row != m_row) { // the lines move there together
        Screen moved{};
        const int base = std::max(row, m_height - 1);
        for (int i = 0; i < m_height; ++i) {
            if (m_row - i >= 0)
                moved[static_cast<std::size_t>(base - i)] = m_shown[static_cast<std::size_t>(m_row - i)];
        }
        m_shown = moved;
        m_row = base;
    } else if (m_mode != Mode::RollUp) {
        m_row = row;
    }
    const int look = (second & 0x1e) >> 1;
    m_isItalic = look == 7;
    m_column = look >= 8 ? (look - 8) * 4 : 0;
}

void CaptionReader::Channel::rollUp(int height)
{
    if (m_mode != Mode::RollUp) {
        m_shown = {};
        m_hidden = {};
        m_row = rows - 1;
    }
    m_mode = Mode::RollUp;
    m_height = height;
    m_row = std::max(m_row, height - 1);
    m_column = 0;
    m_isItalic = false;
}

void CaptionReader::Channel::newLine()
{
    if (m_mode != Mode::RollUp)
        return;
    for (int row = 0; row < rows; ++row) {
        auto& line = m_shown[static_cast<std::size_t>(row)];
        const bool moves = row > m_row - m_height && row < m_row;
        line = moves ? m_shown[static_cast<std::size_t>(row + 1)] : std::array<Cell, columns>{};
    }
    m_column = 0;
    m_isItalic = false;
}

void CaptionReader::Channel::command(int second)
{
    switch (second) {
    case 0x20: // resume caption loading
        m_mode = Mode::PopOn;
        break;
    case 0x21: // backspace
        if (m_mode != Mode::None && m_mode != Mode::Text)
            back();
        break;
    case 0x24: // delete to end of row
        for (int column = m_column; column < columns; ++column)
            target()[static_cast<std::size_t>(m_row)][static_cast<std::size_t>(column)] = {};
        break;
    case 0x25:
    case 0x26:
    case 0x27: // roll-up, 2 to 4 rows
        rollUp(second - 0x23);
        break;
    case 0x29: // resume direct captioning
        m_mode = Mode::PaintOn;
        break;
    case 0x2a:
    case 0x2b: // text services
        m_mode = Mode::Text;
        break;
    case 0x2c: // erase displayed memory
        m_shown = {};
        break;
    case 0x2d: // carriage return
        newLine();
        break;
    case 0x2e: // erase non-displayed memory
        m_hidden = {};
        break;
    case 0x2f: // end of caption
        m_mode = Mode::PopOn;
        std::swap(m_shown, m_hidden);
        break;
    default:
        break;
    }
}

/// `first` without the bit that names the channel.
void CaptionReader::Channel::code(int first, int second)
{
    if (second >= 0x40)
        return address(first, second);
    if ((first == 0x14 || first == 0x15) && second >= 0x20 && second < 0x30)
        return command(second);
    if (first == 0x17 && second >= 0x21 && second <= 0x23) { // tab offset
        m_column = std::min(m_column + second - 0x20, columns - 1);
    } else if (first == 0x11 && second >= 0x30) {
        letter(specials[static_cast<std::size_t>(second - 0x30)]);
    } else if (first == 0x11 && second >= 0x20) { // the look of what follows, in place of a space
        letter(u' ');
        m_isItalic = (second & 0x0e) == 0x0e;
    } else if ((first == 0x12 || first == 0x13) && second >= 0x20) { // in place of the plain letter before
        if (m_mode != Mode::None && m_mode != Mode::Text)
            back();
        letter((first == 0x12 ? spanishAndFrench : portugueseAndGerman)[static_cast<std::size_t>(second - 0x20)]);
    }
}

std::optional<Cue> CaptionReader::Channel::change()
{
    if (m_shown == m_told)
        return std::nullopt;
    m_told = m_shown;
    return cueOf(m_shown);
}

CaptionReader::CaptionReader() : m_digital(std::make_unique<DtvCaptionReader>())
{
    for (auto& channel : m_channels)
        channel = std::make_unique<Channel>();
}

CaptionReader::~CaptionReader() = default;

void CaptionReader::takePair(int field, int first, int second)
{
    Field& state = m_fields[static_cast<std::size_t>(field)];
    const auto channel = [&]() -> Channel& { return *m_channels[static_cast<std::size_t>(2 * field + state.channel)]; };
    if (first >= 0x10 && first < 0x20) {
        state.isOther = false;
        const int code = first << 8 | second;
        if (std::exchange(state.lastCode, code) == code) {
            state.lastCode = 0; // a third one is new
            return;
        }
        state.channel = (first & 0x08) != 0 ? 1 : 0;
        channel().code(first & ~0x08, second);
        return;
    }
    state.lastCode = 0;
    if (first > 0 && first < 0x10)
        state.isOther = first != 0x0f; // until its end, or the next caption
    if (first < 0x20 || state.isOther)
        return;
    channel().letter(letterOf(first));
    if (second >= 0x20)
        channel().letter(letterOf(second));
}

std::vector<Caption> CaptionReader::take(milliseconds at, QByteArrayView ccData)
{
    std::vector<Caption> changes;
    if (m_last >= 0ms && (at < m_last || at > m_last + jump)) {
        for (auto& channel : m_channels)
            channel = std::make_unique<Channel>();
        m_fields = {};
        m_digital = std::make_unique<DtvCaptionReader>();
    }
    m_last = at;
    for (qsizetype i = 0; i + 2 < ccData.size(); i += 3) {
        const int head = static_cast<unsigned char>(ccData[i]);
        const bool isValid = (head & 0x04) != 0;
        const int type = head & 0x03;
        if (type >= 2) {
            m_digital->take(type == 3, isValid, static_cast<unsigned char>(ccData[i + 1]), static_cast<unsigned char>(ccData[i + 2]));
            continue;
        }
        const int first = ccData[i + 1] & 0x7f; // without the parity
        const int second = ccData[i + 2] & 0x7f;
        if (isValid && (first != 0 || second != 0))
            takePair(type, first, second);
    }
    const auto add = [&](int channel, Cue cue) {
        cue.from = at;
        cue.to = at + longest;
        changes.push_back({channel, std::move(cue)});
    };
    for (int i = 0; i < channels; ++i) {
        if (auto cue = m_channels[static_cast<std::size_t>(i)]->change())
            add(i, std::move(*cue));
    }
    for (auto& [service, cue] : m_digital->changes(at))
        add(channels + service, std::move(cue));
    return changes;
}

} // namespace mutoscope::player
