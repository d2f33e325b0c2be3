#include "p2p/viewer/relay_payer.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/net/endpoint.h"
#include "p2p/viewer/proposal.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::Tokens;

namespace
{

constexpr std::int64_t unitsOfContract = 256; ///< the most that one contract reserves tokens for
constexpr auto lookInterval = 200ms;          ///< at 100 Mbit/s that is two units and a half
constexpr auto idleTime = 20s;                ///< nothing is carried: the rest of the cap is freed
constexpr auto bringAfter = 5s;               ///< a receipt that no request takes along
constexpr auto requestTimeout = 10s;
constexpr auto finalTimeout = 4s;
constexpr auto proposeAgain = 30s;            ///< after one that went wrong
constexpr int mostFailures = 3;
constexpr std::int64_t msOfDay = 24 * 60 * 60 * 1000;
constexpr std::size_t maxFile = 1024;

struct File {
    std::int64_t day = 0;
    Tokens spent;

    template <class F>
    void fields(F& f)
    {
        f("day", day);
        f("spent", spent);
    }
};

} // namespace

RelayPayer::RelayPayer(Parts parts) : m_parts(std::move(parts))
{
    const auto text = base::readFile(m_parts.file, maxFile);
    const auto file = text ? wire::decodeFields<File>(*text, {.maxBytes = maxFile, .maxDepth = 2, .maxValues = 8}) : tl::unexpected(text.error());
    if (file) {
        m_day = file->day;
        m_spent = file->spent;
    } else if (file.error().code != ErrorCode::NotFound) {
        qCWarning(logViewer) << m_parts.file.c_str() << "can't be read, what relays have cost today is counted anew:" << file.error().message.c_str();
    }
}

RelayPayer::~RelayPayer()
{
    m_parts.executor.cancel(m_timer);
    m_parts.http.cancel(m_request);
    if (m_deal)
        m_parts.closer.close(m_deal->contract, m_deal->receipt, [](const auto&) {});
}

RelayPayer::Status RelayPayer::status() const
{
    Status status{.price = m_offer ? std::optional(m_offer->message.pricePerMiB) : std::nullopt,
                  .buying = m_deal && m_deal->tab,
                  .bytes = m_bytes,
                  .paid = m_paid,
                  .problem = m_problem};
    if (m_deal && m_deal->tab) {
        status.bytes += m_deal->tab->receipt().bytes;
        status.paid += m_deal->tab->receipt().amount;
    }
    return status;
}

void RelayPayer::setProblem(std::string problem)
{
    if (m_problem == problem)
        return;
    m_problem = std::move(problem);
    m_parts.changed();
}

void RelayPayer::setLimits(const Limits& limits)
{
    if (m_limits == limits)
        return;
    m_limits = limits;
    m_notBefore = {};
    if (m_deal && m_deal->contract.message.pricePerMiB > limits.pricePerMiB)
        return finish("the relay is not to be paid so much any more");
    setProblem({});
}

void RelayPayer::setTerms(const std::optional<std::string>& offer)
{
    const auto before = status();
    if (!offer) {
        m_offer.reset();
        m_problem.clear();
    } else if (auto accepted = discovery::acceptOffer(*offer, wire::relayedContent(), discovery::offerRules(m_parts.tracker, m_parts.network))) {
        m_offer = std::move(*accepted);
    } else {
        m_offer.reset();
        qCWarning(logViewer) << "the relay's offer can't be used:" << accepted.error().message.c_str();
    }
    if (m_deal && m_offer && m_offer->message.seeder != m_deal->contract.message.seeder)
        finish("another relay is used");
    if (status() != before)
        m_parts.changed();
}

// ---- the day's limit ----

Tokens RelayPayer::spentToday() const
{
    return m_day == m_parts.clock.now().value() / msOfDay ? m_spent : Tokens();
}

