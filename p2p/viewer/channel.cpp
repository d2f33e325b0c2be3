#include "p2p/viewer/channel.h"

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/wire/amount.h"

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::SegmentIndex;

namespace
{

constexpr auto openTimeout = 20s;
constexpr auto segmentTimeout = 25s; // below the receipt timeout, so that a lost answer can be asked for again
constexpr auto finalTimeout = 4s;
constexpr int attempts = 3;
constexpr auto betweenAttempts = 300ms;
constexpr std::int64_t receiptTimeoutMs = 60'000;
constexpr std::int64_t servingMs = 6 * 60 * 60 * 1000;
constexpr std::int64_t closingMs = 10 * 60 * 1000;

} // namespace

Channel::Channel(Parts parts, content::Stream stream, wire::Signed<wire::Offer> offer)
    : m_parts(std::move(parts)), m_stream(std::move(stream)), m_offer(std::move(offer))
{
}

Channel::~Channel()
{
    m_parts.http.cancel(m_request);
    m_parts.executor.cancel(m_timer);
    if (m_isOpen)
        m_parts.closer.close(*m_contract, m_signedReceipt, [](const auto&) {});
}

std::string Channel::address() const
{
    return net::hostAndPort(m_endpoint);
}

void Channel::post(std::string target, std::string body, std::chrono::milliseconds timeout, std::int64_t maxBody,
                   net::HttpClient::Callback callback)
{
    net::HttpRequest request{.method = "POST", .target = std::move(target), .body = std::move(body), .peer = {}};
    m_request = m_parts.http.send(m_endpoint, std::move(request), {.timeout = timeout, .maxBody = maxBody},
                                  [this, callback = std::move(callback)](base::Result<net::HttpResponse> response) {
                                      m_request = 0;
                                      callback(std::move(response));
                                  });
}

// ---- opening ----

void Channel::open(base::Tokens cap, const base::Address& spendAddress, Done done)
{
    const base::UnixMs now = m_parts.tracker.now();
    const wire::Offer& offer = m_offer.message;
    wire::Contract contract;
    contract.network = m_parts.network;
    contract.content = m_stream.id();
    contract.tracker = offer.tracker;
    contract.seeder = offer.seeder;
    contract.incomeAddress = offer.incomeAddress;
    contract.viewer = m_parts.key.publicKey();
    contract.spendAddress = spendAddress;
    contract.pricePerMiB = offer.pricePerMiB;
    contract.maxAmount = cap;
    contract.creditWindow = 1;
    contract.receiptTimeoutMs = receiptTimeoutMs;
    contract.serveUntil = now + base::UnixMs(servingMs);
    contract.closeUntil = contract.serveUntil + base::UnixMs(closingMs);
    contract.nonce = m_parts.random.make<base::Nonce>();
    m_contract = wire::sign(std::move(contract), m_parts.key);
    m_receipt = firstReceipt(m_contract->message, wire::contractId(*m_contract));
    m_opened = std::move(done);
    m_busy = true;
    m_storing = true;
    // Durable before the seeder has it: with its signature the tracker locks our tokens, and we must know to free them.
    m_parts.book.addContract(m_receipt.contract, m_contract->bytes, [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor](const auto& written) {
        executor.post([this, alive, written] {
            if (!alive.lock())
                return;
            m_storing = false;
            if (m_finishLater) // finish() came meanwhile: it never leaves this computer
                return std::exchange(m_finishLater, nullptr)();
            if (!written) {
                m_busy = false;
                return std::exchange(m_opened, nullptr)(written);
            }
            m_isOpen = true;
            tryEndpoint(0, {ErrorCode::Network, "the seeder's offer names no address"});
        });
    });
}

void Channel::tryEndpoint(std::size_t number, base::Error last)
{
    if (number >= m_offer.message.endpoints.size()) {
        m_busy = false;
        return std::exchange(m_opened, nullptr)(tl::unexpected(std::move(last)));
    }
    auto endpoint = net::parseEndpoint("https://" + m_offer.message.endpoints[number]);
    if (!endpoint)
        return tryEndpoint(number + 1, endpoint.error());
    m_endpoint = std::move(*endpoint);
    m_endpoint.pin = m_offer.message.tlsPin;
    post("/v1/contracts", m_contract->bytes, openTimeout, wire::ContractAccepted::maxBytes,
         [this, number](const base::Result<net::HttpResponse>& response) {
             if (!response)
                 return tryEndpoint(number + 1, response.error());
             const auto accepted = wire::openAnswer<wire::ContractAccepted>(response->status, *response->body, m_parts.network,
                                                                            m_offer.message.seeder, m_contract->payload);
             if (accepted)
                 return proposed(accepted->message);
             m_busy = false;
             std::exchange(m_opened, nullptr)(tl::unexpected(accepted.error()));
         });
}

