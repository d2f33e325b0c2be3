#include "player/dtv_captions.h"

#include <algorithm>

#include "player/caption_cells.h"

using namespace std::chrono_literals;

namespace mutoscope::player
{

namespace
{

using std::chrono::milliseconds;

constexpr int windows = 8;
constexpr int noDisplay = 15;              ///< a text tag: a note to decoders
constexpr qsizetype longestWait = 128;     ///< bytes that a service holds back, §7.1.5.1
constexpr int gridRows = 75;               ///< of the screen, that anchors count in
constexpr int linesOfScreen = 15;

/// Of the extended set; the others are not defined.
char16_t extendedLetter(int code)
{
    switch (code) {
    case 0x20:
    case 0x21:
        return u' ';
    case 0x25:
        return u'…';
    case 0x2a:
        return u'Š';
    case 0x2c:
        return u'Œ';
    case 0x30:
        return u'█';
    case 0x31:
        return u'‘';
    case 0x32:
        return u'’';
    case 0x33:
        return u'“';
    case 0x34:
        return u'”';
    case 0x35:
        return u'•';
    case 0x39:
        return u'™';
    case 0x3a:
        return u'š';
    case 0x3c:
        return u'œ';
    case 0x3d:
        return u'℠';
    case 0x3f:
        return u'Ÿ';
    case 0x76:
        return u'⅛';
    case 0x77:
        return u'⅜';
    case 0x78:
        return u'⅝';
    case 0x79:
        return u'⅞';
    default:
        return u'_'; // §7.1.11: so that a letter's place is seen
    }
}

struct Window {
    int rows = 1;
    int columns = 1;
    bool isVisible = false;
    int top = 0;    ///< in hundredths of the screen
    int bottom = 0;
    int row = 0; ///< of the pen
    int column = 0;
    bool isItalic = false;
    bool isHidden = false; ///< what is written is no caption
    std::vector<CaptionCell> cells;

    [[nodiscard]] std::span<CaptionCell> line(int number)
    {
        return std::span(cells).subspan(static_cast<std::size_t>(number * columns), static_cast<std::size_t>(columns));
    }
    void clear()
    {
        std::ranges::fill(cells, CaptionCell());
        row = 0;
        column = 0;
    }
    void write(char16_t letter)
    {
        if (isHidden || column >= columns)
            return;
        line(row)[static_cast<std::size_t>(column++)] = {letter, isItalic};
    }
    void newLine()
    {
        column = 0;
        if (++row < rows)
            return;
        row = rows - 1;
        std::shift_left(cells.begin(), cells.end(), columns);
        std::ranges::fill(line(row), CaptionCell());
    }
};

} // namespace

class DtvCaptionReader::Service
{
public:
    void take(QByteArrayView bytes) { m_input += bytes; }
    [[nodiscard]] std::optional<Cue> change(milliseconds at);

private:
    [[nodiscard]] int byte(qsizetype index) const { return static_cast<unsigned char>(m_input[index]); }
    /// Of the code that the input begins with, and what belongs to it; 0: not all of it is here.
    [[nodiscard]] qsizetype length() const;
    void run(milliseconds at);
    void code(milliseconds at);
    void control(int code);
    void command(int code, milliseconds at);
    void define(int number);
    [[nodiscard]] Window* current() { return m_windows[m_current] ? &*m_windows[m_current] : nullptr; }
    template <class Act>
    void forEach(Act act)
    {
        for (std::size_t i = 0; i < windows; ++i) {
            if ((byte(1) >> i & 1) != 0 && m_windows[i])
                act(m_windows[i]);
        }
    }
    [[nodiscard]] Cue shown();

