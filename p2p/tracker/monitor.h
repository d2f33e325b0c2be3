#pragma once

#include <functional>
#include <memory>
#include <string>

#include "p2p/base/result.h"

namespace mutoscope::tracker
{

/// Tells the operator's own programs how the tracker is, over plain HTTP: GET /healthz (200 "ok", or 503 with a
/// sentence) and GET /metrics. Anything else is 404 or 405; more than 16 connections, 4 KiB of request or 5 s are cut
/// off. In the thread that made it, which must have an event loop.
class Monitor
{
public:
    struct Answers {
        std::function<std::string()> trouble; ///< empty where all is well
        std::function<std::string()> metrics; ///< Prometheus' text
    };

    /// `host` is an IP address, or localhost; port 0 is any. Network where it can't be listened on.
    [[nodiscard]] static base::Result<std::unique_ptr<Monitor>> start(const std::string& host, std::uint16_t port,
                                                                      Answers answers);
    ~Monitor();

    [[nodiscard]] std::uint16_t port() const;

private:
    class Impl;
    explicit Monitor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace mutoscope::tracker