/// Durable when it returns. A negative amount gives back what was not spent after all.
base::Result<void> RelayPayer::book(Tokens amount)
{
    const Tokens spent = std::max(Tokens(), spentToday() + amount);
    const std::int64_t day = m_parts.clock.now().value() / msOfDay;
    if (const auto written = base::writeFileDurably(m_parts.file, wire::encodeFields(File{day, spent})); !written)
        return written;
    m_day = day;
    m_spent = spent;
    return {};
}

/// The cap of a contract.
base::Result<Tokens> RelayPayer::affordable(Tokens price)
{
    if (price > Tokens() && m_limits.pricePerMiB == Tokens())
        return base::fail(ErrorCode::Unacceptable, "the relay asks " + wire::inWords(price) + " for each MiB, and only free ones are to be used");
    if (price > m_limits.pricePerMiB)
        return base::fail(ErrorCode::Unacceptable,
                          "the relay asks " + wire::inWords(price) + " for each MiB, and " + wire::inWords(m_limits.pricePerMiB) + " is the most that is to be paid");
    const Tokens left = m_limits.perDay - spentToday();
    if (left < price)
        return base::fail(ErrorCode::PaymentRequired, "relays may cost " + wire::inWords(m_limits.perDay) + " in a day, and today they have");
    const auto& spend = m_parts.wallet.accounts().spend;
    if (!spend || !m_parts.wallet.accounts().spendAddress)
        return base::fail(ErrorCode::Unavailable, "the wallet tracker does not say what is on the spend address");
    if (*spend < price)
        return base::fail(ErrorCode::PaymentRequired, "there is too little on the spend address to pay the relay; top it up");
    return std::min({left, *spend, Tokens(price.value() * unitsOfContract)});
}

// ---- opening ----

void RelayPayer::due()
{
    if (m_stopped)
        return;
    if (m_deal) {
        m_due = m_deal->closing.has_value();
        return;
    }
    openContract();
}

void RelayPayer::openContract()
{
    m_due = false;
    if (!m_offer || m_parts.clock.monotonic() < m_notBefore)
        return;
    const wire::Offer& offer = m_offer->message;
    const auto cap = affordable(offer.pricePerMiB);
    if (!cap) {
        setProblem(cap.error().message);
        if (cap.error().code == ErrorCode::Unacceptable)
            m_parts.unwilling();
        return;
    }
    if (const auto booked = book(*cap); !booked)
        return setProblem(booked.error().message);
    wire::Contract contract = draftContract(offer, m_parts.tracker, m_parts.network);
    contract.viewer = m_parts.key.publicKey();
    contract.spendAddress = *m_parts.wallet.accounts().spendAddress;
    contract.maxAmount = *cap;
    contract.nonce = m_parts.random.make<base::Nonce>();
    m_deal = std::make_shared<Deal>(Deal{.offer = *m_offer, .contract = wire::sign(std::move(contract), m_parts.key)});
    // Durable before the relay has it: with its signature the tracker locks our tokens.
    m_parts.book.addContract(wire::contractId(m_deal->contract), m_deal->contract.bytes,
                             [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor](const auto& written) {
                                 executor.post([this, alive, written] {
                                     if (!alive.lock() || !m_deal)
                                         return;
                                     if (!written)
                                         return failed(written.error());
                                     propose(0, {ErrorCode::Network, "the relay's offer names no address"});
                                 });
                             });
}

void RelayPayer::propose(std::size_t number, const base::Error& last)
{
    const auto& endpoints = m_deal->offer.message.endpoints;
    if (m_deal->closing || number >= endpoints.size())
        return failed(last);
    auto endpoint = net::parseEndpoint("https://" + endpoints[number]);
    if (!endpoint || endpoint->relayed) // where it relays, not where it is paid
        return propose(number + 1, last);
    endpoint->pin = m_deal->offer.message.tlsPin;
    m_deal->endpoint = std::move(*endpoint);
    net::HttpRequest request{.method = "POST", .target = "/v1/contracts", .body = m_deal->contract.bytes, .peer = {}};
    m_request = m_parts.http.send(m_deal->endpoint, std::move(request), {.timeout = requestTimeout, .maxBody = wire::ContractAccepted::maxBytes},
                                  [this, number](const base::Result<net::HttpResponse>& response) {
                                      m_request = 0;
                                      if (!response)
                                          return propose(number + 1, response.error());
                                      if (const auto accepted = checkAccepted(*response, m_deal->contract); !accepted)
                                          return failed(accepted.error());
                                      opened();
                                  });
}

