#include "p2p/viewer/budget.h"

#include <algorithm>

namespace mutoscope::viewer
{

using base::Tokens;

Tokens Budget::committed() const
{
    Tokens sum = m_paid;
    for (const auto& [contract, amount] : m_reserved)
        sum += amount;
    return sum;
}

Tokens Budget::free() const
{
    return m_cap - std::min(m_cap, committed());
}

Budget::Contract Budget::reserve(Tokens amount)
{
    m_reserved[++m_last] = amount;
    return m_last;
}

void Budget::settle(Contract contract, Tokens paid)
{
    if (m_reserved.erase(contract) > 0)
        m_paid += paid;
}

} // namespace mutoscope::viewer
