#include "tests/sim/swarm/film.h"

namespace mutoscope::test::swarm
{

SmallFilm SmallFilm::publish(int number, const std::filesystem::path& folder)
{
    const crypto::NodeKey publisher = keyOf(99);
    std::mt19937 engine(static_cast<unsigned>(number));
    std::string playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
    for (int i = 0; i < 3 + 2 * number; ++i) {
        std::string bytes(static_cast<std::size_t>(300 + 500 * number + static_cast<int>(engine() % 900)), '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(engine());
        const std::string name = "segment" + std::to_string(i) + ".ts";
        need(base::writeFileDurably(folder / "hls" / name, bytes));
        playlist += "#EXTINF:4.0,\n" + name + "\n";
    }
    need(base::writeFileDurably(folder / "hls" / "index.m3u8", playlist + "#EXT-X-ENDLIST\n"));
    const auto store = need(content::SegmentStore::open(folder / "films", {}));
    const auto library = need(content::Library::open(folder / "manifests", network, *store));
    const VirtualTime clock;
    const auto manifest = need(content::importHls(
        folder / "hls" / "index.m3u8",
        {.network = network, .title = "Film", .description = {}, .poster = {}, .access = wire::Access::Open}, *store,
        publisher, clock, [](double) { return true; }));
    need(library->add(manifest));
    std::filesystem::remove_all(folder / "hls");
    const auto id = wire::contentId(manifest);
    return {folder, id, need(library->load(id))};
}

void SmallFilm::linkInto(const std::filesystem::path& node) const
{
    namespace fs = std::filesystem;
    fs::create_directories(node);
    // The store replaces files and never changes one, so links do as well as copies.
    fs::copy(folder, node, fs::copy_options::recursive | fs::copy_options::create_hard_links);
    fs::remove(node / "films" / "lock");
}

} // namespace mutoscope::test::swarm
