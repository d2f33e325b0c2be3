#pragma once

#include <functional>
#include <memory>

#include "p2p/base/result.h"
#include "p2p/net/http.h"
#include "p2p/net/socket_handle.h"

namespace mutoscope::net
{

/// How two nodes got a connection that can't simply connect.
enum class Path {
    Returned, ///< the one that was called has connected to its caller
    Punched,  ///< both have connected at the same time, through their routers
    Relayed,  ///< a relay copies
};

struct Dialed {
    SocketHandle socket;
    Path path = Path::Relayed;
};

/// Connects to endpoints that are behind a relay (Endpoint::relayed).
class Dialer
{
public:
    /// Once, from any thread; not at all after the dialer's destruction has begun. The value is handed over: take it out.
    using Connected = std::function<void(base::Result<std::shared_ptr<Dialed>>)>;

    virtual ~Dialer() = default;

    /// Any thread. Ends by itself after some ten seconds.
    virtual void dial(const Endpoint& endpoint, Connected connected) = 0;
};

} // namespace mutoscope::net
