#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "p2p/net/http.h"
#include "tests/support/virtual_time.h"

namespace mutoscope::test
{

/// HTTP between parts of one process in virtual time. Servers are found by their port; a test may lose what it likes.
class VirtualNetwork
{
public:
    enum class Fate {
        Deliver,
        LoseRequest, ///< the server never sees it
        LoseAnswer,  ///< the server does it, and the client never knows
    };
    using Fault = std::function<Fate(const net::Endpoint&, const net::HttpRequest&)>;
    /// May change what comes back.
    using Tamper = std::function<void(const net::HttpRequest&, net::HttpResponse&)>;

    explicit VirtualNetwork(VirtualTime& time) : m_time(time) {}

    void listen(std::uint16_t port, net::RequestHandler* handler) { m_servers[port] = handler; }
    void unplug(std::uint16_t port) { m_servers.erase(port); }
    void setFault(Fault fault) { m_fault = std::move(fault); }
    void setTamper(Tamper tamper) { m_tamper = std::move(tamper); }
    void setLatency(std::chrono::milliseconds oneWay) { m_latency = oneWay; }
    /// How long each request takes beyond the latency, so that they may overtake each other.
    void setDelay(std::function<std::chrono::milliseconds(const net::Endpoint&, const net::HttpRequest&)> delay) { m_delay = std::move(delay); }

    [[nodiscard]] std::unique_ptr<net::HttpClient> client();
    /// Requests that reached a server, by method and path.
    [[nodiscard]] const std::vector<std::string>& log() const { return m_log; }

private:
    class Client;
    VirtualTime& m_time;
    std::map<std::uint16_t, net::RequestHandler*> m_servers;
    Fault m_fault;
    Tamper m_tamper;
    std::function<std::chrono::milliseconds(const net::Endpoint&, const net::HttpRequest&)> m_delay;
    std::chrono::milliseconds m_latency{1};
    std::vector<std::string> m_log;
};

} // namespace mutoscope::test
