#include "p2p/viewer/session.h"

// Pictures beside the film's own playing, of what is here.

namespace mutoscope::viewer
{

using base::SegmentIndex;

void Session::still(std::uint64_t, std::int64_t ms, Gateway::SegmentCallback callback)
{
    // Of what is here the largest: the picture is larger than the sound of the same seconds.
    std::optional<SegmentIndex> best;
    for (std::size_t playlist = 0; playlist < m_stream->playlistCount(); ++playlist) {
        const auto index = m_stream->segmentAt(playlist, ms);
        if (!index || !m_plan->has(*index))
            continue;
        const auto init = m_stream->initOf(*index);
        const bool isWhole = !init || m_plan->has(*init);
        if (isWhole && (!best || m_stream->segment(*index).bytes > m_stream->segment(*best).bytes))
            best = index;
    }
    if (!best)
        return callback(nullptr);
    std::vector<std::pair<SegmentIndex, base::Sha256>> parts;
    if (const auto init = m_stream->initOf(*best))
        parts.emplace_back(*init, m_stream->segment(*init).sha256);
    parts.emplace_back(*best, m_stream->segment(*best).sha256);
    m_parts.channel.disk.post([alive = std::weak_ptr(m_alive), &executor = m_parts.channel.executor, &store = m_parts.channel.store, parts,
                               cipher = m_cipher, callback = std::move(callback)] {
        auto whole = std::make_shared<std::string>();
        for (const auto& [index, hash] : parts) {
            const auto bytes = plainOf(cipher, index, store.get(hash));
            if (!bytes) {
                whole.reset();
                break;
            }
            *whole += **bytes;
        }
        executor.post([alive, whole, callback] {
            if (alive.lock()) // and with it the gateway
                callback(whole);
        });
    });
}

} // namespace mutoscope::viewer