void Channel::proposed(const wire::ContractAccepted& accepted)
{
    m_busy = false;
    const auto lie = [this](const char* what) {
        std::exchange(m_opened, nullptr)(base::fail(ErrorCode::WrongData, std::string("the seeder's answer is not right: ") + what));
    };
    const auto both = wire::open<wire::Contract>(accepted.contract, m_parts.network, {wire::Role::Viewer, wire::Role::Seeder});
    if (!both || both->payload != m_contract->payload)
        return lie("it has not signed the contract that was proposed");
    const auto opened = wire::openAnswer<wire::ContractAnswer>(200, accepted.opened, m_parts.network,
                                                               m_contract->message.tracker, m_contract->payload);
    if (!opened || opened->message.contract != m_receipt.contract || opened->message.state != wire::ContractState::Open ||
        opened->message.reserved != m_contract->message.maxAmount)
        return lie("the tracker has not opened the contract");
    qCInfo(logViewer) << "contract" << base::toHex(m_receipt.contract).substr(0, 8).c_str() << "open, up to"
                      << m_contract->message.maxAmount.value() << "micro-tokens";
    // The first receipt reports nothing: it proves our key and opens the tap.
    m_signedReceipt = wire::sign(m_receipt, m_parts.key);
    std::exchange(m_opened, nullptr)({});
}

// ---- fetching ----

void Channel::fetch(SegmentIndex index, Fetched fetched)
{
    Q_ASSERT(!m_busy && m_signedReceipt);
    m_busy = true;
    m_fetched = std::move(fetched);
    const auto due = wire::amountDue(m_receipt.bytes + m_stream.segment(index).bytes, m_contract->message.pricePerMiB);
    if (!due || *due > m_contract->message.maxAmount) {
        m_timer = m_parts.executor.after(0ms, [this] {
            deliver(base::fail(ErrorCode::PaymentRequired, "the cap that was agreed to is reached"));
        });
        return;
    }
    request(index, 1);
}

void Channel::request(SegmentIndex index, int attempt)
{
    const std::string target = "/v1/contracts/" + base::toHex(m_receipt.contract) + "/segments/" + std::to_string(index.value());
    // The segment, or a signed refusal, which is small.
    const std::int64_t maxBody = std::max<std::int64_t>(m_stream.segment(index).bytes.value(), wire::Problem::maxBytes);
    post(target, m_signedReceipt->bytes, segmentTimeout, maxBody, [this, index, attempt](const base::Result<net::HttpResponse>& response) {
        if (response && response->status == 200)
            return received(index, response->body);
        const bool mayPass = !response || response->status == 503;
        if (mayPass && attempt < attempts) {
            m_timer = m_parts.executor.after(betweenAttempts * attempt, [this, index, attempt] { request(index, attempt + 1); });
            return;
        }
        if (!response)
            return deliver(tl::unexpected(response.error()));
        const auto refusal = wire::openAnswer<wire::ReceiptAccepted>(response->status, *response->body, m_parts.network,
                                                                     m_offer.message.seeder, m_signedReceipt->payload);
        deliver(tl::unexpected(refusal ? base::Error{ErrorCode::WrongData, "the seeder answered without the segment"} : refusal.error()));
    });
}

void Channel::received(SegmentIndex index, const net::Body& body)
{
    const wire::SegmentRef& expected = m_stream.segment(index);
    if (static_cast<std::int64_t>(body->size()) != expected.bytes.value())
        return deliver(base::fail(ErrorCode::WrongData, "the seeder sent a segment of the wrong size"));
    m_storing = true;
    m_parts.disk.post([this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, &store = m_parts.store, index, body, hash = expected.sha256] {
        const auto put = store.put(hash, *body); // checks the hash before anything else
        executor.post([this, alive, index, body, put] {
            if (!alive.lock())
                return;
            m_storing = false;
            if (put)
                stored(index, body);
            else if (put.error().code == ErrorCode::WrongData)
                deliver(base::fail(ErrorCode::WrongData, "the seeder sent other bytes than the film's"));
            else
                deliver(tl::unexpected(put.error()));
            if (m_finishLater)
                std::exchange(m_finishLater, nullptr)();
        });
    });
}

