#include "p2p/base/log.h"
#include "p2p/viewer/session.h"

// Whether the film may be watched here, and the way of what is stored to the player: read, decrypted where need be, handed out.

namespace mutoscope::viewer
{

using base::ErrorCode;
using base::SegmentIndex;

namespace
{

/// The publisher's own; a contract that carries it ends with it.
constexpr base::UnixMs ownPermitTime(std::int64_t(24) * 60 * 60 * 1000);
constexpr base::UnixMs clocksMayDiffer(10 * 60 * 1000);

} // namespace

base::Result<net::Body> Session::plainOf(const std::optional<crypto::SegmentCipher>& cipher, SegmentIndex index, base::Result<net::Body> stored)
{
    if (!stored || !cipher)
        return stored;
    auto plain = cipher->decrypt(index, **stored);
    if (!plain)
        return base::fail(ErrorCode::Forbidden, "the segment is encrypted with another key");
    return std::make_shared<const std::string>(std::move(*plain));
}

std::optional<std::string> Session::permitFor(const wire::Signed<wire::Manifest>& film) const
{
    const Channel::Parts& channel = m_parts.channel;
    if (film.message.access == wire::Access::Open)
        return std::nullopt;
    if (film.message.publisher != channel.key.publicKey())
        return m_options.permitOf ? m_options.permitOf(wire::contentId(film), film.message.publisher) : std::nullopt;
    const base::UnixMs now = channel.tracker.now();
    const auto own = content::makePermit(film, channel.key.publicKey(), now - clocksMayDiffer, now + ownPermitTime, channel.key);
    if (!own)
        qCWarning(logViewer) << "no permit for this node's own film:" << own.error().message.c_str();
    return own ? std::optional(own->bytes) : std::nullopt;
}

/// Before anything is bought or shown; where there is none, or it has expired, the viewing fails and names who can give one.
bool Session::takePermit(const content::Stream& stream)
{
    const wire::Signed<wire::Manifest>& film = stream.manifest();
    const crypto::NodeKey& key = m_parts.channel.key;
    const auto refuse = [&](const base::Error& error) {
        m_swarm.stop("no permit");
        m_permit.reset();
        m_awaitsOffers = false;
        qCInfo(logViewer) << "the film can't be watched:" << error.message.c_str();
        m_problem = Problem{.code = ErrorCode::Forbidden,
                            .sentence = "“" + film.message.title + "” can't be watched: " + error.message + ".",
                            .waysOut = {WayOut::Retry},
                            .permit = PermitWanted{film.message.publisher, key.publicKey()}};
        setStage(Stage::Failed);
        return false;
    };
    const base::UnixMs now = m_parts.channel.tracker.now();
    auto permit = wire::checkPermit(permitFor(film), film, key.publicKey(), {.now = now, .until = now});
    if (!permit)
        return refuse(permit.error());
    if (!*permit)
        return true;
    auto cipher = content::openFilm(film, (*permit)->message, key);
    if (!cipher)
        return refuse(cipher.error());
    m_permit = std::move(*permit);
    m_cipher = std::move(*cipher);
    return true;
}

void Session::serve(std::uint64_t id, SegmentIndex index)
{
    m_parts.channel.disk.post([this, alive = std::weak_ptr(m_alive), id, index, &executor = m_parts.channel.executor,
                               &store = m_parts.channel.store, hash = m_stream->segment(index).sha256, cipher = m_cipher] {
        auto bytes = plainOf(cipher, index, store.get(hash));
        executor.post([this, alive, id, index, bytes = std::move(bytes)] {
            if (alive.lock())
                handOut(id, index, bytes);
        });
    });
}

/// On the disk's thread, where it costs the node's nothing.
void Session::decrypt(std::vector<std::uint64_t> ids, SegmentIndex index, net::Body body)
{
    if (ids.empty())
        return;
    m_parts.channel.disk.post([this, alive = std::weak_ptr(m_alive), ids = std::move(ids), index, body = std::move(body),
                               &executor = m_parts.channel.executor, cipher = m_cipher] {
        auto plain = plainOf(cipher, index, body);
        executor.post([this, alive, ids, index, plain = std::move(plain)] {
            for (const std::uint64_t id : ids) {
                if (alive.lock())
                    handOut(id, index, plain);
            }
        });
    });
}

void Session::handOutAll(SegmentIndex index, const net::Body& body)
{
    std::vector<std::uint64_t> ready;
    for (const auto& [id, waiting] : m_waiting) {
        if (waiting.index == index)
            ready.push_back(id);
    }
    if (m_cipher)
        return decrypt(std::move(ready), index, body);
    for (const std::uint64_t id : ready)
        handOut(id, index, body);
}

void Session::handOut(std::uint64_t id, SegmentIndex index, const base::Result<net::Body>& bytes)
{
    const auto waiting = m_waiting.find(id);
    if (waiting == m_waiting.end())
        return;
    if (bytes) {
        const auto callback = std::move(waiting->second.callback);
        m_waiting.erase(waiting);
        if (m_calmTimer != 0 && m_stream->segment(index).durationMs > 0)
            keepCalm();
        return callback(*bytes);
    }
    if (bytes.error().code == ErrorCode::Forbidden) {
        if (m_stage == Stage::Failed)
            return;
        m_swarm.stop("it can't be decrypted");
        return fail(ErrorCode::WrongData, "This film can't be decrypted: its publisher has encrypted it wrongly.", {});
    }
    m_plan->lost(index); // damaged or removed behind our back: it has to be bought again
    m_plan->wanted(index, m_parts.clock.monotonic());
    if (m_swarm.isBuying())
        m_swarm.pump();
    else
        fetchAgain();
}

void Session::keepCalm()
{
    m_parts.channel.executor.cancel(std::exchange(m_calmTimer, 0));
    if (m_options.calmStartMs > 0)
        m_calmTimer = m_parts.channel.executor.after(std::chrono::milliseconds(m_options.calmStartMs), [this] {
            m_calmTimer = 0;
            m_swarm.pump();
        });
}

} // namespace mutoscope::viewer
