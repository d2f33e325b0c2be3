#include "tests/bench/players/film.h"

#include <QDir>
#include <QFile>
#include <QProcess>

namespace mutoscope::bench
{

using base::ErrorCode;
using base::fail;

namespace
{

/// One row of grey cells.
QByteArray numbered(int picture)
{
    const unsigned gray = static_cast<unsigned>(picture) ^ (static_cast<unsigned>(picture) >> 1);
    QByteArray row(cells, '\0');
    row[0] = row[cells - 1] = '\xff';
    for (int bit = 0; bit < 16; ++bit)
        row[2 + bit] = (gray >> (15 - bit) & 1U) != 0 ? '\xff' : '\0';
    return row;
}

} // namespace

base::Result<Film> makeFilm(const QString& store, QSize size, int seconds, int kilobitsPerSecond)
{
    const Film film{QStringLiteral("%1/film-%2x%3-%4s-%5k").arg(store).arg(size.width()).arg(size.height()).arg(seconds).arg(kilobitsPerSecond),
                    seconds};
    if (QFile::exists(film.folder + QStringLiteral("/index.m3u8")))
        return film;
    const QString work = film.folder + QStringLiteral(".part");
    QDir(work).removeRecursively();
    if (!QDir().mkpath(work))
        return fail(ErrorCode::Io, "the folder " + work.toStdString() + " can't be made");

    const int stripHeight = size.height() * 8 / 100;
    const QString filter = QStringLiteral("[0]scale=%1:%2:flags=neighbor[number];[1]noise=alls=12:allf=t[moving];[moving][number]overlay=0:%3")
                               .arg(size.width()).arg(stripHeight).arg(size.height() * 28 / 100);
    QProcess ffmpeg;
    ffmpeg.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    ffmpeg.setWorkingDirectory(work);
    const QString rate = QString::number(picturesPerSecond);
    ffmpeg.start(QStringLiteral("ffmpeg"),
                 {QStringLiteral("-v"), QStringLiteral("error"), QStringLiteral("-f"), QStringLiteral("rawvideo"), QStringLiteral("-pix_fmt"), QStringLiteral("gray"),
                  QStringLiteral("-s"), QStringLiteral("%1x1").arg(cells), QStringLiteral("-r"), rate, QStringLiteral("-i"), QStringLiteral("-"),
                  QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("testsrc2=s=%1x%2:r=%3").arg(size.width()).arg(size.height()).arg(rate),
                  QStringLiteral("-f"), QStringLiteral("lavfi"), QStringLiteral("-i"), QStringLiteral("sine=frequency=440:sample_rate=48000"),
                  QStringLiteral("-filter_complex"), filter, QStringLiteral("-map"), QStringLiteral("2:a"), QStringLiteral("-t"), QString::number(seconds),
                  QStringLiteral("-pix_fmt"), QStringLiteral("yuv420p"), QStringLiteral("-c:v"), QStringLiteral("libx264"), QStringLiteral("-preset"), QStringLiteral("veryfast"),
                  QStringLiteral("-profile:v"), QStringLiteral("high"), QStringLiteral("-b:v"), QStringLiteral("%1k").arg(kilobitsPerSecond),
                  QStringLiteral("-g"), QString::number(2 * picturesPerSecond), QStringLiteral("-sc_threshold"), QStringLiteral("0"),
                  QStringLiteral("-c:a"), QStringLiteral("aac"), QStringLiteral("-ac"), QStringLiteral("2"), QStringLiteral("-b:a"), QStringLiteral("128k"),
                  QStringLiteral("-f"), QStringLiteral("hls"), QStringLiteral("-hls_time"), QStringLiteral("4"), QStringLiteral("-hls_playlist_type"), QStringLiteral("vod"),
                  QStringLiteral("-hls_segment_type"), QStringLiteral("fmp4"), QStringLiteral("-hls_segment_filename"), QStringLiteral("s%04d.m4s"), QStringLiteral("index.m3u8")});
    if (!ffmpeg.waitForStarted())
        return fail(ErrorCode::Unavailable, "ffmpeg can't be started");
    for (int picture = 0; picture < seconds * picturesPerSecond && ffmpeg.state() == QProcess::Running; ++picture) {
        ffmpeg.write(numbered(picture));
        if (picture % 300 == 0)
            (void)ffmpeg.waitForBytesWritten(-1);
    }
    ffmpeg.closeWriteChannel();
    (void)ffmpeg.waitForFinished(-1);
    if (ffmpeg.exitStatus() != QProcess::NormalExit || ffmpeg.exitCode() != 0)
        return fail(ErrorCode::Internal, "ffmpeg could not make the film");
    if (!QDir().rename(work, film.folder))
        return fail(ErrorCode::Io, "the film can't be moved to " + film.folder.toStdString());
    return film;
}

} // namespace mutoscope::bench
