#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "app/demo/child_process.h"
#include "tests/support/lab/link_emulator.h"

namespace mutoscope::bench
{

/// A film of random bytes.
struct WanFilm {
    QString folder; ///< index.m3u8, s0.ts …; and film.bin, all segments one after the other
    int segments = 0;
    int segmentBytes = 0;
    int segmentMs = 0;

    [[nodiscard]] double bytes() const { return static_cast<double>(segments) * segmentBytes; }
};
[[nodiscard]] base::Result<WanFilm> makeWanFilm(const QString& folder, int segments, int segmentBytes, int segmentMs);

/// A viewer, seeders, a tracker, and lines of the lab between them; cubic on all hosts.
///
///     viewer 10.1.0.2 ──line── exchange ── tracker 10.2.0.2, seeders 10.2.0.11 …
///     viewer 10.2.0.3 ── exchange ──a line each── seeders 10.3.1.2 …;  ── tracker 10.2.0.2
class Place
{
public:
    struct Line {
        double megabits = 0;
        int rttMs = 0;
        double loss = 0;
    };
    enum class Slow {
        Viewer, ///< its line: the first picture
        Seeders, ///< a line each
    };
    Place(Slow slow, const Line& line, int seeders);
    /// Only with Slow::Viewer; nothing may be connected meanwhile.
    void setLine(const Line& line);

    [[nodiscard]] QString address(const std::string& host) const;
    /// Starts one of the programs, or any other, on a host.
    [[nodiscard]] base::Result<std::unique_ptr<app::ChildProcess>> start(const std::string& host, const QString& program,
                                                                         const QStringList& arguments) const;
    /// To its end.
    [[nodiscard]] base::Result<QByteArray> run(const std::string& host, const QString& program, const QStringList& arguments, int timeoutMs) const;

private:
    void attachBehindLine(const std::string& host, const std::string& net, const std::string& name, const Line& line);
    [[nodiscard]] QStringList words(const std::string& host, const QString& program, const QStringList& arguments) const;

    const Slow m_slow;
    test::Lab m_lab;
    std::vector<std::unique_ptr<test::LinkEmulator>> m_lines;
};

} // namespace mutoscope::bench
