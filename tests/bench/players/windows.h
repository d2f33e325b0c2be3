#pragma once

#include <memory>
#include <vector>

#include <QString>

#include "p2p/base/result.h"

struct xcb_connection_t;

namespace mutoscope::bench
{

/// What a window manager knows of the windows on an X server.
class Windows
{
public:
    [[nodiscard]] static base::Result<std::unique_ptr<Windows>> connect(const QString& display);
    ~Windows();
    Windows(const Windows&) = delete;
    Windows& operator=(const Windows&) = delete;

    /// Those that the window manager manages (_NET_CLIENT_LIST).
    [[nodiscard]] std::vector<std::uint32_t> managed() const;
    /// Asks a program whether it heeds what happens to its window (_NET_WM_PING of the Extended Window Manager Hints): it answers
    /// from where it takes keys and clicks.
    void ping(std::uint32_t window) const;
    /// The key that has this symbol (X11/keysymdef.h; of letters and digits their ASCII), with Control held: pressed and let go, in this
    /// window. Nothing where no key has it.
    void pressWithControl(std::uint32_t window, std::uint32_t symbol) const;
    /// One of the pings has been answered since the last call.
    [[nodiscard]] bool isAnswered() const;

private:
    Windows() = default;
    [[nodiscard]] std::uint32_t atom(const char* name) const;

    xcb_connection_t* m_connection = nullptr;
    std::uint32_t m_root = 0;
    std::uint32_t m_protocols = 0;
    std::uint32_t m_ping = 0;
    std::uint32_t m_clientList = 0;
};

} // namespace mutoscope::bench
