#include "tests/bench/wan/torrent.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/alert_types.hpp>
#include <libtorrent/bencode.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/torrent_info.hpp>

namespace mutoscope::bench
{

namespace
{

constexpr qint64 mebibyte = 1 << 20;
constexpr int longestMs = 300'000;

lt::session makeSession()
{
    lt::settings_pack settings;
    settings.set_str(lt::settings_pack::listen_interfaces, "0.0.0.0:" + std::to_string(torrentPort));
    for (const int off : {lt::settings_pack::enable_dht, lt::settings_pack::enable_lsd, lt::settings_pack::enable_upnp, lt::settings_pack::enable_natpmp,
                          lt::settings_pack::enable_outgoing_utp, lt::settings_pack::enable_incoming_utp})
        settings.set_bool(off, false);
    settings.set_int(lt::settings_pack::alert_mask,
                     lt::alert_category::status | lt::alert_category::error | lt::alert_category::piece_progress);
    return lt::session(lt::session_params(settings));
}

lt::add_torrent_params parametersOf(const QStringList& words)
{
    lt::add_torrent_params parameters;
    parameters.ti = std::make_shared<lt::torrent_info>(words[0].toStdString());
    parameters.save_path = words[1].toStdString();
    parameters.flags &= ~(lt::torrent_flags::auto_managed | lt::torrent_flags::paused);
    return parameters;
}

int failed(const char* what)
{
    std::fprintf(stderr, "bench wan: torrent: %s\n", what);
    return 1;
}

} // namespace

base::Result<void> makeTorrent(const QString& file, const QString& torrent)
{
    lt::file_storage files;
    lt::add_files(files, file.toStdString());
    lt::create_torrent maker(files);
    lt::error_code error;
    lt::set_piece_hashes(maker, QFileInfo(file).path().toStdString(), error);
    if (error)
        return base::fail(base::ErrorCode::Io, error.message());
    std::vector<char> bytes;
    lt::bencode(std::back_inserter(bytes), maker.generate());
    std::ofstream out(torrent.toStdString(), std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush())
        return base::fail(base::ErrorCode::Io, "the torrent can't be written");
    return {};
}

int torrentSeed(const QStringList& words)
{
    if (words.size() != 2)
        return failed("TORRENT FOLDER are needed");
    lt::session session = makeSession();
    auto parameters = parametersOf(words);
    parameters.flags |= lt::torrent_flags::seed_mode;
    const lt::torrent_handle handle = session.add_torrent(parameters);
    std::printf("{\"seeding\":%s}\n", handle.is_valid() ? "true" : "false");
    std::fflush(stdout);
    for (std::vector<lt::alert*> alerts;;) {
        session.wait_for_alert(std::chrono::hours(1));
        session.pop_alerts(&alerts);
    }
}

int torrentGet(const QStringList& words)
{
    if (words.size() < 3)
        return failed("TORRENT FOLDER ADDRESS… are needed");
    lt::session session = makeSession();
    auto parameters = parametersOf(words);
    parameters.flags |= lt::torrent_flags::sequential_download;
    for (const QString& address : words.mid(2))
        parameters.peers.emplace_back(lt::make_address(address.toStdString()), torrentPort);
    const lt::torrent_info& info = *parameters.ti;
    const int pieces = info.num_pieces();
    const auto ofFirst = static_cast<int>((mebibyte + info.piece_length() - 1) / info.piece_length());
    std::vector<bool> here(static_cast<std::size_t>(pieces), false);
    int ahead = 0; ///< without a gap from the beginning
    int count = 0;
    qint64 firstMib = -1;
    QElapsedTimer clock;
    clock.start();
    const lt::torrent_handle handle = session.add_torrent(parameters);
    while (count < pieces) {
        if (clock.elapsed() > longestMs)
            return failed("the film does not come");
        session.wait_for_alert(std::chrono::milliseconds(100));
        std::vector<lt::alert*> alerts;
        session.pop_alerts(&alerts);
        for (const lt::alert* each : alerts) {
            const auto* piece = lt::alert_cast<lt::piece_finished_alert>(each);
            if (piece == nullptr)
                continue;
            here[static_cast<std::size_t>(static_cast<int>(piece->piece_index))] = true;
            ++count;
        }
        while (ahead < pieces && here[static_cast<std::size_t>(ahead)])
            ++ahead;
        if (firstMib < 0 && ahead >= ofFirst)
            firstMib = clock.elapsed();
    }
    std::printf("{\"first_mib_ms\":%lld,\"whole_ms\":%lld}\n", static_cast<long long>(firstMib), static_cast<long long>(clock.elapsed()));
    std::fflush(stdout);
    return 0;
}

} // namespace mutoscope::bench
