#include "player/frame_mailbox.h"

#include <utility>

namespace mutoscope::player
{

QSize fit(QSize picture, QSize area)
{
    return picture.scaled(area, Qt::KeepAspectRatio).expandedTo(QSize(1, 1));
}

void FrameMailbox::beginSession(std::uint64_t session)
{
    std::optional<VideoFrame> old; // freed outside the lock: it may be the last reference to a buffer pool
    const std::lock_guard lock(m_mutex);
    old = std::exchange(m_frame, std::nullopt);
    m_session = session;
    resetCounters();
}

void FrameMailbox::resetCounters()
{
    m_decoded = 0;
    m_handedOut = 0;
    m_painted = 0;
}

std::uint64_t FrameMailbox::session() const
{
    const std::lock_guard lock(m_mutex);
    return m_session;
}

void FrameMailbox::put(VideoFrame frame)
{
    std::optional<VideoFrame> old;
    {
        const std::lock_guard lock(m_mutex);
        if (frame.session != m_session)
            return;
        old = std::exchange(m_frame, std::move(frame));
        if (std::exchange(m_announced, true))
            return;
    }
    Q_EMIT arrived();
}

std::optional<VideoFrame> FrameMailbox::take()
{
    const std::lock_guard lock(m_mutex);
    m_announced = false;
    return std::exchange(m_frame, std::nullopt);
}

void FrameMailbox::setWantedSize(QSize size)
{
    {
        const std::lock_guard lock(m_mutex);
        if (size == m_wanted)
            return;
        m_wanted = size;
    }
    Q_EMIT wantedSizeChanged();
}

QSize FrameMailbox::wantedSize() const
{
    const std::lock_guard lock(m_mutex);
    return m_wanted;
}

void FrameMailbox::noteShown(std::uint64_t session, bool painted)
{
    if (session != this->session())
        return;
    if (painted)
        ++m_painted;
    Q_EMIT shown(session);
}

} // namespace mutoscope::player
