#include "tests/bench/players/screen.h"

#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QImage>
#include <QtEndian>

#include "tests/bench/players/film.h"

namespace mutoscope::bench
{

using base::ErrorCode;
using base::fail;

base::Result<std::unique_ptr<Screen>> Screen::start(QSize size)
{
    std::unique_ptr<Screen> screen(new Screen(size));
    QProcess& server = screen->m_process;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(QStringLiteral("Xvfb"), {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                                          QStringLiteral("%1x%2x24").arg(size.width()).arg(size.height()), QStringLiteral("-fbdir"),
                                          screen->m_folder.path(), QStringLiteral("-nolisten"), QStringLiteral("tcp"), QStringLiteral("-noreset")});
    while (!server.canReadLine()) {
        if (!server.waitForReadyRead(10'000))
            return fail(ErrorCode::Unavailable, "Xvfb can't be started: " + server.errorString().toStdString());
    }
    screen->m_display = QLatin1Char(':') + QString::fromLatin1(server.readLine().trimmed());

    const QByteArray file = screen->m_folder.filePath(QStringLiteral("Xvfb_screen0")).toUtf8();
    const int fd = ::open(file.constData(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (fd < 0 || ::fstat(fd, &status) != 0)
        return fail(ErrorCode::Io, "the X server's picture can't be opened");
    screen->m_mapped = static_cast<std::size_t>(status.st_size);
    screen->m_map = ::mmap(nullptr, screen->m_mapped, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (screen->m_map == MAP_FAILED)
        return fail(ErrorCode::Io, "the X server's picture can't be mapped");
    // The header of XWD files, X11/XWDFile.h: 25 big-endian words.
    const auto* const words = static_cast<const quint32*>(screen->m_map);
    const auto word = [words](int i) { return qFromBigEndian(words[i]); };
    screen->m_bytesPerLine = word(12);
    screen->m_pixels = static_cast<const unsigned char*>(screen->m_map) + word(0) + word(19) * 12; // behind its colour map
    return screen;
}

Screen::~Screen()
{
    if (m_map != nullptr && m_map != MAP_FAILED)
        ::munmap(const_cast<void*>(m_map), m_mapped);
    m_process.terminate();
    (void)m_process.waitForFinished(5'000);
}

std::uint32_t Screen::pixel(int x, int y) const
{
    const auto* const at = m_pixels + static_cast<std::size_t>(y) * m_bytesPerLine + static_cast<std::size_t>(x) * 4;
    return *reinterpret_cast<const volatile std::uint32_t*>(at) & 0xffffff;
}

std::optional<int> Screen::picture() const
{
    const int y = static_cast<int>(cellsAt * m_size.height());
    unsigned code = 0;
    for (int cell = 0; cell < cells; ++cell) {
        const std::uint32_t colour = pixel((2 * cell + 1) * m_size.width() / (2 * cells), y);
        const std::uint32_t red = colour >> 16;
        const std::uint32_t green = colour >> 8 & 0xff;
        const std::uint32_t blue = colour & 0xff;
        const bool white = red > 180 && green > 180 && blue > 180;
        if (!white && (red > 75 || green > 75 || blue > 75))
            return std::nullopt;
        if (cell == 0 || cell == cells - 1 ? !white : (cell == 1 || cell == cells - 2) && white)
            return std::nullopt;
        if (cell >= 2 && cell < cells - 2)
            code = code << 1 | (white ? 1U : 0U);
    }
    for (unsigned shift = 8; shift != 0; shift /= 2)
        code ^= code >> shift;
    return static_cast<int>(code);
}

bool Screen::hasChanged(std::vector<unsigned char>& kept) const
{
    const std::size_t size = m_bytesPerLine * static_cast<std::size_t>(m_size.height());
    if (kept.size() == size && std::memcmp(kept.data(), m_pixels, size) == 0)
        return false;
    kept.assign(m_pixels, m_pixels + size);
    return true;
}

void Screen::save(const QString& file) const
{
    const QImage image(m_pixels, m_size.width(), m_size.height(), static_cast<qsizetype>(m_bytesPerLine), QImage::Format_RGB32);
    (void)image.save(file);
}

std::optional<std::chrono::microseconds> timeUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const auto begun = std::chrono::steady_clock::now();
    for (;;) {
        const auto time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
        if (condition())
            return time;
        if (time > limit)
            return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace mutoscope::bench
