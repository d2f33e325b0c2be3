#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <xcb/xcb.h>

#include "app/demo/private_network.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

namespace
{

constexpr int patience = 60'000; // ms; a bound on hanging, not a measure
constexpr std::uint32_t behind = 0xff00ff; // a colour that the program has nowhere

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Reply = std::unique_ptr<T, Free>;

} // namespace

/// The real window on a real X server.
class TestResize : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<app::PrivateNetwork> m_network;
    QProcess m_server;
    QProcess m_window;
    xcb_connection_t* m_x = nullptr;
    xcb_screen_t* m_screen = nullptr;

    /// The visible child of the root that is as large as a main window.
    [[nodiscard]] xcb_window_t mainWindow() const
    {
        const Reply<xcb_query_tree_reply_t> tree(xcb_query_tree_reply(m_x, xcb_query_tree(m_x, m_screen->root), nullptr));
        if (!tree)
            return XCB_NONE;
        const xcb_window_t* children = xcb_query_tree_children(tree.get());
        for (int i = 0; i < xcb_query_tree_children_length(tree.get()); ++i) {
            const Reply<xcb_get_window_attributes_reply_t> attributes(
                xcb_get_window_attributes_reply(m_x, xcb_get_window_attributes(m_x, children[i]), nullptr));
            const Reply<xcb_get_geometry_reply_t> geometry(xcb_get_geometry_reply(m_x, xcb_get_geometry(m_x, children[i]), nullptr));
            if (attributes && geometry && attributes->map_state == XCB_MAP_STATE_VIEWABLE && geometry->width >= 640)
                return children[i];
        }
        return XCB_NONE;
    }
    /// What is on the screen now, in between the requests of others.
    [[nodiscard]] std::vector<std::uint32_t> pixels(int width, int height) const
    {
        const Reply<xcb_get_image_reply_t> image(xcb_get_image_reply(
            m_x, xcb_get_image(m_x, XCB_IMAGE_FORMAT_Z_PIXMAP, m_screen->root, 0, 0, static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height), ~0U), nullptr));
        if (!image)
            return {};
        const auto* data = reinterpret_cast<const std::uint32_t*>(xcb_get_image_data(image.get()));
        std::vector<std::uint32_t> result(data, data + static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
        for (std::uint32_t& pixel : result)
            pixel &= 0xffffff;
        return result;
    }
    void configure(xcb_window_t window, std::uint16_t mask, const std::vector<std::uint32_t>& values) const { xcb_configure_window(m_x, window, mask, values.data()); }

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start(u"Xvfb"_s, {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s, u"1280x1000x24"_s, u"-nolisten"_s, u"tcp"_s, u"-noreset"_s});
        if (!m_server.waitForStarted())
            QSKIP("the package xvfb is missing");
        QVERIFY(m_server.waitForReadyRead(patience));
        const QString display = u":"_s + QString::fromLatin1(m_server.readLine().trimmed());
        m_x = xcb_connect(display.toLatin1().constData(), nullptr);
        QCOMPARE(xcb_connection_has_error(m_x), 0);
        m_screen = xcb_setup_roots_iterator(xcb_get_setup(m_x)).data;
        xcb_change_window_attributes(m_x, m_screen->root, XCB_CW_BACK_PIXEL, &behind);
        xcb_clear_area(m_x, 0, m_screen->root, 0, 0, 0, 0);

        m_network = std::make_unique<app::PrivateNetwork>(qEnvironmentVariable("MUTOSCOPE_BIN_DIR"), m_folder.filePath(u"network"_s));
        QVERIFY(m_network->startTracker());
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"DISPLAY"_s, display);
        environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
        m_window.setProcessEnvironment(environment);
        m_window.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_window.start(m_network->program(u"mutoscope"_s), m_network->nodeArguments(u"viewer"_s));
        QVERIFY(m_window.waitForStarted());
    }
    void cleanupTestCase()
    {
        m_window.terminate();
        m_window.waitForFinished();
        m_network.reset();
        if (m_x)
            xcb_disconnect(m_x);
        m_server.terminate();
        m_server.waitForFinished();
    }

    /// Where a window grows, nothing of what lies behind it is seen, however long the program takes to paint there.
    void nothingShowsThrough()
    {
        xcb_window_t window = XCB_NONE;
        QTRY_VERIFY_WITH_TIMEOUT((window = mainWindow()) != XCB_NONE, patience);
        configure(window, XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, {0, 0, 700, 500});
        const auto isPainted = [&] {
            const auto all = pixels(700, 500);
            return !all.empty() && std::ranges::find(all, behind) == all.end();
        };
        QTRY_VERIFY_WITH_TIMEOUT(isPainted(), patience);
        const std::uint32_t outside = pixels(1280, 1000).back();
        QCOMPARE(outside, behind); // or the test would see nothing
        for (int i = 1; i <= 20; ++i) {
            const int width = 700 + i * 25;
            const int height = 500 + i * 20;
            configure(window, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)});
            const auto all = pixels(width, height); // right behind the change, on the same line
            QCOMPARE(all.size(), static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
            QCOMPARE(std::ranges::count(all, behind), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestResize)
#include "tst_resize.moc"
