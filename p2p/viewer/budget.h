#pragma once

#include <map>

#include "p2p/base/types.h"

namespace mutoscope::viewer
{

/// The tokens that a person approved for one viewing, over all its contracts: pure. What a contract may cost counts until it is
/// settled, also while it closes; from then on what was paid. So the sum never exceeds what was approved.
class Budget
{
public:
    using Contract = int;

    /// For the whole viewing, what is spent already included.
    void approve(base::Tokens cap) { m_cap = cap; }
    [[nodiscard]] base::Tokens cap() const { return m_cap; }
    /// What further contracts may reserve now.
    [[nodiscard]] base::Tokens free() const;
    /// Reserved and paid together.
    [[nodiscard]] base::Tokens committed() const;
    /// A contract may cost so much in this viewing. Its number, until it is settled.
    [[nodiscard]] Contract reserve(base::Tokens amount);
    /// It cost that, and will never cost more.
    void settle(Contract contract, base::Tokens paid);

private:
    base::Tokens m_cap;
    base::Tokens m_paid;
    std::map<Contract, base::Tokens> m_reserved;
    Contract m_last = 0;
};

} // namespace mutoscope::viewer
