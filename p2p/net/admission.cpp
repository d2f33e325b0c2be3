#include "p2p/net/admission.h"

namespace mutoscope::net
{

Admission::Ticket::Ticket(std::shared_ptr<Admission> owner, std::string network)
    : m_owner(std::move(owner)), m_network(std::move(network))
{
}

Admission::Ticket::~Ticket()
{
    m_owner->leave(m_network);
}

std::unique_ptr<Admission::Ticket> Admission::admit(const std::string& network)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_total >= m_maxTotal)
            return nullptr;
        int& here = m_perNetwork[network];
        if (here >= m_maxPerNetwork) {
            if (here == 0) // a limit of none: leave no entry behind
                m_perNetwork.erase(network);
            return nullptr;
        }
        ++here;
        ++m_total;
    }
    return std::make_unique<Ticket>(shared_from_this(), network);
}

void Admission::leave(const std::string& network)
{
    const std::scoped_lock lock(m_mutex);
    const auto it = m_perNetwork.find(network);
    if (--it->second == 0)
        m_perNetwork.erase(it);
    if (--m_total == 0)
        m_empty.notify_all();
}

bool Admission::isCrowded() const
{
    const std::scoped_lock lock(m_mutex);
    return m_total > m_maxTotal - m_maxTotal / 8;
}

void Admission::setLimits(int maxTotal, int maxPerNetwork)
{
    const std::scoped_lock lock(m_mutex);
    m_maxTotal = maxTotal;
    m_maxPerNetwork = maxPerNetwork;
}

int Admission::total() const
{
    const std::scoped_lock lock(m_mutex);
    return m_total;
}

void Admission::waitUntilEmpty(std::chrono::milliseconds atMost)
{
    std::unique_lock lock(m_mutex);
    m_empty.wait_for(lock, atMost, [this] { return m_total == 0; });
}

} // namespace mutoscope::net