    QByteArray m_input; ///< not run yet
    std::optional<milliseconds> m_waitsUntil;
    std::array<std::optional<Window>, windows> m_windows;
    std::size_t m_current = 0;
    Cue m_told;
};

qsizetype DtvCaptionReader::Service::length() const
{
    const int first = byte(0);
    if (first == 0x10) { // the extended sets
        if (m_input.size() < 2)
            return 0;
        const int second = byte(1);
        if (second < 0x20)
            return 2 + second / 8;
        if (second >= 0x80 && second < 0x90)
            return 2 + (second < 0x88 ? 4 : 5);
        if (second >= 0x90 && second < 0xa0) // says how long it is
            return m_input.size() < 3 ? 0 : 3 + (byte(2) & 0x3f);
        return 2;
    }
    if (first < 0x20)
        return first < 0x10 ? 1 : first < 0x18 ? 2 : 3;
    if (first >= 0x88 && first <= 0x8d)
        return 2;
    if (first == 0x90 || first == 0x92)
        return 3;
    if (first == 0x91)
        return 4;
    if (first == 0x97)
        return 5;
    return first >= 0x98 && first <= 0x9f ? 7 : 1;
}

void DtvCaptionReader::Service::run(milliseconds at)
{
    while (!m_input.isEmpty()) {
        if (m_waitsUntil) {
            const bool isCalled = m_input.contains('\x8e') || m_input.contains('\x8f'); // wherever, §8.10.5.9
            if (at < *m_waitsUntil && !isCalled && m_input.size() < longestWait)
                return;
            m_waitsUntil.reset();
        }
        const qsizetype size = length();
        if (size == 0 || size > m_input.size())
            return; // the rest comes in the next block
        code(at);
        m_input.remove(0, size);
    }
}

void DtvCaptionReader::Service::code(milliseconds at)
{
    const int first = byte(0);
    if (first >= 0x80 && first < 0xa0)
        return command(first, at);
    Window* const window = current();
    if (!window)
        return;
    if (first == 0x10) {
        const int second = byte(1);
        if ((second >= 0x20 && second < 0x80) || second >= 0xa0)
            window->write(extendedLetter(second));
    } else if (first < 0x20) {
        control(first);
    } else {
        window->write(first == 0x7f ? u'♪' : static_cast<char16_t>(first)); // ASCII and Latin-1
    }
}

void DtvCaptionReader::Service::control(int code)
{
    Window& window = *current();
    switch (code) {
    case 0x08: // backspace
        if (window.column > 0)
            window.line(window.row)[static_cast<std::size_t>(--window.column)] = {};
        break;
    case 0x0c: // form feed
        window.clear();
        break;
    case 0x0d: // carriage return
        window.newLine();
        break;
    case 0x0e: // the line anew
        std::ranges::fill(window.line(window.row), CaptionCell());
        window.column = 0;
        break;
    default:
        break;
    }
}

void DtvCaptionReader::Service::command(int code, milliseconds at)
{
    using Slot = std::optional<Window>;
    if (code < 0x88) {
        m_current = static_cast<std::size_t>(code - 0x80);
        return;
    }
    if (code >= 0x98)
        return define(code - 0x98);
    Window* const window = current();
    switch (code) {
    case 0x88:
        return forEach([](Slot& each) { each->clear(); });
    case 0x89:
        return forEach([](Slot& each) { each->isVisible = true; });
    case 0x8a:
        return forEach([](Slot& each) { each->isVisible = false; });
    case 0x8b:
        return forEach([](Slot& each) { each->isVisible = !each->isVisible; });
    case 0x8c:
        return forEach([](Slot& each) { each.reset(); });
    case 0x8d: // tenths of a second
        m_waitsUntil = at + milliseconds(100 * byte(1));
        return;
    case 0x8f:
        m_windows = {};
        return;
    case 0x90: // the pen's look
        if (window) {
            window->isHidden = byte(1) >> 4 == noDisplay;
            window->isItalic = (byte(2) & 0x80) != 0;
        }
        return;
    case 0x92: // and place
        if (window) {
            window->row = std::min(byte(1) & 0x0f, window->rows - 1);
            window->column = std::min(byte(2) & 0x3f, window->columns - 1);
        }
        return;
    default: // colours, borders, effects
        return;
    }
}

void DtvCaptionReader::Service::define(int number)
{
    m_current = static_cast<std::size_t>(number);
    auto& slot = m_windows[m_current];
    const int rows = (byte(4) & 0x0f) + 1;
    const int columns = (byte(5) & 0x3f) + 1;
    if (!slot || slot->rows != rows || slot->columns != columns) {
        slot.emplace();
        slot->rows = rows;
        slot->columns = columns;
        slot->cells.resize(static_cast<std::size_t>(rows * columns));
    }
    slot->isVisible = (byte(1) & 0x20) != 0;
    const bool isRelative = (byte(2) & 0x80) != 0;
    const int anchor = (byte(2) & 0x7f) * (isRelative ? 1 : 100) / (isRelative ? 1 : gridRows);
    const int height = rows * 100 / linesOfScreen;
    const int part = byte(4) >> 4; // 0 … 8: which point of the window stands there, row by row
    slot->top = anchor - height * std::min(part / 3, 2) / 2;
    slot->bottom = slot->top + height;
}

Cue DtvCaptionReader::Service::shown()
{
    std::vector<Window*> visible;
    for (auto& window : m_windows) {
        if (window && window->isVisible)
            visible.push_back(&*window);
    }
    std::ranges::stable_sort(visible, {}, &Window::top);
    Cue cue;
    int lines = 0;
    int bottom = 0;
    for (Window* window : visible) {
        bool says = false;
        for (int row = 0; row < window->rows && lines < Subtitles::maxLines; ++row) {
            if (appendRow(cue, window->line(row))) {
                says = true;
                ++lines;
            }
        }
        if (says)
            bottom = std::max(bottom, window->bottom);
    }
    cue.isOnTop = lines > 0 && bottom <= 50;
    return cue;
}

std::optional<Cue> DtvCaptionReader::Service::change(milliseconds at)
{
    run(at);
    Cue now = shown();
    if (now == m_told)
        return std::nullopt;
    m_told = now;
    return now;
}

DtvCaptionReader::DtvCaptionReader() = default;
DtvCaptionReader::~DtvCaptionReader() = default;

void DtvCaptionReader::take(bool begins, bool isValid, int first, int second)
{
    if (begins || !isValid) {
        m_packet.clear(); // one that isn't whole can't be understood
        m_packetSize = 0;
    }
    if (!isValid)
        return;
    if (begins) {
        const int size = first & 0x3f;
        m_packetSize = size == 0 ? 128 : size * 2;
    }
    if (m_packetSize == 0)
        return;
    m_packet += static_cast<char>(first);
    m_packet += static_cast<char>(second);
    if (m_packet.size() < m_packetSize)
        return;
    readPacket();
    m_packetSize = 0;
    m_packet.clear();
}

void DtvCaptionReader::readPacket()
{
    const auto byte = [this](qsizetype index) { return static_cast<unsigned char>(m_packet[index]); };
    for (qsizetype at = 1; at < m_packet.size();) {
        const int head = byte(at++);
        int service = head >> 5;
        const qsizetype size = head & 0x1f;
        if (service == 7 && size > 0) {
            if (at >= m_packet.size())
                return;
            service = byte(at++) & 0x3f;
        }
        if (service == 0 || at + size > m_packet.size())
            return;
        if (service <= services && size > 0) {
            auto& each = m_services[static_cast<std::size_t>(service - 1)];
            if (!each)
                each = std::make_unique<Service>();
            each->take(QByteArrayView(m_packet).sliced(at, size));
        }
        at += size;
    }
}

std::vector<std::pair<int, Cue>> DtvCaptionReader::changes(milliseconds at)
{
    std::vector<std::pair<int, Cue>> all;
    for (int i = 0; i < services; ++i) {
        auto& service = m_services[static_cast<std::size_t>(i)];
        if (!service)
            continue;
        if (auto cue = service->change(at))
            all.emplace_back(i, std::move(*cue));
    }
    return all;
}

} // namespace mutoscope::player
