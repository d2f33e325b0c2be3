#pragma once

#include <memory>

#include "p2p/base/clock.h"
#include "p2p/crypto/node_key.h"
#include "p2p/ledger/ledger.h"
#include "p2p/tracker/settings.h"

namespace mutoscope::app
{

/// A tracker's data folder, opened: its key and its ledger. Any number of processes may have it open at once.
struct Place {
    tracker::Settings settings;
    base::SystemClock clock;
    std::unique_ptr<crypto::NodeKey> key;
    std::unique_ptr<ledger::Ledger> ledger;

    /// Another connection to the ledger's database. Any thread.
    [[nodiscard]] base::Result<std::unique_ptr<ledger::Store>> openStore() const;
    /// Closes the ledger that Missing::NewLedger has made, and takes it away again.
    void removeNewLedger();
};

enum class Missing {
    Create,
    Fail,
    NewLedger, ///< the key must be there, and no ledger, which is made
};

[[nodiscard]] base::Result<std::unique_ptr<Place>> openPlace(const tracker::Settings& settings, Missing missing);

/// The right to serve a data folder: one process at a time. The system takes it back when the process ends.
class ServingLock
{
public:
    ServingLock() = default;
    ServingLock(ServingLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    ServingLock& operator=(ServingLock&&) = delete;
    ~ServingLock();

    /// Conflict where another process has it.
    [[nodiscard]] static base::Result<ServingLock> take(const std::filesystem::path& folder);

private:
    int m_fd = -1;
};

} // namespace mutoscope::app
