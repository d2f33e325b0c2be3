#include "tests/bench/players/windows.h"

#include <cstdlib>
#include <cstring>

#include <xcb/xcb.h>

namespace mutoscope::bench
{
namespace
{

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Reply = std::unique_ptr<T, Free>;

} // namespace

base::Result<std::unique_ptr<Windows>> Windows::connect(const QString& display)
{
    std::unique_ptr<Windows> windows(new Windows);
    windows->m_connection = xcb_connect(display.toLatin1().constData(), nullptr);
    if (xcb_connection_has_error(windows->m_connection) != 0)
        return base::fail(base::ErrorCode::Unavailable, "the X server takes no connection");
    windows->m_root = xcb_setup_roots_iterator(xcb_get_setup(windows->m_connection)).data->root;
    const std::uint32_t events = XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY; // the answers go to the root with one or the other
    xcb_change_window_attributes(windows->m_connection, windows->m_root, XCB_CW_EVENT_MASK, &events);
    windows->m_protocols = windows->atom("WM_PROTOCOLS");
    windows->m_ping = windows->atom("_NET_WM_PING");
    windows->m_clientList = windows->atom("_NET_CLIENT_LIST");
    return windows;
}

Windows::~Windows()
{
    xcb_disconnect(m_connection);
}

std::uint32_t Windows::atom(const char* name) const
{
    const Reply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
        m_connection, xcb_intern_atom(m_connection, 0, static_cast<std::uint16_t>(std::strlen(name)), name), nullptr));
    return reply ? reply->atom : 0;
}

std::vector<std::uint32_t> Windows::managed() const
{
    const Reply<xcb_get_property_reply_t> reply(
        xcb_get_property_reply(m_connection, xcb_get_property(m_connection, 0, m_root, m_clientList, XCB_ATOM_WINDOW, 0, 64), nullptr));
    if (!reply)
        return {};
    const auto* first = static_cast<const std::uint32_t*>(xcb_get_property_value(reply.get()));
    return {first, first + static_cast<std::size_t>(xcb_get_property_value_length(reply.get())) / sizeof *first};
}

void Windows::ping(std::uint32_t window) const
{
    xcb_client_message_event_t event{};
    event.response_type = XCB_CLIENT_MESSAGE;
    event.format = 32;
    event.window = window;
    event.type = m_protocols;
    event.data.data32[0] = m_ping;
    event.data.data32[1] = XCB_CURRENT_TIME;
    event.data.data32[2] = window;
    xcb_send_event(m_connection, 0, window, XCB_EVENT_MASK_NO_EVENT, reinterpret_cast<const char*>(&event));
    xcb_flush(m_connection);
}

void Windows::pressWithControl(std::uint32_t window, std::uint32_t symbol) const
{
    const xcb_setup_t* const setup = xcb_get_setup(m_connection);
    const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    const Reply<xcb_get_keyboard_mapping_reply_t> reply(
        xcb_get_keyboard_mapping_reply(m_connection, xcb_get_keyboard_mapping(m_connection, setup->min_keycode, count), nullptr));
    if (!reply)
        return;
    const xcb_keysym_t* const symbols = xcb_get_keyboard_mapping_keysyms(reply.get());
    for (int key = 0; key < count; ++key) {
        if (symbols[key * reply->keysyms_per_keycode] != symbol)
            continue;
        xcb_key_press_event_t event{};
        event.detail = static_cast<xcb_keycode_t>(setup->min_keycode + key);
        event.root = m_root;
        event.event = window;
        event.state = XCB_MOD_MASK_CONTROL;
        event.same_screen = 1;
        for (const auto& [type, mask] : {std::pair{XCB_KEY_PRESS, XCB_EVENT_MASK_KEY_PRESS}, {XCB_KEY_RELEASE, XCB_EVENT_MASK_KEY_RELEASE}}) {
            event.response_type = static_cast<std::uint8_t>(type);
            xcb_send_event(m_connection, 0, window, static_cast<std::uint32_t>(mask), reinterpret_cast<const char*>(&event));
        }
        xcb_flush(m_connection);
        return;
    }
}

bool Windows::isAnswered() const
{
    bool answered = false;
    while (const Reply<xcb_generic_event_t> event{xcb_poll_for_event(m_connection)}) {
        if ((event->response_type & 0x7f) != XCB_CLIENT_MESSAGE)
            continue;
        const auto* message = reinterpret_cast<const xcb_client_message_event_t*>(event.get());
        answered |= message->type == m_protocols && message->data.data32[0] == m_ping;
    }
    return answered;
}

} // namespace mutoscope::bench