void RelayPayer::opened()
{
    Deal& deal = *m_deal;
    qCInfo(logViewer) << "contract" << base::shortHex(wire::contractId(deal.contract)).c_str() << "with the relay open, up to"
                      << deal.contract.message.maxAmount.value() << "micro-tokens";
    deal.carried = m_parts.carried();
    deal.carriedAt = m_parts.clock.monotonic();
    deal.tab.emplace(wire::contractId(deal.contract), deal.contract.message, deal.carried);
    deal.receipt = wire::sign(deal.tab->receipt(), m_parts.key);
    setProblem({});
    m_parts.changed();
    if (deal.closing)
        return sendFinal();
    look();
}

/// Before the contract was open, or as it can't be used any more.
void RelayPayer::failed(const base::Error& error)
{
    m_notBefore = m_parts.clock.monotonic() + proposeAgain;
    leaveToCloser();
    setProblem("the relay can't be paid: " + error.message);
}

// ---- while it is open ----

void RelayPayer::lookLater()
{
    m_parts.executor.cancel(m_timer);
    m_timer = m_parts.executor.after(lookInterval, [this] {
        m_timer = 0;
        look();
    });
}

void RelayPayer::look()
{
    Deal& deal = *m_deal;
    const auto now = m_parts.clock.monotonic();
    if (const auto carried = m_parts.carried(); carried != deal.carried) {
        deal.carried = carried;
        deal.carriedAt = now;
    }
    takeReceipt();
    if (m_deal->tab->isUsedUp())
        return finish("the cap is reached");
    if (now - deal.carriedAt >= idleTime)
        return finish("nothing is relayed any more");
    ask();
    if (m_request == 0 && deal.receipt->message.seq > deal.broughtSeq && now - deal.broughtAt >= bringAfter)
        bring();
    lookLater();
}

/// For what was carried meanwhile: durable before it is sent.
void RelayPayer::takeReceipt()
{
    const auto next = m_deal->writing ? std::nullopt : m_deal->tab->receiptFor(m_deal->carried);
    if (!next)
        return;
    makeDurable(*next, [this](const base::Result<void>& written) {
        if (m_deal->closing)
            return sendFinal();
        if (!written)
            return finish(written.error().message);
        m_parts.changed();
        ask();
    });
}

void RelayPayer::makeDurable(const wire::Receipt& receipt, std::function<void(base::Result<void>)> then)
{
    m_deal->writing = true;
    auto signedReceipt = wire::sign(receipt, m_parts.key);
    m_parts.book.addReceipt(receipt.contract, signedReceipt.bytes, std::nullopt,
                            [this, alive = std::weak_ptr(m_alive), &executor = m_parts.executor, deal = m_deal, signedReceipt, then = std::move(then)](const auto& written) {
                                executor.post([this, alive, deal, signedReceipt, written, then] {
                                    if (!alive.lock() || deal != m_deal)
                                        return;
                                    deal->writing = false;
                                    if (written) {
                                        deal->tab->receipted(signedReceipt.message);
                                        deal->receipt = signedReceipt;
                                    }
                                    then(written);
                                });
                            });
}

void RelayPayer::post(const std::string& rest, std::chrono::milliseconds timeout, net::HttpClient::Callback callback)
{
    net::HttpRequest request{.method = "POST",
                             .target = "/v1/contracts/" + base::toHex(wire::contractId(m_deal->contract)) + rest,
                             .body = m_deal->receipt->bytes,
                             .peer = {}};
    m_request = m_parts.http.send(m_deal->endpoint, std::move(request), {.timeout = timeout, .maxBody = wire::ReceiptAccepted::maxBytes}, std::move(callback));
}

