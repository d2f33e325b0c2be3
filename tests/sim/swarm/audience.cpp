#include "tests/sim/swarm/people.h"

namespace mutoscope::test::swarm
{

using namespace std::chrono_literals;
using viewer::Stage;

namespace
{

constexpr auto lookInterval = 150ms;
constexpr base::Tokens anyPrice(base::maxInteger);

} // namespace

Audience::Audience(Place place, int number, std::filesystem::path folder, Dice dice, base::ContentId film)
    : Person(std::move(place), number, std::move(folder), dice), m_film(film)
{
}

void Audience::start()
{
    m_node = std::make_unique<ViewerNode>(*m_place, m_number, m_folder.string());
    m_wish = 0;
    m_finishing = false;
    m_quietUntil = m_place->time.monotonic() + m_dice.between(0ms, 3000ms);
    look();
}

void Audience::bury()
{
    m_session.reset();
    m_node.reset();
}

void Audience::leave()
{
    m_leaving = true;
}

void Audience::look()
{
    m_place->time.after(lookInterval, [this] { look(); });
    if (m_session && m_finishing && m_session->isSettled()) {
        m_session.reset();
        m_finishing = false;
        m_wish = 0;
        m_quietUntil = m_place->time.monotonic() + m_dice.between(500ms, 8000ms);
        if (m_dice.chance(60)) // sees it once more, from the beginning, and pays for it once more
            static_cast<void>(m_node->basics.library->remove(m_film));
        return;
    }
    if (m_session && m_leaving && !m_finishing) {
        m_finishing = true;
        return m_session->finish("enough");
    }
    if (m_finishing || m_leaving || m_place->time.monotonic() < m_quietUntil)
        return;
    if (m_session)
        return watch();
    if (m_node->basics.wallet.accounts().spend.value_or(base::Tokens()).value() == 0)
        return m_node->basics.wallet.refresh();
    m_position = 0;
    m_session = std::make_unique<viewer::Session>(
        viewer::Session::Parts{m_node->channelParts(), m_place->time, m_node->offers, m_node->basics.wallet,
                               *m_node->basics.library},
        discovery::ContentLink{.content = m_film, .tracker = {}, .seeders = {}},
        viewer::SessionOptions{.approveUpTo = anyPrice, .readAheadMs = m_dice.between(0, 12) * 1000}, [] {});
    m_session->start();
}

/// As a player does: asks for a segment, plays it, asks for the next one.
void Audience::watch()
{
    const viewer::Viewing view = m_session->viewing();
    switch (view.stage) {
    case Stage::Failed:
        m_problems.insert(view.problem->sentence);
        m_quietUntil = m_place->time.monotonic() + m_dice.between(1s, 6s);
        if (m_dice.chance(20)) {
            m_finishing = true;
            return m_session->finish("no way out");
        }
        return m_session->retry(m_dice.chance(50) ? viewer::WayOut::Retry : viewer::WayOut::RaiseCap);
    case Stage::Approval:
        return m_session->approve(*view.cap);
    case Stage::OpeningContract:
    case Stage::FirstSegment:
    case Stage::Playing:
        break;
    case Stage::Idle:
    case Stage::FindingSeeder:
    case Stage::Finished:
        return;
    }
    if (m_wish != 0)
        return;
    if (m_position >= view.segmentsTotal || m_dice.chance(3)) {
        m_finishing = true;
        return m_session->finish("seen enough");
    }
    if (m_dice.chance(10))
        m_position = static_cast<std::uint32_t>(m_dice.between(0, static_cast<int>(view.segmentsTotal) - 1));
    static std::uint64_t wishes = 0;
    const std::uint64_t wish = m_wish = ++wishes;
    m_session->want(wish, base::SegmentIndex(m_position), [this, wish](const net::Body& body) {
        if (wish != m_wish)
            return;
        m_wish = 0;
        if (!body)
            return;
        ++m_position;
        m_quietUntil = m_place->time.monotonic() + m_dice.between(0ms, 2000ms);
    });
}

} // namespace mutoscope::test::swarm
