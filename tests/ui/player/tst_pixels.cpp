#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <QColor>
#include <QTest>

#include "player/gst/pixels.h"

using namespace mutoscope::player::gst;

namespace
{

constexpr int most = 13; ///< libyuv reckons with 6 bits behind the point; a wrong matrix or range is off by far more

/// Kr and Kb of ITU-R BT.601, BT.709 and BT.2020.
struct Matrix {
    const char* name;
    GstVideoColorMatrix matrix;
    double red;
    double blue;
};

const std::vector<Matrix> matrices{
    {"601", GST_VIDEO_COLOR_MATRIX_BT601, 0.299, 0.114},
    {"709", GST_VIDEO_COLOR_MATRIX_BT709, 0.2126, 0.0722},
    {"2020", GST_VIDEO_COLOR_MATRIX_BT2020, 0.2627, 0.0593},
};

/// Y, Cb, Cr of 8 bits, as those recommendations define them.
std::array<double, 3> coded(const QColor& color, const Matrix& matrix, bool isFull)
{
    const double y = matrix.red * color.redF() + (1 - matrix.red - matrix.blue) * color.greenF() + matrix.blue * color.blueF();
    const double cb = (color.blueF() - y) / (2 * (1 - matrix.blue));
    const double cr = (color.redF() - y) / (2 * (1 - matrix.red));
    return isFull ? std::array{255 * y, 128 + 255 * cb, 128 + 255 * cr} : std::array{16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr};
}

/// Component by component, so that it fits planes and interleaved ones of 8 bits and more.
void fill(GstVideoFrame& frame, const std::array<double, 3>& color)
{
    const GstVideoFormatInfo* format = frame.info.finfo;
    for (guint c = 0; c < 3; ++c) {
        auto* const data = static_cast<std::uint8_t*>(GST_VIDEO_FRAME_COMP_DATA(&frame, c));
        const guint depth = GST_VIDEO_FORMAT_INFO_DEPTH(format, c);
        const auto value = std::min((1U << depth) - 1, static_cast<unsigned>(std::lround(color[c] * (1U << (depth - 8)))));
        for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, c); ++y) {
            for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH(&frame, c); ++x) {
                std::uint8_t* const at = data + y * GST_VIDEO_FRAME_COMP_STRIDE(&frame, c) + x * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c);
                at[0] = static_cast<std::uint8_t>(value & 0xff);
                if (depth > 8)
                    at[1] = static_cast<std::uint8_t>(value >> 8);
            }
        }
    }
}

} // namespace

class TestPixels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { gst_init(nullptr, nullptr); }

    void aColorStaysWhatItIs_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("matrix");
        QTest::addColumn<bool>("isFull");
        // The last one, and BT.2020, is left to GStreamer's own converter.
        for (const auto format : {GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_I420_10LE, GST_VIDEO_FORMAT_Y42B}) {
            for (std::size_t matrix = 0; matrix < matrices.size(); ++matrix) {
                for (const bool isFull : {false, true})
                    QTest::addRow("%s, %s, %s", gst_video_format_to_string(format), matrices[matrix].name, isFull ? "full" : "limited")
                        << static_cast<int>(format) << static_cast<int>(matrix) << isFull;
            }
        }
    }
    void aColorStaysWhatItIs()
    {
        QFETCH(int, format);
        QFETCH(int, matrix);
        QFETCH(bool, isFull);
        constexpr int width = 35; // not a multiple of what is done at once
        constexpr int height = 18;
        constexpr int stride = 4 * (width + 3);
        const Matrix& used = matrices[static_cast<std::size_t>(matrix)];
        GstVideoInfo info;
        gst_video_info_set_format(&info, static_cast<GstVideoFormat>(format), width, height);
        info.colorimetry.matrix = used.matrix;
        info.colorimetry.range = isFull ? GST_VIDEO_COLOR_RANGE_0_255 : GST_VIDEO_COLOR_RANGE_16_235;
        PixelConverter converter(info);
        for (const QColor& color : {QColor(255, 0, 0), QColor(0, 255, 0), QColor(0, 0, 255), QColor(255, 255, 255), QColor(0, 0, 0), QColor(90, 140, 200)}) {
            GstBuffer* const buffer = gst_buffer_new_allocate(nullptr, info.size, nullptr);
            GstVideoFrame frame;
            QVERIFY(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READWRITE));
            fill(frame, coded(color, used, isFull));
            std::vector<std::uint8_t> pixels(stride * height, 0x55);
            QVERIFY(converter.writeBgra(frame, pixels.data(), stride));
            for (const auto& [x, y] : {std::pair{0, 0}, std::pair{width - 1, height - 1}, std::pair{17, 9}}) {
                const std::uint8_t* at = pixels.data() + y * stride + 4 * x;
                QVERIFY2(std::abs(at[2] - color.red()) <= most && std::abs(at[1] - color.green()) <= most && std::abs(at[0] - color.blue()) <= most,
                         qPrintable(QStringLiteral("%1 became %2 %3 %4").arg(color.name()).arg(at[2]).arg(at[1]).arg(at[0])));
                QCOMPARE(at[3], std::uint8_t{255});
            }
            QCOMPARE(pixels[4 * width], std::uint8_t{0x55}); // nothing is written behind a row
            gst_video_frame_unmap(&frame);
            gst_buffer_unref(buffer);
        }
    }
};

QTEST_GUILESS_MAIN(TestPixels)
#include "tst_pixels.moc"
