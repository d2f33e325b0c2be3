#pragma once

#include <functional>

#include "p2p/base/result.h"
#include "p2p/crypto/secret.h"

namespace mutoscope::wallet
{

/// A place where one secret text rests. All on the owner's thread; callbacks may come before the call returns, and never after
/// destruction. One call at a time.
class SecretStore
{
public:
    virtual ~SecretStore() = default;

    using Read = std::function<void(base::Result<crypto::SharedSecret>)>;
    using Done = std::function<void(base::Result<void>)>;

    /// NotFound: the place answers, and has none. Unavailable: there is no such place on this machine. Anything else: it can't be said
    /// whether there is one.
    virtual void read(Read done) = 0;
    /// Durable when it is done; replaces what was there.
    virtual void write(const crypto::SharedSecret& text, Done done) = 0;
    /// Durable when it is done; where nothing is there, too.
    virtual void remove(Done done) = 0;
};

} // namespace mutoscope::wallet