void Channel::stored(SegmentIndex index, const net::Body& body)
{
    wire::Receipt next = m_receipt;
    ++next.seq;
    next.segments.insert(index);
    next.bytes += m_stream.segment(index).bytes;
    const auto due = wire::amountDue(next.bytes, m_contract->message.pricePerMiB);
    if (!due || next.segments.ranges().size() > wire::SegmentRanges::maxRanges)
        return deliver(base::fail(ErrorCode::Gone, "this contract can't hold more segments"));
    next.amount = *due;
    const auto receipt = wire::sign(next, m_parts.key);
    m_receipt = next;
    m_signedReceipt = receipt;
    // Durable before it leaves, and before the player has the segment: after a crash we never sign lower.
    m_parts.book.addReceipt(next.contract, receipt.bytes, std::nullopt,
                            [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, body](const auto& written) {
                                executor.post([this, alive, body, written] {
                                    if (!alive.lock())
                                        return;
                                    if (written)
                                        deliver(body);
                                    else
                                        deliver(tl::unexpected(written.error()));
                                });
                            });
}

void Channel::deliver(base::Result<net::Body> result)
{
    m_timer = 0;
    if (!m_fetched)
        return; // finish() came meanwhile
    m_busy = false;
    std::exchange(m_fetched, nullptr)(std::move(result));
}

// ---- closing ----

void Channel::finish(const std::string& reason, Settled settled)
{
    m_parts.http.cancel(std::exchange(m_request, 0));
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    m_opened = nullptr;
    m_fetched = nullptr;
    m_busy = true;
    if (!m_contract || m_finishLater)
        return;
    if (m_storing) // a segment that is here is receipted
        m_finishLater = [this, reason, settled = std::move(settled)] { close(reason, settled); };
    else
        close(reason, std::move(settled));
}

void Channel::close(const std::string& reason, Settled settled)
{
    if (!std::exchange(m_isOpen, false))
        return reportNeverOpened(std::move(settled));
    if (!m_signedReceipt) // the seeder never accepted, or its answer was lost
        return m_parts.closer.close(*m_contract, std::nullopt, std::move(settled));
    ++m_receipt.seq;
    m_receipt.final = true;
    m_receipt.reason = reason.substr(0, 200);
    m_signedReceipt = wire::sign(m_receipt, m_parts.key);
    m_parts.book.addReceipt(m_receipt.contract, m_signedReceipt->bytes, std::nullopt,
                            [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, settled = std::move(settled)](const auto& written) {
                                executor.post([this, alive, settled, isDurable = written.has_value()] {
                                    if (alive.lock())
                                        sendFinal(isDurable, settled);
                                });
                            });
}

void Channel::reportNeverOpened(Settled settled)
{
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive), settled = std::move(settled)] {
        if (!alive.lock())
            return;
        wire::ContractAnswer nothing;
        nothing.contract = m_receipt.contract;
        nothing.state = wire::ContractState::Closed;
        m_parts.closer.settledElsewhere(m_contract->message, nothing);
        settled(nothing);
    });
}

void Channel::sendFinal(bool isDurable, const Settled& settled)
{
    const auto byTracker = [this, settled] { m_parts.closer.close(*m_contract, m_signedReceipt, settled); };
    if (!isDurable)
        return byTracker(); // the tracker's disk keeps it
    post("/v1/contracts/" + base::toHex(m_receipt.contract) + "/receipts", m_signedReceipt->bytes, finalTimeout,
         wire::ReceiptAccepted::maxBytes, [this, settled, byTracker](const base::Result<net::HttpResponse>& response) {
             const auto answer = response ? settlementIn(*response) : std::nullopt;
             if (!answer)
                 return byTracker();
             m_parts.closer.settledElsewhere(m_contract->message, *answer);
             settled(*answer);
         });
}

/// The tracker's word that the contract is settled, as the seeder hands it on.
std::optional<wire::ContractAnswer> Channel::settlementIn(const net::HttpResponse& response) const
{
    const auto accepted = wire::openAnswer<wire::ReceiptAccepted>(response.status, *response.body, m_parts.network,
                                                                  m_offer.message.seeder, m_signedReceipt->payload);
    if (!accepted || !accepted->message.closed)
        return std::nullopt;
    const auto closed = wire::open<wire::ContractAnswer>(*accepted->message.closed, m_parts.network, {wire::Role::Node});
    const bool isRight = closed && closed->message.node == m_contract->message.tracker &&
                         closed->message.contract == m_receipt.contract && closed->message.state == wire::ContractState::Closed;
    return isRight ? std::optional(closed->message) : std::nullopt;
}

} // namespace mutoscope::viewer
