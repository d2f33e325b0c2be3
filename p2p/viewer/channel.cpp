#include "p2p/viewer/channel.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/wire/credit.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/viewer/pipeline_depth.h"
#include "p2p/viewer/proposal.h"

// From nothing, or from the contract book of an earlier process, to a contract that is open.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr auto openTimeout = 10s;
constexpr auto firstTimeout = 20s; ///< with a segment, which takes its time on a slow line
constexpr int roundsOfPatience = 3; ///< through the seeder's endpoints
constexpr auto betweenRounds = 500ms;
constexpr std::int64_t usualWindow = 8; ///< what is asked for at least, as lines become faster; it costs the viewer nothing

} // namespace

Channel::Channel(Parts parts, content::Stream stream, wire::Signed<wire::Offer> offer, Patience patience)
    : m_parts(std::move(parts)), m_stream(std::move(stream)), m_offer(std::move(offer)), m_patience(patience)
{
}

Channel::~Channel()
{
    m_parts.http.cancel(m_request);
    m_parts.http.cancel(m_confirmation);
    m_parts.executor.cancel(m_timer);
    for (const auto& [index, fetch] : m_fetches) {
        m_parts.http.cancel(fetch.request);
        m_parts.executor.cancel(fetch.timer);
    }
    if (m_state == State::Proposed || m_state == State::Ready || m_state == State::Closing)
        m_parts.closer.close(*m_contract, m_signedReceipt, [](const auto&) {});
}

std::string Channel::address() const
{
    return net::hostAndPort(m_endpoint);
}

std::string Channel::path(const char* rest) const
{
    return "/v1/contracts/" + base::toHex(m_receipt.contract) + rest;
}

net::HttpClient::RequestId Channel::post(std::string target, std::string body, net::RequestLimits limits,
                                         net::HttpClient::Callback callback)
{
    net::HttpRequest request{.method = "POST", .target = std::move(target), .body = std::move(body), .peer = {}};
    return m_parts.http.send(m_endpoint, std::move(request), limits, std::move(callback));
}

// ---- a new contract ----

void Channel::open(base::Tokens cap, const base::Address& spendAddress, Done done, std::optional<SegmentIndex> first, Fetched fetched)
{
    wire::Contract contract = draftContract(m_offer.message, m_parts.tracker, m_parts.network);
    contract.viewer = m_parts.key.publicKey();
    contract.spendAddress = spendAddress;
    contract.maxAmount = cap;
    contract.creditWindow = proposedWindow();
    if (m_permit) {
        contract.serveUntil = std::min(contract.serveUntil, m_permit->message.expires);
        contract.permit = m_permit->bytes;
    }
    contract.closeUntil = contract.serveUntil + base::UnixMs(closingMs);
    contract.nonce = m_parts.random.make<base::Nonce>();
    m_contract = wire::sign(std::move(contract), m_parts.key);
    m_receipt = firstReceipt(m_contract->message, wire::contractId(*m_contract));
    // Reports nothing: it is what closes, should the first segment turn out to be a wrong one.
    m_signedReceipt = wire::sign(m_receipt, m_parts.key);
    m_opened = std::move(done);
    if (first && receiptWith({*first})) { // else the cap does not allow it: fetch() will say so
        m_first = first;
        m_asksAhead = true;
        m_fetches[*first].fetched = std::move(fetched);
    }
    ++m_storing;
    // Durable before the seeder has it: with its signature the tracker locks our tokens, and we must know to free them.
    m_parts.book.addContract(m_receipt.contract, m_contract->bytes, [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor](const auto& written) {
        executor.post([this, alive, written] {
            if (!alive.lock())
                return;
            --m_storing;
            if (m_finishLater) // finish() came meanwhile: it never leaves this computer
                return std::exchange(m_finishLater, nullptr)();
            if (!written)
                return opened(written);
            m_state = State::Proposed;
            tryEndpoint(0, {ErrorCode::Network, "the seeder's offer names no address"});
        });
    });
}

/// What the line to this seeder is known to need, within what it grants.
std::int64_t Channel::proposedWindow() const
{
    const wire::Offer& offer = m_offer.message;
    auto seeder = offer.endpoints.empty() ? base::fail(ErrorCode::NotFound, "no address") : net::parseEndpoint("https://" + offer.endpoints.front());
    if (seeder)
        seeder->pin = offer.tlsPin;
    const auto line = seeder ? m_parts.http.line(*seeder) : net::LineFigures();
    return std::clamp<std::int64_t>(offer.creditWindow, 1, std::max(usualWindow, pipelineDepth(line, usualSegment())));
}