/// One unit after the other, as they are to come in order.
void RelayPayer::ask()
{
    const auto unit = m_request == 0 && !m_deal->closing ? m_deal->tab->nextUnit() : std::nullopt;
    if (!unit)
        return;
    post("/segments/" + std::to_string(unit->value()), requestTimeout,
         [this, seq = m_deal->receipt->message.seq, payload = m_deal->receipt->payload](const base::Result<net::HttpResponse>& response) {
             m_request = 0;
             if (m_deal->closing)
                 return;
             if (response && response->status == 200) {
                 m_deal->failures = 0;
                 m_deal->tab->bought();
                 m_deal->broughtSeq = std::max(m_deal->broughtSeq, seq);
                 m_deal->broughtAt = m_parts.clock.monotonic();
                 return ask();
             }
             const bool mayPass = !response || response->status == 503;
             if (mayPass && ++m_deal->failures < mostFailures)
                 return; // at the next look
             base::Error error = response ? base::Error{ErrorCode::WrongData, "it does not answer as it must"} : response.error();
             if (response) {
                 if (const auto refusal = wire::openAnswer<wire::ReceiptAccepted>(response->status, *response->body, m_parts.network,
                                                                                  m_deal->contract.message.seeder, payload);
                     !refusal)
                     error = refusal.error();
             }
             m_notBefore = m_parts.clock.monotonic() + proposeAgain;
             finish("the relay sells no more: " + error.message);
         });
}

/// The credit is used up or the cap reached, and the relay waits for its receipt.
void RelayPayer::bring()
{
    post("/receipts", requestTimeout, [this, seq = m_deal->receipt->message.seq](const base::Result<net::HttpResponse>& response) {
        m_request = 0;
        m_deal->broughtAt = m_parts.clock.monotonic();
        if (response && response->status == 200)
            m_deal->broughtSeq = std::max(m_deal->broughtSeq, seq);
    });
}

// ---- closing ----

void RelayPayer::stop()
{
    m_stopped = true;
    if (m_deal)
        finish("the node stops");
}

void RelayPayer::finish(const std::string& reason)
{
    if (!m_deal || m_deal->closing)
        return;
    m_deal->closing = reason;
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    if (!m_deal->tab || m_deal->writing)
        return; // the proposal's answer, or the receipt, is awaited
    m_parts.http.cancel(std::exchange(m_request, 0));
    sendFinal();
}

void RelayPayer::sendFinal()
{
    m_parts.http.cancel(std::exchange(m_request, 0));
    makeDurable(m_deal->tab->finalReceipt(m_parts.carried(), *m_deal->closing), [this](const base::Result<void>& written) {
        if (!written) // our disk fails: the tracker's keeps the newest that ours has
            return leaveToCloser();
        post("/receipts", finalTimeout, [this](const base::Result<net::HttpResponse>& response) {
            m_request = 0;
            const auto answer = response ? settlementIn(*response, m_deal->contract, m_deal->receipt->payload) : std::nullopt;
            if (!answer)
                return leaveToCloser();
            const DealPtr deal = std::exchange(m_deal, nullptr);
            m_parts.closer.settledElsewhere(deal->contract.message, *answer);
            settled(deal->contract.message, *answer);
        });
    });
}

void RelayPayer::leaveToCloser()
{
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    const DealPtr deal = std::exchange(m_deal, nullptr);
    m_parts.closer.close(deal->contract, deal->receipt, [this, alive = std::weak_ptr(m_alive), deal](const wire::ContractAnswer& answer) {
        if (alive.lock())
            settled(deal->contract.message, answer);
    });
    m_parts.changed();
}

void RelayPayer::settled(const wire::Contract& contract, const wire::ContractAnswer& answer)
{
    m_bytes += answer.bytes;
    m_paid += answer.paid;
    if (const auto booked = book(answer.paid - contract.maxAmount); !booked) // then the day is over sooner
        qCWarning(logViewer) << booked.error().message.c_str();
    m_parts.wallet.refresh();
    m_parts.changed();
    if (!m_deal && m_due && !m_stopped)
        openContract();
}

} // namespace mutoscope::viewer
