#pragma once

#include <memory>
#include <string>

#include "p2p/crypto/random.h"
#include "p2p/ledger/store.h"

namespace mutoscope::ledger
{

/// Connects to a PostgreSQL database (14 or later) and brings its schema up to date; it must be empty or a ledger. Several
/// processes may write at once, each to a chain of its own, which it claims with its first entry and which others may
/// continue once it has ended. A connection that is lost fails the transaction with Unavailable; the next one makes a new one.
///
/// `url` is as libpq takes it: postgresql://user@host/database, with the password better in ~/.pgpass. Errors: Unavailable
/// (no connection), Internal, and Conflict where the database is another program's, or has a newer schema than this knows.
[[nodiscard]] base::Result<std::unique_ptr<Store>> openPostgresql(const std::string& url,
                                                                  std::unique_ptr<crypto::Random> random =
                                                                      std::make_unique<crypto::SystemRandom>());

} // namespace mutoscope::ledger