void Channel::opened(base::Result<void> result)
{
    m_asksAhead = false;
    m_first.reset();
    if (result && m_state == State::Proposed) {
        m_state = State::Ready;
        requestWaiting(); // what was refused as long as it was not open
    } else if (!result) { // nothing comes any more
        breakOffProposal();
        std::erase_if(m_fetches, [](const auto& each) { return !each.second.isHere; });
    }
    if (m_opened)
        std::exchange(m_opened, nullptr)(std::move(result));
}

void Channel::tryEndpoint(std::size_t number, base::Error last)
{
    if (number >= m_offer.message.endpoints.size()) {
        if (number == 0 || m_round >= (m_patience == Patience::Short ? 1 : roundsOfPatience))
            return opened(tl::unexpected(std::move(last)));
        m_timer = m_parts.executor.after(betweenRounds * m_round++, [this] { // the same bytes are the same contract
            m_timer = 0;
            tryEndpoint(0, {});
        });
        return;
    }
    auto endpoint = net::parseEndpoint("https://" + m_offer.message.endpoints[number]);
    if (!endpoint)
        return tryEndpoint(number + 1, endpoint.error());
    m_endpoint = std::move(*endpoint);
    m_endpoint.pin = m_offer.message.tlsPin;
    const auto next = [this, number](const base::Error& error) { tryEndpoint(number + 1, error); };
    if (m_first)
        proposeWithFirst(next);
    else
        propose(next);
}

/// The answer is the first segment. It may be here before the tracker has opened the contract; whether it did is asked for right
/// behind, and further segments behind that: the seeder holds them back until it knows.
void Channel::proposeWithFirst(Unreachable unreachable)
{
    const SegmentIndex first = *m_first;
    const std::int64_t maxBody = std::max<std::int64_t>(m_stream.segment(first).bytes.value(), wire::Problem::maxBytes);
    m_request = post("/v1/contracts/segments/" + std::to_string(first.value()), m_contract->bytes,
                     {.timeout = firstTimeout, .maxBody = maxBody, .pipelined = true},
                     [this, first, unreachable](const base::Result<net::HttpResponse>& response) {
                         m_request = 0;
                         const auto confirmed = std::exchange(m_confirmed, std::nullopt);
                         if (response && response->status == 200) {
                             m_first.reset();
                             m_isAccepted = true;
                             received(first, response->body);
                             if (confirmed)
                                 opened(*confirmed);
                             else if (m_confirmation == 0 && !m_finishing)
                                 propose([this](const base::Error& error) { opened(tl::unexpected(error)); });
                             return;
                         }
                         // The segment is asked for like any other: the proposal was lost, or came behind what was sent after it.
                         if (confirmed && (!response || *confirmed))
                             return opened(*confirmed);
                         if (!response) {
                             breakOffProposal();
                             return unreachable(response.error());
                         }
                         const auto refusal = wire::openAnswer<wire::ContractAccepted>(response->status, *response->body, m_parts.network,
                                                                                       m_offer.message.seeder, m_contract->payload);
                         opened(tl::unexpected(
                             refusal ? base::Error{ErrorCode::WrongData, "the seeder answered without the segment"} : refusal.error()));
                     });
    confirm();
    requestWaiting();
}

void Channel::confirm()
{
    m_confirmation = post("/v1/contracts", m_contract->bytes, {.timeout = openTimeout, .maxBody = wire::ContractAccepted::maxBytes, .pipelined = true},
                          [this](const base::Result<net::HttpResponse>& response) {
                              m_confirmation = 0;
                              if (!response && m_first)
                                  return; // what becomes of that request tells how it goes on
                              const auto accepted = response ? checkAccepted(*response) : tl::unexpected(response.error());
                              m_isAccepted = m_isAccepted || accepted;
                              if (m_first)
                                  m_confirmed = accepted;
                              else
                                  opened(accepted);
                          });
}

void Channel::breakOffProposal()
{
    m_parts.http.cancel(std::exchange(m_confirmation, 0));
    for (auto& [index, fetch] : m_fetches)
        m_parts.http.cancel(std::exchange(fetch.request, 0));
}

