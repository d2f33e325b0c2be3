#include <string>
#include <vector>

#include <QTest>

#include "player/coded_picture.h"

using namespace mutoscope::player;

namespace
{

using Bytes = std::vector<std::uint8_t>;
constexpr auto h264 = NalFraming::Codec::H264;
constexpr auto h265 = NalFraming::Codec::H265;

/// Units of two bytes each, the header and one more.
Bytes framed(std::size_t lengthBytes, const Bytes& headers)
{
    Bytes result;
    for (const std::uint8_t header : headers) {
        if (lengthBytes == 0)
            result.insert(result.end(), {0, 0, 1});
        else
            result.insert(result.end(), lengthBytes - 1, 0);
        if (lengthBytes != 0)
            result.push_back(2);
        result.push_back(header);
        result.push_back(0x88);
    }
    return result;
}

} // namespace

class CodedPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatOthersNeed_data()
    {
        QTest::addColumn<int>("codec");
        QTest::addColumn<QList<int>>("headers");
        QTest::addColumn<bool>("unreferenced");
        // H.264: nal_ref_idc in bits 5 and 6, the type below
        QTest::newRow("h264 b") << int(h264) << QList<int>{0x01} << true;
        QTest::newRow("h264 b after delimiter and SEI") << int(h264) << QList<int>{0x09, 0x06, 0x01, 0x01} << true;
        QTest::newRow("h264 p") << int(h264) << QList<int>{0x09, 0x41} << false;
        QTest::newRow("h264 idr") << int(h264) << QList<int>{0x67, 0x68, 0x65} << false;
        QTest::newRow("h264 no picture") << int(h264) << QList<int>{0x09, 0x06} << false;
        // H.265: the type in bits 1 to 6
        QTest::newRow("h265 TRAIL_N") << int(h265) << QList<int>{35 << 1, 0 << 1} << true;
        QTest::newRow("h265 TRAIL_R") << int(h265) << QList<int>{1 << 1} << false;
        QTest::newRow("h265 RASL_N") << int(h265) << QList<int>{8 << 1} << true;
        QTest::newRow("h265 IDR_N_LP, an even number") << int(h265) << QList<int>{32 << 1, 20 << 1} << false;
    }

    void tellsWhatOthersNeed()
    {
        QFETCH(int, codec);
        QFETCH(QList<int>, headers);
        QFETCH(bool, unreferenced);
        const Bytes bytes(headers.begin(), headers.end());
        for (const std::size_t lengthBytes : {0U, 1U, 2U, 4U})
            QCOMPARE(isUnreferenced({NalFraming::Codec(codec), lengthBytes}, framed(lengthBytes, bytes)), unreferenced);
    }

    void brokenBytesAreKept()
    {
        Bytes tooLong = framed(4, {0x01});
        tooLong[3] = 200;
        QVERIFY(!isUnreferenced({h264, 4}, tooLong));
        const Bytes emptyUnits(16, 0);
        QVERIFY(!isUnreferenced({h264, 4}, emptyUnits));
        QVERIFY(!isUnreferenced({h264, 0}, emptyUnits));
        const Bytes whole = framed(4, {0x09, 0x01});
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY(!isUnreferenced({h264, 4}, std::span(whole).first(size)));
        QVERIFY(isUnreferenced({h264, 4}, whole));
    }
};

QTEST_APPLESS_MAIN(CodedPicture)
#include "tst_coded_picture.moc"
