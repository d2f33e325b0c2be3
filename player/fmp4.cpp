#include "player/fmp4.h"

#include <array>
#include <optional>

#include <QByteArray>
#include <QFile>
#include <QtEndian>

namespace mutoscope::player
{
namespace
{

constexpr qint64 maxMetadata = 16 * 1024 * 1024; // of one moov or moof
constexpr quint32 sampleIsNonSync = 0x00010000;  // §8.8.3.1

quint32 fourCc(const char (&name)[5])
{
    return qFromBigEndian<quint32>(name);
}

/// Bytes with a reading position; reading past the end gives 0 and is remembered.
class Reader
{
public:
    explicit Reader(QByteArrayView bytes) : m_bytes(bytes) {}

    quint32 u32() { return read<quint32>(); }
    quint64 u64() { return read<quint64>(); }
    void skip(qsizetype count)
    {
        m_bad |= count > m_bytes.size() - m_at;
        m_at = m_bad ? m_bytes.size() : m_at + count;
    }
    [[nodiscard]] bool bad() const { return m_bad; }
    [[nodiscard]] bool atEnd() const { return m_at >= m_bytes.size(); }

    struct Box {
        quint32 type = 0;
        QByteArrayView body;
    };
    std::optional<Box> box()
    {
        const qsizetype start = m_at;
        quint64 size = u32();
        const quint32 type = u32();
        if (size == 1)
            size = u64();
        const auto header = static_cast<quint64>(m_at - start);
        if (m_bad || size < header || size > static_cast<quint64>(m_bytes.size() - start))
            return std::nullopt;
        const Box result{type, m_bytes.sliced(m_at, static_cast<qsizetype>(size - header))};
        m_at = start + static_cast<qsizetype>(size);
        return result;
    }

private:
    template <class T>
    T read()
    {
        if (static_cast<qsizetype>(sizeof(T)) > m_bytes.size() - m_at) {
            m_bad = true;
            m_at = m_bytes.size();
            return 0;
        }
        const T value = qFromBigEndian<T>(m_bytes.data() + m_at);
        m_at += sizeof(T);
        return value;
    }

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    bool m_bad = false;
};

std::optional<QByteArrayView> child(QByteArrayView parent, const char (&name)[5])
{
    Reader reader(parent);
    while (!reader.atEnd()) {
        const auto box = reader.box();
        if (!box)
            return std::nullopt;
        if (box->type == fourCc(name))
            return box->body;
    }
    return std::nullopt;
}

/// Calls `take` with the body of each top-level box of this type until it returns true. False: malformed, or none
/// taken.
template <class Take>
bool eachTopLevel(QFile& file, const char (&name)[5], Take take)
{
    while (!file.atEnd()) {
        const qint64 start = file.pos();
        const QByteArray head = file.read(8);
        if (head.size() != 8)
            return false;
        qint64 size = qFromBigEndian<quint32>(head.constData());
        if (size < 8 || size > file.size() - start) // 64-bit sizes are not written for segments
            return false;
        if (qFromBigEndian<quint32>(head.constData() + 4) == fourCc(name)) {
            if (size > maxMetadata)
                return false;
            if (take(file.read(size - 8)))
                return true;
        }
        if (!file.seek(start + size))
            return false;
    }
    return false;
}

SegmentStart firstSample(QByteArrayView traf, quint32 track)
{
    const auto tfhd = child(traf, "tfhd");
    const auto trun = child(traf, "trun");
    if (!tfhd || !trun)
        return SegmentStart::Malformed;
    Reader head(*tfhd); // §8.8.7
    const quint32 headFlags = head.u32();
    if (head.u32() != track)
        return SegmentStart::NoSuchTrack;
    head.skip((headFlags & 0x1 ? 8 : 0) + (headFlags & 0x2 ? 4 : 0) + (headFlags & 0x8 ? 4 : 0) +
              (headFlags & 0x10 ? 4 : 0));
    std::optional<quint32> flags;
    if (headFlags & 0x20)
        flags = head.u32();

    Reader run(*trun); // §8.8.8
    const quint32 runFlags = run.u32();
    const quint32 count = run.u32();
    run.skip(runFlags & 0x1 ? 4 : 0);
    if (runFlags & 0x4) {
        flags = run.u32();
    } else if (runFlags & 0x400) {
        run.skip((runFlags & 0x100 ? 4 : 0) + (runFlags & 0x200 ? 4 : 0));
        flags = run.u32();
    }
    if (head.bad() || run.bad() || count == 0 || !flags) // flags only in trex: our muxer never does that for video
        return SegmentStart::Malformed;
    return *flags & sampleIsNonSync ? SegmentStart::OtherFrame : SegmentStart::KeyFrame;
}

struct Track {
    quint32 id = 0;
    qint64 matrix = 0; ///< position of tkhd's transformation matrix in the file; width and height follow it
};

/// The first video track of an initialisation segment.
std::optional<Track> videoTrack(QFile& file)
{
    std::optional<Track> result;
    eachTopLevel(file, "moov", [&result, &file](const QByteArray& moov) {
        const qint64 start = file.pos() - moov.size();
        Reader boxes(moov);
        while (!boxes.atEnd() && !result) {
            const auto box = boxes.box();
            if (!box)
                return true;
            if (box->type != fourCc("trak"))
                continue;
            const auto mdia = child(box->body, "mdia");
            const auto hdlr = mdia ? child(*mdia, "hdlr") : std::nullopt;
            const auto tkhd = child(box->body, "tkhd");
            if (!hdlr || !tkhd)
                continue;
            Reader handler(*hdlr); // §8.4.3: version and flags, pre_defined, handler_type
            handler.skip(8);
            if (handler.u32() != fourCc("vide"))
                continue;
            Reader header(
                *tkhd); // §8.3.2: version and flags, two times, track_ID, reserved, duration, 16 bytes, matrix
            const bool wide = (header.u32() >> 24) == 1;
            header.skip(wide ? 16 : 8);
            const quint32 id = header.u32();
            const qint64 matrix = start + (tkhd->data() - moov.constData()) + (wide ? 52 : 40);
            header.skip(4 + (wide ? 8 : 4) + 16 + 36 + 8);
            if (!header.bad())
                result = Track{id, matrix};
        }
        return true;
    });
    return result;
}

} // namespace

quint32 videoTrackOf(const QString& initFile)
{
    QFile file(initFile);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return videoTrack(file).value_or(Track()).id;
}

bool setRotation(const QString& initFile, quint32 track, int degrees)
{
    QFile file(initFile);
    if (!file.open(QIODevice::ReadWrite))
        return false;
    const auto found = videoTrack(file);
    if (!found || found->id != track || !file.seek(found->matrix + 36))
        return false;
    const QByteArray size = file.read(8);
    const auto width = qFromBigEndian<qint32>(size.constData());
    const auto height = qFromBigEndian<qint32>(size.constData() + 4);

    // a b u, c d v, x y w: 16.16 but for the last column, 2.30. x and y bring the turned picture back to the origin.
    constexpr qint32 one = 1 << 16;
    std::array<qint32, 9> matrix{one, 0, 0, 0, one, 0, 0, 0, 1 << 30};
    if (degrees == 90)
        matrix = {0, one, 0, -one, 0, 0, height, 0, 1 << 30};
    else if (degrees == 180)
        matrix = {-one, 0, 0, 0, -one, 0, width, height, 1 << 30};
    else if (degrees == 270)
        matrix = {0, -one, 0, one, 0, 0, 0, width, 1 << 30};
    else
        return false;
    QByteArray bytes(36, '\0');
    qToBigEndian<qint32>(matrix.data(), static_cast<qsizetype>(matrix.size()), bytes.data());
    return file.seek(found->matrix) && file.write(bytes) == bytes.size() && file.flush();
}

SegmentStart segmentStart(const QString& segmentFile, quint32 track)
{
    QFile file(segmentFile);
    if (!file.open(QIODevice::ReadOnly))
        return SegmentStart::Malformed;
    SegmentStart result = SegmentStart::NoSuchTrack;
    const bool found = eachTopLevel(file, "moof", [&result, track](const QByteArray& moof) {
        Reader boxes(moof);
        while (!boxes.atEnd()) {
            const auto box = boxes.box();
            if (!box) {
                result = SegmentStart::Malformed;
                return true;
            }
            if (box->type == fourCc("traf")) {
                result = firstSample(box->body, track);
                if (result != SegmentStart::NoSuchTrack)
                    return true;
            }
        }
        return false; // this track is not in this fragment: the next one
    });
    return found || result != SegmentStart::NoSuchTrack || file.atEnd() ? result : SegmentStart::Malformed;
}

} // namespace mutoscope::player
