#include "ui/buffering.h"

#include <algorithm>

#include "ui/playback.h"

namespace mutoscope::ui
{

using player::State;
using namespace std::chrono_literals;

Buffering::Buffering(node::Node& node, Playback& playback, const base::Clock& clock)
    : m_node(node), m_playback(playback), m_clock(clock)
{
    connect(&m_playback, &Playback::stateChanged, this, &Buffering::noteState);
    connect(&m_playback, &Playback::positionChanged, this, &Buffering::judge);
    connect(&m_node, &node::Node::changed, this, &Buffering::judge);
}

void Buffering::sought()
{
    m_ran = false;
    m_gate.begin();
    m_playback.hold(false);
}

void Buffering::noteState()
{
    switch (m_playback.state()) {
    case State::Idle:
    case State::Opening:
    case State::Ended:
    case State::Failed:
        sought();
        break;
    case State::Playing:
        m_ran = true;
        break;
    case State::Buffering:
        if (std::exchange(m_ran, false)) {
            m_gate.ranDry(m_clock.monotonic());
            m_playback.hold(true);
            judge();
        }
        break;
    case State::Paused:
        break;
    }
}

BufferGate::Supply Buffering::supply() const
{
    const node::Viewing& viewing = m_node.snapshot().viewing;
    const auto position = m_playback.position();
    BufferGate::Supply supply;
    supply.ahead = aheadOf(position, viewing.here);
    supply.toEnd = std::max(std::chrono::milliseconds(viewing.durationMs) - position, 0ms);
    supply.readAhead = std::chrono::milliseconds(std::min(viewing.bufferMs, viewing.readAheadMs));
    if (viewing.bytesPerSecond > 0 && viewing.filmBytesPerSecond > 0)
        supply.times = static_cast<double>(viewing.bytesPerSecond) / static_cast<double>(viewing.filmBytesPerSecond);
    return supply;
}

void Buffering::judge()
{
    if (!m_gate.isClosed())
        return;
    // Where no more comes, what is here is played.
    const node::Stage stage = m_node.snapshot().viewing.stage;
    const bool moreComes = stage == node::Stage::Playing || stage == node::Stage::FirstSegment || stage == node::Stage::OpeningContract ||
                           stage == node::Stage::FindingSeeder;
    if (!moreComes)
        m_gate.begin();
    if (!moreComes || !m_gate.holds(supply()))
        m_playback.hold(false);
}

std::optional<int> Buffering::percent() const
{
    if (!m_gate.isClosed())
        return std::nullopt;
    const BufferGate::Supply now = supply();
    const auto wanted = std::max(m_gate.wanted(now), 1ms);
    return static_cast<int>(std::clamp<std::int64_t>(now.ahead * 100 / wanted, 0, 100));
}

} // namespace mutoscope::ui
