#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "p2p/net/http.h"
#include "tests/support/virtual_host.h"

namespace mutoscope::test
{

/// HTTP between parts of one process in virtual time. Servers are found by their port; a test may lose, delay, repeat
/// and change what it likes.
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

    /// How one request and its answer travel.
    struct Journey {
        std::chrono::milliseconds there{1};
        std::chrono::milliseconds back{1};
        std::chrono::milliseconds lasts{0}; ///< the end of the way back, while which the body comes little by little, and the client sees it
        bool losesRequest = false;
        bool losesAnswer = false;
        /// The request comes a second time, so much later; nobody waits for that answer.
        std::optional<std::chrono::milliseconds> again;
    };
    /// `client` as it was named.
    using Weather = std::function<Journey(const std::string& client, std::uint16_t server, const net::HttpRequest&)>;

    /// Sees everything that passes.
    class Watcher
    {
    public:
        virtual ~Watcher() = default;
        /// Has left the client, whatever becomes of it.
        virtual void asked(const std::string& client, std::uint16_t server, const net::HttpRequest& request) = 0;
        /// Has left the server, whatever becomes of it.
        virtual void answered(const std::string& client, std::uint16_t server, const net::HttpRequest& request,
                              const net::HttpResponse& response) = 0;
        /// Is at the client, which takes it.
        virtual void arrived(const std::string& client, std::uint16_t server, const net::HttpRequest& request,
                             const net::HttpResponse& response) = 0;
    };

    explicit VirtualNetwork(VirtualTime& time) : m_time(time) {}

    /// With a host the server's work is done there, and not while it is suspended or dead.
    void listen(std::uint16_t port, net::RequestHandler* handler, VirtualHost* host = nullptr)
    {
        m_servers[port] = {handler, host};
    }
    void unplug(std::uint16_t port) { m_servers.erase(port); }
    /// All connections to it break; who waits for an answer is told.
    void breakOff(std::uint16_t port);
    void setFault(Fault fault) { m_fault = std::move(fault); }
    void setTamper(Tamper tamper) { m_tamper = std::move(tamper); }
    void setLatency(std::chrono::milliseconds oneWay) { m_latency = oneWay; }
    /// How long each request takes beyond the latency, so that they may overtake each other.
    void setDelay(std::function<std::chrono::milliseconds(const net::Endpoint&, const net::HttpRequest&)> delay)
    {
        m_delay = std::move(delay);
    }
    /// Instead of fault, latency and delay.
    void setWeather(Weather weather) { m_weather = std::move(weather); }
    void setWatcher(Watcher* watcher) { m_watcher = watcher; }
    /// What clients say that they have measured, whatever it is.
    void setLine(const net::LineFigures& line) { m_line = line; }

    [[nodiscard]] std::unique_ptr<net::HttpClient> client(std::string name = {}, VirtualHost* host = nullptr);
    /// Requests that reached a server, by method and path.
    [[nodiscard]] const std::vector<std::string>& log() const { return m_log; }

private:
    class Client;
    struct Server {
        net::RequestHandler* handler = nullptr;
        VirtualHost* host = nullptr;
    };
    [[nodiscard]] Journey journey(const std::string& client, const net::Endpoint& endpoint,
                                  const net::HttpRequest& request) const;
    /// Hands the request over, if there is a server; false otherwise.
    bool deliver(const std::string& client, std::uint16_t port, const net::HttpRequest& request,
                 net::RequestHandler::Respond respond);

    VirtualTime& m_time;
    std::map<std::uint16_t, Server> m_servers;
    Fault m_fault;
    Tamper m_tamper;
    std::function<std::chrono::milliseconds(const net::Endpoint&, const net::HttpRequest&)> m_delay;
    Weather m_weather;
    Watcher* m_watcher = nullptr;
    net::LineFigures m_line;
    std::chrono::milliseconds m_latency{1};
    std::vector<std::string> m_log;
    std::vector<Client*> m_clients;
};

} // namespace mutoscope::test
