#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QProcess>
#include <QSize>
#include <QString>
#include <QTemporaryDir>

#include "p2p/base/result.h"

namespace mutoscope::bench
{

/// An X server without a device, whose pixels are read from its own memory: looking costs nobody anything. The films of
/// film.h carry each picture's number where it can be read from here. Fails with a sentence where there is no Xvfb.
class Screen
{
public:
    [[nodiscard]] static base::Result<std::unique_ptr<Screen>> start(QSize size);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    [[nodiscard]] const QString& display() const { return m_display; }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] QSize size() const { return m_size; }

    /// The number of the film's picture that is on the screen, if it fills the screen and nothing lies over its number.
    [[nodiscard]] std::optional<int> picture() const;
    [[nodiscard]] std::uint32_t pixel(int x, int y) const;
    /// Whether it shows something else than what was kept, which it then keeps.
    [[nodiscard]] bool hasChanged(std::vector<unsigned char>& kept) const;
    /// Writes what is on it, for a look when something fails.
    void save(const QString& file) const;

private:
    explicit Screen(QSize size) : m_size(size) {}

    QSize m_size;
    QString m_display;
    QTemporaryDir m_folder;
    QProcess m_process;
    const unsigned char* m_pixels = nullptr;
    std::size_t m_mapped = 0;
    const void* m_map = nullptr;
    std::size_t m_bytesPerLine = 0;
};

/// Looks a thousand times a second until it is so; the time that it took, or nothing after `limit`.
[[nodiscard]] std::optional<std::chrono::microseconds> timeUntil(const std::function<bool()>& condition,
                                                                 std::chrono::milliseconds limit);

} // namespace mutoscope::bench
