#include "p2p/discovery/offer_asker.h"

#include "p2p/base/log.h"

namespace mutoscope::discovery
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::fail;

namespace
{

constexpr auto answerWithin = 5s;
/// A second try beside the first: a lost SYN alone costs TCP a whole second (RFC 6298).
constexpr auto askAgainAfter = 350ms;

/// As offers have it: `host:port`, or at a relay `host:port/#relay=KEY`.
std::string inOffer(const net::Endpoint& endpoint)
{
    if (!endpoint.relayed)
        return net::hostAndPort(endpoint);
    net::Endpoint noPin = endpoint;
    noPin.pin.reset();
    return net::toString(noPin).substr(std::string_view("https://").size());
}

} // namespace

/// Up to two tries; the first answer counts.
struct OfferQuestion {
    net::Endpoint endpoint;
    int sent = 0;
    int failed = 0;
    bool answered = false;
    base::Executor::TimerId timer = 0;
    std::vector<net::HttpClient::RequestId> requests{};
};

void OfferAsker::Round::add(const net::Endpoint& endpoint)
{
    if (m_ended || m_known.size() >= maxEndpoints || !m_known.insert(inOffer(endpoint)).second)
        return;
    if (m_underWay < atOnce)
        ask(endpoint);
    else
        m_waiting.push_back(endpoint);
}

void OfferAsker::Round::end(std::optional<base::Error> problem)
{
    if (std::exchange(m_ended, true))
        return;
    m_problem = std::move(problem);
    finishIfDone();
}

void OfferAsker::Round::ask(const net::Endpoint& endpoint)
{
    ++m_underWay;
    const auto question = std::make_shared<OfferQuestion>(OfferQuestion{.endpoint = endpoint});
    send(question);
    question->timer = m_parts.executor.after(askAgainAfter, [self = shared_from_this(), question] {
        question->timer = 0;
        if (!question->answered)
            self->send(question);
    });
}

void OfferAsker::Round::send(const std::shared_ptr<OfferQuestion>& question)
{
    ++question->sent;
    net::HttpRequest request{.method = "GET", .target = "/v1/content/" + base::toHex(m_content) + "/offer", .body = {}, .peer = {}};
    const auto take = [self = shared_from_this(), question](const base::Result<net::HttpResponse>& response) {
        if (question->answered)
            return;
        if (!response && ++question->failed < question->sent)
            return; // the other try may do
        question->answered = true;
        self->m_parts.executor.cancel(question->timer);
        for (const auto other : question->requests)
            self->m_parts.http.cancel(other);
        self->take(question->endpoint, response);
    };
    // The first goes along with what else is asked there. The second takes a connection of its own, as it is for a connection that does
    // not come about.
    const net::RequestLimits limits{.timeout = answerWithin,
                                    .maxBody = static_cast<std::int64_t>(wire::Offer::maxBytes),
                                    .anyCertificate = true,
                                    .pipelined = question->sent == 1};
    question->requests.push_back(m_parts.http.send(question->endpoint, std::move(request), limits, take));
}

void OfferAsker::Round::take(const net::Endpoint& endpoint, const base::Result<net::HttpResponse>& response)
{
    --m_underWay;
    base::Result<wire::Signed<wire::Offer>> offer;
    if (!response)
        offer = tl::unexpected(response.error());
    else if (response->status != 200)
        offer = fail(ErrorCode::NotFound, "the node there does not offer this film");
    else
        offer = acceptOffer(*response->body, m_content, m_parts.rules);
    if (offer && offer->message.tlsPin != response->certificate)
        offer = fail(ErrorCode::WrongData, "another node showed the seeder's offer");
    if (!m_waiting.empty()) {
        const net::Endpoint next = m_waiting.front();
        m_waiting.erase(m_waiting.begin());
        ask(next);
    }
    if (offer) {
        std::vector<std::string>& endpoints = offer->message.endpoints;
        const std::string here = inOffer(endpoint);
        std::erase(endpoints, here);
        endpoints.insert(endpoints.begin(), here);
        m_found(Offers{std::move(*offer)}, true);
    } else {
        qCInfo(logDiscovery) << "no offer from" << net::hostAndPort(endpoint).c_str() << "-" << offer.error().message.c_str();
    }
    finishIfDone();
}

void OfferAsker::Round::finishIfDone()
{
    if (!m_ended || m_underWay > 0 || !m_found)
        return;
    const OfferSource::Found found = std::exchange(m_found, nullptr);
    if (m_problem && m_known.empty())
        found(tl::unexpected(*m_problem), false);
    else
        found(Offers(), false);
}

void LinkSource::find(const Wanted& wanted, Found found)
{
    const auto round = m_asker.begin(wanted.content, std::move(found));
    for (const net::Endpoint& endpoint : wanted.seeders)
        round->add(endpoint);
    round->end();
}

} // namespace mutoscope::discovery