/// Segments that nobody is asked for just now.
void Channel::requestWaiting()
{
    for (const auto& [index, fetch] : m_fetches) {
        if (index != m_first && !fetch.isHere && fetch.request == 0 && fetch.timer == 0)
            request(index);
    }
}

void Channel::propose(Unreachable unreachable)
{
    m_request = post("/v1/contracts", m_contract->bytes, {.timeout = openTimeout, .maxBody = wire::ContractAccepted::maxBytes},
                     [this, unreachable](const base::Result<net::HttpResponse>& response) {
                         m_request = 0;
                         if (!response)
                             return unreachable(response.error());
                         const auto accepted = checkAccepted(*response);
                         m_isAccepted = m_isAccepted || accepted;
                         opened(accepted);
                     });
}

base::Result<void> Channel::checkAccepted(const net::HttpResponse& response)
{
    if (const auto accepted = viewer::checkAccepted(response, *m_contract); !accepted)
        return accepted;
    qCInfo(logViewer) << "contract" << base::shortHex(m_receipt.contract).c_str() << "open, up to"
                      << m_contract->message.maxAmount.value() << "micro-tokens";
    return {};
}

// ---- a contract that an earlier process left open ----

void Channel::resume(const Closer::Leftover& leftover, Done done)
{
    m_contract = leftover.contract;
    m_receipt = leftover.receipt ? leftover.receipt->message : firstReceipt(m_contract->message, wire::contractId(*m_contract));
    m_signedReceipt = leftover.receipt ? *leftover.receipt : wire::sign(m_receipt, m_parts.key);
    m_state = State::Proposed;
    m_isAccepted = true;
    m_opened = std::move(done);
    const auto endpoint = m_offer.message.endpoints.empty() ? base::fail(ErrorCode::Network, "the seeder's offer names no address")
                                                            : net::parseEndpoint("https://" + m_offer.message.endpoints.front());
    if (!endpoint) {
        m_timer = m_parts.executor.after(0ms, [this, error = endpoint.error()] { opened(tl::unexpected(error)); });
        return;
    }
    m_endpoint = *endpoint;
    m_endpoint.pin = m_offer.message.tlsPin;
    m_request = post(path("/receipts"), m_signedReceipt->bytes, {.timeout = openTimeout, .maxBody = wire::ReceiptAccepted::maxBytes},
                     [this](const base::Result<net::HttpResponse>& response) {
                         m_request = 0;
                         if (!response)
                             return opened(tl::unexpected(response.error()));
                         const auto accepted = wire::openAnswer<wire::ReceiptAccepted>(response->status, *response->body, m_parts.network,
                                                                                       m_offer.message.seeder, m_signedReceipt->payload);
                         if (!accepted)
                             return opened(tl::unexpected(accepted.error()));
                         receiptOutstanding(accepted->message.outstanding);
                     });
}

/// What had arrived and was stored when the process ended, but not receipted: it is paid for now.
void Channel::receiptOutstanding(const wire::SegmentRanges& outstanding)
{
    if (outstanding.count() > wire::grantedCredit(m_contract->message.creditWindow, m_receipt.segments.count()))
        return opened(base::fail(ErrorCode::WrongData, "the seeder claims to have sent more than the contract allows"));
    std::vector<std::pair<SegmentIndex, base::Sha256>> claimed;
    for (const auto& range : outstanding.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i) {
            if (const SegmentIndex index(i); m_stream.has(index) && !m_receipt.segments.contains(index))
                claimed.emplace_back(index, m_stream.segment(index).sha256);
        }
    }
    ++m_storing;
    m_parts.disk.post([this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, &store = m_parts.store, claimed] {
        std::vector<SegmentIndex> here;
        for (const auto& [index, hash] : claimed) {
            if (store.get(hash)) // checks the bytes
                here.push_back(index);
        }
        executor.post([this, alive, here] {
            if (!alive.lock())
                return;
            --m_storing;
            if (m_finishLater)
                return std::exchange(m_finishLater, nullptr)();
            const auto next = receiptWith(here);
            if (here.empty() || !next)
                return opened({});
            makeDurable(*next, [this](const auto& written) { opened(written); });
        });
    });
}

} // namespace mutoscope::viewer
