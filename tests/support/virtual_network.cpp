#include "tests/support/virtual_network.h"

#include <algorithm>

namespace mutoscope::test
{

class VirtualNetwork::Client final : public net::HttpClient
{
public:
    Client(VirtualNetwork& network, std::string name, VirtualHost* host)
        : m_network(network), m_name(std::move(name)), m_host(host)
    {
        m_network.m_clients.push_back(this);
    }
    ~Client() override
    {
        *m_alive = false;
        std::erase(m_network.m_clients, this);
    }

    void breakOff(std::uint16_t port)
    {
        for (const auto& [id, each] : m_underWay) {
            if (each.port != port)
                continue;
            m_network.m_time.post([this, alive = m_alive, id = id] {
                if (*alive)
                    finish(id, base::fail(base::ErrorCode::Network, "the connection was closed in the middle"));
            });
        }
    }

    RequestId send(const net::Endpoint& endpoint, net::HttpRequest request, net::RequestLimits limits,
                   Callback callback) override
    {
        if (m_host != nullptr && !m_host->isAlive())
            return 0; // the last things that a dying process's destructors do
        const RequestId id = ++m_last;
        const std::uint16_t port = endpoint.port;
        m_underWay[id] = {.callback = std::move(callback), .port = port};
        m_underWay[id].timeout = timers().after(
            limits.timeout, [this, id] { finish(id, base::fail(base::ErrorCode::Timeout, "no answer in time")); });
        VirtualNetwork* const network = &m_network;
        if (network->m_watcher != nullptr)
            network->m_watcher->asked(m_name, port, request);
        const Journey journey = network->journey(m_name, endpoint, request);
        m_underWay[id].lasts = journey.lasts;
        if (journey.again) {
            network->m_time.after(journey.there + *journey.again, [network, name = m_name, port, request] {
                network->deliver(name, port, request, [](const auto&) {});
            });
        }
        if (journey.losesRequest)
            return id;
        network->m_time.after(journey.there, [this, network, alive = m_alive, id, port, request = std::move(request),
                                              limits, journey] {
            if (!*alive)
                return;
            const auto back = [this, network, alive, id, port, request, limits,
                               journey](const net::HttpResponse& response) {
                if (*alive)
                    onItsWay(id, response, network->m_time.monotonic() + journey.back);
                if (!journey.losesAnswer)
                    network->m_time.after(journey.back, [this, alive, id, port, request, limits, response] {
                        if (*alive)
                            arrive(id, port, request, limits, response);
                    });
            };
            if (network->deliver(m_name, port, request, back))
                return;
            network->m_time.after(m_host == nullptr ? std::chrono::milliseconds(0) : journey.back, [this, alive, id,
                                                                                                    port] {
                if (*alive)
                    finish(id, base::fail(base::ErrorCode::Network, "nobody answers at port " + std::to_string(port)));
            });
        });
        return id;
    }

    void cancel(RequestId request) override
    {
        if (const auto node = m_underWay.extract(request))
            timers().cancel(node.mapped().timeout);
    }

    [[nodiscard]] net::LineFigures line(const net::Endpoint&) const override { return m_network.m_line; }
    [[nodiscard]] std::optional<std::int64_t> received(RequestId request) const override
    {
        const auto found = m_underWay.find(request);
        if (found == m_underWay.end() || found->second.lasts.count() == 0)
            return std::nullopt;
        const UnderWay& each = found->second;
        const auto left = std::clamp(each.end - m_network.m_time.monotonic(), std::chrono::milliseconds(0), each.lasts);
        return each.size * (each.lasts - left).count() / each.lasts.count();
    }

private:
    struct UnderWay {
        Callback callback;
        base::Executor::TimerId timeout = 0;
        std::uint16_t port = 0;
        std::chrono::milliseconds lasts{0};
        std::chrono::milliseconds end{0}; ///< when the answer is here, once it is on its way
        std::int64_t size = 0;
    };

    [[nodiscard]] base::Executor& timers()
    {
        return m_host != nullptr ? static_cast<base::Executor&>(*m_host) : m_network.m_time;
    }

    void onItsWay(RequestId id, const net::HttpResponse& response, std::chrono::milliseconds end)
    {
        const auto waiting = m_underWay.find(id);
        if (waiting == m_underWay.end())
            return;
        waiting->second.size = static_cast<std::int64_t>(response.body->size());
        waiting->second.end = end;
    }
    void arrive(RequestId id, std::uint16_t port, const net::HttpRequest& request, const net::RequestLimits& limits,
                const net::HttpResponse& response)
    {
        base::Result<net::HttpResponse> result = response;
        if (static_cast<std::int64_t>(response.body->size()) > limits.maxBody)
            result = base::fail(base::ErrorCode::TooLarge, "the answer is larger than expected");
        if (m_host == nullptr)
            return take(id, port, request, result);
        m_host->post([this, alive = m_alive, id, port, request, result] {
            if (*alive)
                take(id, port, request, result);
        });
    }
    void take(RequestId id, std::uint16_t port, const net::HttpRequest& request, base::Result<net::HttpResponse> result)
    {
        if (m_network.m_watcher != nullptr && result && m_underWay.contains(id))
            m_network.m_watcher->arrived(m_name, port, request, *result);
        finish(id, std::move(result));
    }
    void finish(RequestId id, base::Result<net::HttpResponse> result)
    {
        if (auto node = m_underWay.extract(id)) {
            timers().cancel(node.mapped().timeout);
            node.mapped().callback(std::move(result));
        }
    }

    VirtualNetwork& m_network;
    const std::string m_name;
    VirtualHost* const m_host;
    std::map<RequestId, UnderWay> m_underWay;
    RequestId m_last = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

std::unique_ptr<net::HttpClient> VirtualNetwork::client(std::string name, VirtualHost* host)
{
    return std::make_unique<Client>(*this, std::move(name), host);
}

void VirtualNetwork::breakOff(std::uint16_t port)
{
    for (Client* const client : m_clients)
        client->breakOff(port);
}

VirtualNetwork::Journey VirtualNetwork::journey(const std::string& client, const net::Endpoint& endpoint,
                                                const net::HttpRequest& request) const
{
    if (m_weather)
        return m_weather(client, endpoint.port, request);
    const Fate fate = m_fault ? m_fault(endpoint, request) : Fate::Deliver;
    const auto delay = m_delay ? m_delay(endpoint, request) : std::chrono::milliseconds(0);
    return {m_latency + delay, m_latency, {}, fate == Fate::LoseRequest, fate == Fate::LoseAnswer, {}};
}

bool VirtualNetwork::deliver(const std::string& client, std::uint16_t port, const net::HttpRequest& request,
                             net::RequestHandler::Respond respond)
{
    const auto found = m_servers.find(port);
    if (found == m_servers.end())
        return false;
    const Server server = found->second;
    m_log.push_back(request.method + " " + request.target);
    const auto answer = [this, client, port, request, host = server.host,
                         respond = std::move(respond)](net::HttpResponse response) {
        if (host != nullptr && !host->isAlive())
            return;
        if (m_tamper)
            m_tamper(request, response);
        if (m_watcher != nullptr)
            m_watcher->answered(client, port, request, response);
        respond(response);
    };
    if (server.host == nullptr) {
        server.handler->handle(request, answer);
        return true;
    }
    server.host->post([this, port, handler = server.handler, request, answer] {
        const auto still = m_servers.find(port);
        if (still != m_servers.end() && still->second.handler == handler)
            handler->handle(request, answer);
    });
    return true;
}

} // namespace mutoscope::test
