#include "tests/support/virtual_network.h"

namespace mutoscope::test
{

class VirtualNetwork::Client final : public net::HttpClient
{
public:
    explicit Client(VirtualNetwork& network) : m_network(network) {}
    ~Client() override { *m_alive = false; }

    RequestId send(const net::Endpoint& endpoint, net::HttpRequest request, net::RequestLimits limits, Callback callback) override
    {
        const RequestId id = ++m_last;
        m_callbacks[id] = std::move(callback);
        VirtualTime& time = m_network.m_time;
        const auto finish = [this, id, alive = m_alive](base::Result<net::HttpResponse> result) {
            if (!*alive)
                return;
            if (auto node = m_callbacks.extract(id))
                node.mapped()(std::move(result));
        };
        time.after(limits.timeout, [finish] { finish(base::fail(base::ErrorCode::Timeout, "no answer in time")); });
        const Fate fate = m_network.m_fault ? m_network.m_fault(endpoint, request) : Fate::Deliver;
        if (fate == Fate::LoseRequest)
            return id;
        const auto delay = m_network.m_delay ? m_network.m_delay(endpoint, request) : std::chrono::milliseconds(0);
        time.after(m_network.m_latency + delay, [this, alive = m_alive, endpoint, request = std::move(request), limits, fate, finish] {
            if (!*alive)
                return;
            const auto server = m_network.m_servers.find(endpoint.port);
            if (server == m_network.m_servers.end())
                return finish(base::fail(base::ErrorCode::Network, "nobody answers at port " + std::to_string(endpoint.port)));
            m_network.m_log.push_back(request.method + " " + request.target);
            VirtualNetwork* const network = &m_network;
            server->second->handle(request, [network, request, limits, fate, finish](net::HttpResponse response) {
                if (fate == Fate::LoseAnswer)
                    return;
                if (network->m_tamper)
                    network->m_tamper(request, response);
                base::Result<net::HttpResponse> result = std::move(response);
                if (static_cast<std::int64_t>(result->body->size()) > limits.maxBody)
                    result = base::fail(base::ErrorCode::TooLarge, "the answer is larger than expected");
                network->m_time.after(network->m_latency, [finish, result = std::move(result)] { finish(result); });
            });
        });
        return id;
    }

    void cancel(RequestId request) override { m_callbacks.erase(request); }

private:
    VirtualNetwork& m_network;
    std::map<RequestId, Callback> m_callbacks;
    RequestId m_last = 0;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

std::unique_ptr<net::HttpClient> VirtualNetwork::client()
{
    return std::make_unique<Client>(*this);
}

} // namespace mutoscope::test
