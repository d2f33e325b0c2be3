#include "p2p/tracker/service.h"

#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "p2p/base/log.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::tracker
{

using base::ErrorCode;
using base::fail;
using base::Result;
using ledger::AccountKind;
using ledger::Ledger;
using wire::Role;

namespace
{

/// Bytes of the rows in an answer, so that base64url (4/3) and the envelope stay within the answer's maxBytes.
constexpr std::size_t maxHistoryBytes = 180'000;
constexpr std::size_t maxOffersBytes = 380'000;
constexpr std::string_view probeReachTarget = "/v1/probeReach";

net::HttpResponse plain(int status)
{
    return {.status = status, .contentType = "text/plain"};
}

wire::AddressKind onTheWire(AccountKind kind)
{
    return kind == AccountKind::Income ? wire::AddressKind::Income : wire::AddressKind::Spend;
}

wire::ContractAnswer answerFrom(const ledger::ContractRecord& record)
{
    wire::ContractAnswer answer;
    answer.contract = record.id;
    answer.state = record.state;
    answer.reserved = record.cap;
    answer.bytes = record.best ? record.best->bytes : base::ByteCount();
    answer.paid = record.paid;
    answer.returned = record.returned;
    answer.opened = record.opened;
    answer.settles = record.settles;
    answer.closed = record.closed;
    answer.promise = record.promise;
    return answer;
}

Result<wire::ContractAnswer> answerFrom(const Result<ledger::ContractRecord>& record)
{
    if (!record)
        return tl::unexpected(record.error());
    return answerFrom(*record);
}

/// Whether a repetition gets these bytes again.
bool isKept(const wire::Answer&)
{
    return true;
}

bool isKept(const wire::ContractAnswer& answer)
{
    return answer.state != wire::ContractState::Closing;
}

/// Where another tracker rules, and something of the contract waits for its word.
bool waitsForPromise(const ledger::ContractRecord& record)
{
    return record.payingTracker && !record.promise && record.state != wire::ContractState::Closed;
}

bool waitsForSettling(const ledger::ContractRecord& record)
{
    return record.payingTracker && record.state == wire::ContractState::Closing;
}

/// Our own trouble, not the sender's: the job is taken back, and what exactly it was is nobody's business outside.
bool isFailure(const base::Error& error)
{
    return error.code == ErrorCode::Io || error.code == ErrorCode::Internal;
}

} // namespace

Service::Service(Config config, const crypto::NodeKey& key, ledger::GroupCommitter& committer, const base::Clock& clock)
    : m_config(std::move(config)), m_name(m_config.name), m_key(key), m_committer(committer), m_clock(clock),
      m_addressLimit(m_config.addressRequestsPerMinute, m_config.addressRequestsPerMinute),
      m_searchLimit(m_config.searchesPerMinute, m_config.searchesPerMinute)
{
}

void Service::setName(std::string name)
{
    const std::lock_guard lock(m_nameMutex);
    m_name = std::move(name);
}

void Service::drop(const Respond& respond, const base::Error& error)
{
    qCDebug(logTracker, "dropped a message: %s", error.message.c_str());
    respond(plain(error.code == ErrorCode::TooLarge ? 413 : 400));
}

Service::Handler Service::handlerOf(std::string_view target)
{
    static constexpr std::array methods{
        std::pair{std::string_view("handshake"), &Service::handshake},
        std::pair{std::string_view("getIncomeAddress"), &Service::getIncomeAddress},
        std::pair{std::string_view("getSpendAddress"), &Service::getSpendAddress},
        std::pair{std::string_view("transfer"), &Service::transfer},
        std::pair{std::string_view("getBalance"), &Service::getBalance},
        std::pair{std::string_view("getHistory"), &Service::getHistory},
        std::pair{std::string_view("getContract"), &Service::getContract},
        std::pair{std::string_view("getPapers"), &Service::getPapers},
        std::pair{std::string_view("openContract"), &Service::openContract},
        std::pair{std::string_view("closeContract"), &Service::closeContract},
        std::pair{std::string_view("closeIncomeAddress"), &Service::closeIncomeAddress},
        std::pair{std::string_view("closeSpendAddress"), &Service::closeSpendAddress},
        std::pair{std::string_view("getPeer"), &Service::getPeer},
        std::pair{std::string_view("settle"), &Service::settle},
        std::pair{std::string_view("announce"), &Service::announce},
        std::pair{std::string_view("findSeeders"), &Service::findSeeders},
        std::pair{std::string_view("describe"), &Service::describe},
        std::pair{std::string_view("search"), &Service::search},
        std::pair{std::string_view("getReserves"), &Service::getReserves},
    };
    constexpr std::string_view prefix = "/v1/";
    if (target.starts_with(prefix)) {
        for (const auto& [name, handler] : methods) {
            if (target.substr(prefix.size()) == name)
                return handler;
        }
    }
    return nullptr;
}

bool Service::knows(std::string_view target)
{
    return handlerOf(target) != nullptr || target == probeReachTarget;
}

void Service::handle(net::HttpRequest request, Respond respond)
{
    if (!knows(request.target))
        return respond(plain(404));
    if (request.method != "POST")
        return respond(plain(405));
    if (request.target == probeReachTarget)
        return probeReach(request, std::move(respond));
    const Handler handler = handlerOf(request.target);
    const bool isIncome = handler == &Service::getIncomeAddress;
    if ((isIncome || handler == &Service::getSpendAddress) && !m_addressLimit.take(request.peer, m_clock.monotonic()))
        return isIncome ? slowDown<wire::GetIncomeAddress>(request.body, std::move(respond), "addresses are asked for")
                        : slowDown<wire::GetSpendAddress>(request.body, std::move(respond), "addresses are asked for");
    if (handler == &Service::search && !m_searchLimit.take(request.peer, m_clock.monotonic()))
        return slowDown<wire::Search>(request.body, std::move(respond), "searches are made");
    (this->*handler)(request.body, std::move(respond));
}

template <class M>
void Service::slowDown(const std::string& body, Respond respond, const char* what)
{
    const auto message = openRequest<M>(body, respond);
    if (!message)
        return;
    Reply refusal = refuse({ErrorCode::TooMany, std::string("too many ") + what + " from your network; try again in a minute"}, message->payload);
    respond({.status = refusal.status, .body = std::make_shared<const std::string>(std::move(refusal.body))});
}

// ---- what all methods share ----

Result<void> Service::checkTime(base::UnixMs time) const
{
    const base::UnixMs now = m_clock.now();
    const std::int64_t skew = time.value() - now.value();
    if (skew >= -m_config.maxSkew.count() && skew <= m_config.maxSkew.count())
        return {};
    return fail(ErrorCode::Unacceptable, "the request's time, " + std::to_string(time.value()) +
                                             " ms since 1970, is too far from the tracker's, which is " +
                                             std::to_string(now.value()) + ": set the clock, then ask again");
}

Service::Reply Service::refuse(const base::Error& error, const base::Sha256& request) const
{
    return {base::httpStatus(error.code), wire::refusal(error, request, m_config.network, m_key, m_clock.now()).bytes};
}

template <class A>
Result<Service::Reply> Service::replyWith(const Result<A>& result, const base::Sha256& request) const
{
    if (result)
        return Reply{200, signAnswer(*result, request)};
    if (isFailure(result.error()))
        return tl::unexpected(result.error());
    return refuse(result.error(), request);
}

void Service::submit(const base::Sha256& request, Respond respond, std::function<Result<Reply>(Ledger&)> work)
{
    const auto send = [](const Respond& to, Reply reply) {
        to({.status = reply.status, .body = std::make_shared<const std::string>(std::move(reply.body))});
    };
    const auto reply = std::make_shared<Reply>();
    const auto submitted = m_committer.submit(
        [reply, work = std::move(work)](Ledger& ledger) -> Result<void> {
            auto done = work(ledger);
            if (!done)
                return tl::unexpected(done.error());
            *reply = std::move(*done);
            return {};
        },
        [this, reply, request, respond, send](const Result<void>& outcome) {
            if (outcome)
                return send(respond, std::move(*reply));
            // A database elsewhere may have committed and been cut off before it could say so.
            const char* const what = outcome.error().code == ErrorCode::Unavailable
                                         ? "the tracker cannot write its ledger now; send the same request again to learn whether it was done"
                                         : "the tracker cannot write its ledger now; nothing was done";
            send(respond, refuse({ErrorCode::Unavailable, what}, request));
        });
    if (!submitted)
        send(respond, refuse(submitted.error(), request));
}

template <class M, class Work>
void Service::query(wire::Signed<M> message, Respond respond, Work work)
{
    if constexpr (std::is_base_of_v<wire::Request, M>) {
        if (const auto timely = checkTime(message.message.time); !timely) {
            Reply refusal = refuse(timely.error(), message.payload);
            return respond({.status = refusal.status, .body = std::make_shared<const std::string>(std::move(refusal.body))});
        }
    }
    const base::Sha256 request = message.payload;
    submit(request, std::move(respond), [this, message = std::move(message), work](Ledger& ledger) {
        return replyWith(work(ledger, message), message.payload);
    });
}

template <class M, class Work>
void Service::change(wire::Signed<M> message, const ledger::RequestKey& key, Respond respond, Work work)
{
    const base::Sha256 request = message.payload;
    submit(request, std::move(respond),
           [this, message = std::move(message), key, work](Ledger& ledger) -> Result<Reply> {
               const auto document = ledger::documentOf(message);
               // Before its time is looked at: who asks late what became of a request must learn it.
               auto stored = ledger.storedAnswer(key, document);
               if (!stored)
                   return refuse(stored.error(), message.payload);
               if (*stored)
                   return Reply{(*stored)->status, std::move((*stored)->answer)};
               // What was settled stays so, however long the other tracker could not tell it.
               if constexpr (std::is_base_of_v<wire::Request, M> && !std::is_same_v<M, wire::Settle>) {
                   if (const auto timely = checkTime(message.message.time); !timely)
                       return refuse(timely.error(), message.payload);
               }
               const auto result = work(ledger, message);
               auto reply = replyWith(result, message.payload);
               if (reply && result && isKept(*result))
                   ledger.storeAnswer(key, document, reply->status, reply->body);
               return reply;
           });
}

void Service::expect(base::UnixMs due)
{
    if (due.value() < m_nextDue)
        m_nextDue = due.value();
}

void Service::tick()
{
    const base::UnixMs now = m_clock.now();
    if (m_nextDue > now.value() || m_ticking.exchange(true))
        return;
    const auto submitted = m_committer.submit(
        [this, now](Ledger& ledger) -> Result<void> {
            const auto settled = ledger.settleDue(now);
            if (!settled)
                return tl::unexpected(settled.error());
            if (*settled > 0)
                qCInfo(logTracker, "contracts settled as their time was over: %lld", static_cast<long long>(*settled));
            if (auto expired = ledger.expireOffers(now); !expired)
                return expired;
            m_nextDue = ledger.nextDue().value_or(base::UnixMs(std::numeric_limits<std::int64_t>::max())).value();
            return {};
        },
        [this](const Result<void>& outcome) {
            if (!outcome)
                m_nextDue = 0; // look again at the next tick
            m_ticking = false;
        });
    if (!submitted)
        m_ticking = false;
}

// ---- addresses and tokens ----

void Service::handshake(const std::string& body, Respond respond)
{
    const auto message = openRequest<wire::Handshake>(body, respond);
    if (!message)
        return;
    // Whatever the sender's clock says: this is how it learns ours.
    wire::HandshakeAnswer answer;
    {
        const std::lock_guard lock(m_nameMutex);
        answer.name = m_name;
    }
    answer.tlsPin = m_config.tlsPin;
    respond({.body = std::make_shared<const std::string>(signAnswer(std::move(answer), message->payload))});
}

template <class M>
void Service::getAddress(AccountKind kind, const std::string& body, Respond respond)
{
    auto message = openRequest<M>(body, respond);
    if (!message)
        return;
    query(std::move(*message), std::move(respond),
          [kind](Ledger& ledger, const wire::Signed<M>& request) -> Result<wire::AddressAnswer> {
              const auto account = ledger.addressFor(kind, request.message.node, ledger::documentOf(request));
              if (!account)
                  return tl::unexpected(account.error());
              wire::AddressAnswer answer;
              answer.kind = onTheWire(kind);
              answer.owner = crypto::ordinaryAddress(request.message.node);
              answer.address = account->address;
              return answer;
          });
}

void Service::getIncomeAddress(const std::string& body, Respond respond)
{
    getAddress<wire::GetIncomeAddress>(AccountKind::Income, body, std::move(respond));
}

void Service::getSpendAddress(const std::string& body, Respond respond)
{
    getAddress<wire::GetSpendAddress>(AccountKind::Spend, body, std::move(respond));
}

void Service::transfer(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::Transfer>(body, respond);
    if (!message)
        return;
    const ledger::RequestKey key{message->message.node, message->message.nonce, message->payload};
    change(std::move(*message), key, std::move(respond),
           [](Ledger& ledger, const wire::Signed<wire::Transfer>& request) -> Result<wire::TransferAnswer> {
               const auto moved = ledger.transfer(request);
               if (!moved)
                   return tl::unexpected(moved.error());
               wire::TransferAnswer answer;
               answer.entry = moved->entry;
               answer.balance = moved->balance;
               return answer;
           });
}

void Service::getBalance(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::GetBalance>(body, respond);
    if (!message)
        return;
    query(std::move(*message), std::move(respond),
          [](Ledger& ledger, const wire::Signed<wire::GetBalance>& request) -> Result<wire::BalanceAnswer> {
              const auto balance = ledger.balance(request.message.node);
              if (!balance)
                  return tl::unexpected(balance.error());
              wire::BalanceAnswer answer;
              answer.ordinary = balance->ordinary;
              answer.locked = balance->locked;
              if (balance->spend) {
                  answer.spendAddress = balance->spend->address;
                  answer.spend = balance->spend->balance;
              }
              if (balance->income) {
                  answer.incomeAddress = balance->income->address;
                  answer.income = balance->income->balance;
              }
              return answer;
          });
}

void Service::getHistory(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::GetHistory>(body, respond);
    if (!message)
        return;
    query(std::move(*message), std::move(respond),
          [](Ledger& ledger, const wire::Signed<wire::GetHistory>& request) -> Result<wire::HistoryAnswer> {
              const std::int64_t limit = request.message.limit;
              if (limit < 1 || limit > wire::GetHistory::maxLimit)
                  return fail(ErrorCode::Unacceptable, "the limit must be within 1 and 200 entries");
              auto history = ledger.history(request.message.node, request.message.before, limit);
              if (!history)
                  return tl::unexpected(history.error());
              wire::HistoryAnswer answer;
              answer.more = history->more;
              std::size_t bytes = 0;
              for (wire::HistoryEntry& entry : history->entries) {
                  bytes += wire::encodeFields(entry).size() + 1;
                  if (bytes > maxHistoryBytes) { // the rows of one entry stay together
                      std::erase_if(answer.entries, [&](const auto& taken) { return taken.entry == entry.entry; });
                      answer.more = true;
                      break;
                  }
                  answer.entries.push_back(std::move(entry));
              }
              return answer;
          });
}

template <class M>
void Service::closeAddress(AccountKind kind, const std::string& body, Respond respond)
{
    auto message = openRequest<M>(body, respond);
    if (!message)
        return;
    const ledger::RequestKey key{message->message.node, message->message.nonce, message->payload};
    change(std::move(*message), key, std::move(respond),
           [kind](Ledger& ledger, const wire::Signed<M>& request) -> Result<wire::AddressClosedAnswer> {
               const auto moved = ledger.closeAddress(kind, request.message.address, request.message.node,
                                                      ledger::documentOf(request));
               if (!moved)
                   return tl::unexpected(moved.error());
               wire::AddressClosedAnswer answer;
               answer.address = request.message.address;
               answer.moved = *moved;
               return answer;
           });
}

void Service::closeIncomeAddress(const std::string& body, Respond respond)
{
    closeAddress<wire::CloseIncomeAddress>(AccountKind::Income, body, std::move(respond));
}

void Service::closeSpendAddress(const std::string& body, Respond respond)
{
    closeAddress<wire::CloseSpendAddress>(AccountKind::Spend, body, std::move(respond));
}

// ---- other trackers ----

void Service::getPeer(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::GetPeer>(body, respond);
    if (!message)
        return;
    query(std::move(*message), std::move(respond),
          [](Ledger& ledger, const wire::Signed<wire::GetPeer>& request) -> Result<wire::PeerAnswer> {
              const auto peer = ledger.peer(request.message.peer);
              if (!peer)
                  return tl::unexpected(peer.error());
              wire::PeerAnswer answer;
              answer.peer = peer->tracker;
              answer.accepted = peer->accepted;
              if (request.message.node == peer->tracker) {
                  answer.limit = peer->limit;
                  answer.owed = peer->owed;
                  answer.reserved = peer->reserved;
                  answer.owing = peer->owing;
              }
              return answer;
          });
}

void Service::settle(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::Settle>(body, respond);
    if (!message)
        return;
    const ledger::RequestKey key{message->message.node, message->message.nonce, message->payload};
    change(std::move(*message), key, std::move(respond),
           [](Ledger& ledger, const wire::Signed<wire::Settle>& request) -> Result<wire::SettleAnswer> {
               const auto moved = ledger.settleDebt(request);
               if (!moved)
                   return tl::unexpected(moved.error());
               wire::SettleAnswer answer;
               answer.entry = moved->entry;
               answer.owing = moved->balance;
               return answer;
           });
}

// ---- contracts ----

namespace
{

/// Where the contract stands, for those whom it concerns.
template <class Question>
Result<ledger::ContractRecord> contractFor(Ledger& ledger, const Question& question)
{
    auto record = ledger.contract(question.contract);
    const base::PublicKey& node = question.node;
    if (record && node != record->seeder && node != record->viewer && node != record->incomeTracker)
        return fail(ErrorCode::Forbidden, "only the contract's viewer and seeder may ask about it");
    if (record && record->payingTracker && !record->promise && record->state == wire::ContractState::Closed)
        return fail(ErrorCode::NotFound, "the contract was never open: the tracker where the viewer pays from has refused it");
    return record;
}

} // namespace

void Service::getContract(const std::string& body, Respond respond)
{
    const auto message = openRequest<wire::GetContract>(body, respond);
    if (!message)
        return;
    const auto follow = std::make_shared<std::optional<ledger::ContractRecord>>();
    const auto afterwards = [this, message = *message, follow, respond](net::HttpResponse response) {
        if (!*follow)
            return respond(std::move(response));
        m_follow(**follow, {}, [this, message, respond](const Result<wire::ContractAnswer>& word) {
            answerWhereItStands(message, word, respond);
        });
    };
    query(*message, afterwards,
          [this, follow](Ledger& ledger, const wire::Signed<wire::GetContract>& request) -> Result<wire::ContractAnswer> {
              follow->reset();
              const auto record = contractFor(ledger, request.message);
              if (record && m_follow && record->payingTracker && record->state != wire::ContractState::Closed)
                  *follow = *record;
              return answerFrom(record);
          });
}

void Service::getPapers(const std::string& body, Respond respond)
{
    const auto message = openRequest<wire::GetPapers>(body, respond);
    if (!message)
        return;
    query(*message, std::move(respond), [](Ledger& ledger, const wire::Signed<wire::GetPapers>& request) -> Result<wire::PapersAnswer> {
        const auto record = contractFor(ledger, request.message);
        if (!record)
            return tl::unexpected(record.error());
        auto papers = ledger.papers(*record);
        if (!papers)
            return tl::unexpected(papers.error());
        wire::PapersAnswer answer;
        answer.contract = std::move(papers->contract);
        if (!papers->receipt.empty())
            answer.receipt = std::move(papers->receipt);
        answer.state = record->state;
        answer.paid = record->paid;
        answer.returned = record->returned;
        answer.opened = record->opened;
        answer.closed = record->closed;
        return answer;
    });
}

void Service::answerWhereItStands(const wire::Signed<wire::GetContract>& request, const Result<wire::ContractAnswer>& word,
                                  Respond respond)
{
    query(request, std::move(respond),
          [word](Ledger& ledger, const wire::Signed<wire::GetContract>& asked) -> Result<wire::ContractAnswer> {
              const auto record = contractFor(ledger, asked.message);
              if (record && waitsForPromise(*record))
                  return fail(ErrorCode::Unavailable, "the tracker where the viewer pays from has not promised yet");
              auto answer = answerFrom(record);
              if (answer && word && answer->state == wire::ContractState::Open && word->state == wire::ContractState::Closing) {
                  answer->state = word->state; // the viewer closes there
                  answer->settles = word->settles;
              }
              return answer;
          });
}

void Service::openContract(const std::string& body, Respond respond)
{
    const auto message = wire::open<wire::Contract>(body, m_config.network, {Role::Viewer, Role::Seeder});
    if (!message)
        return drop(respond, message.error());
    openHere(*message, false, std::move(respond));
}

void Service::openHere(const wire::Signed<wire::Contract>& contract, bool wasAsked, Respond respond)
{
    const ledger::RequestKey key{contract.message.viewer, contract.message.nonce, contract.payload};
    const auto follow = std::make_shared<std::optional<ledger::ContractRecord>>();
    const auto afterwards = [this, contract, wasAsked, follow, respond](net::HttpResponse response) {
        if (!*follow || wasAsked)
            return respond(std::move(response));
        m_follow(**follow, contract.bytes, [this, contract, respond](const Result<wire::ContractAnswer>& word) {
            if (word || word.error().code == ErrorCode::Unavailable)
                return openHere(contract, true, respond);
            Reply refusal = refuse(word.error(), contract.payload);
            respond({.status = refusal.status, .body = std::make_shared<const std::string>(std::move(refusal.body))});
        });
    };
    change(contract, key, afterwards,
           [this, follow](Ledger& ledger, const wire::Signed<wire::Contract>& request) -> Result<wire::ContractAnswer> {
               follow->reset();
               if (!m_follow && request.message.incomeTracker && request.message.tracker != ledger.tracker())
                   return fail(ErrorCode::Forbidden, "this tracker takes no contracts together with another one");
               const auto opened = ledger.openContract(request);
               if (opened && waitsForPromise(*opened)) {
                   *follow = *opened;
                   return fail(ErrorCode::Unavailable,
                               "the tracker where the viewer pays from has not answered yet; send the same again");
               }
               if (opened && opened->payingTracker && !opened->promise)
                   return fail(ErrorCode::Gone, "the tracker where the viewer pays from has refused this contract");
               if (opened)
                   expect(opened->due());
               return answerFrom(opened);
           });
}

void Service::closeContract(const std::string& body, Respond respond)
{
    auto message = wire::open<wire::Receipt>(body, m_config.network, {Role::Viewer, Role::Seeder});
    const bool bothSigned = message.has_value();
    if (!message)
        message = wire::open<wire::Receipt>(body, m_config.network, {Role::Viewer});
    if (!message)
        return drop(respond, message.error());
    closeHere(*message, bothSigned, false, std::move(respond));
}

void Service::closeHere(const wire::Signed<wire::Receipt>& receipt, bool bothSigned, bool wasAsked, Respond respond)
{
    // The same payload with one signature and with two are two different requests.
    const base::Sha256 id = bothSigned ? receipt.payload
                                       : crypto::sha256("mutoscope.close.viewer.v1" + std::string(receipt.payload.raw()));
    const ledger::RequestKey key{bothSigned ? receipt.message.seeder : receipt.message.viewer, std::nullopt, id};
    const auto follow = std::make_shared<std::optional<ledger::ContractRecord>>();
    const auto afterwards = [this, receipt, bothSigned, wasAsked, follow, respond](net::HttpResponse response) {
        if (!*follow || wasAsked)
            return respond(std::move(response));
        // Whatever comes of it, the ledger has it: settled, or the receipt to be brought there later.
        m_follow(**follow, {}, [this, receipt, bothSigned, respond](const Result<wire::ContractAnswer>&) {
            closeHere(receipt, bothSigned, true, respond);
        });
    };
    change(receipt, key, afterwards,
           [this, bothSigned, follow](Ledger& ledger, const wire::Signed<wire::Receipt>& request) {
               follow->reset();
               const auto closed = ledger.closeContract(request, bothSigned);
               if (closed && m_follow && waitsForSettling(*closed))
                   *follow = *closed;
               else if (closed && closed->settles)
                   expect(*closed->settles);
               return answerFrom(closed);
           });
}

// ---- discovery ----

void Service::announce(const std::string& body, Respond respond)
{
    auto message = wire::open<wire::Offer>(body, m_config.network, {Role::Node});
    if (!message)
        return drop(respond, message.error());
    query(std::move(*message), std::move(respond),
          [this](Ledger& ledger, const wire::Signed<wire::Offer>& offer) -> Result<wire::AnnounceAnswer> {
              const auto expires = ledger.putOffer(offer);
              if (!expires)
                  return tl::unexpected(expires.error());
              expect(*expires);
              wire::AnnounceAnswer answer;
              answer.expires = *expires;
              return answer;
          });
}

namespace
{

/// As many as fit.
wire::SeedersAnswer answerWith(const std::vector<std::string>& offers)
{
    wire::SeedersAnswer answer;
    std::size_t bytes = 0;
    for (const std::string& offer : offers) {
        bytes += nlohmann::json(offer).dump().size() + 1;
        if (bytes > maxOffersBytes || answer.offers.size() == wire::SeedersAnswer::maxOffers)
            break;
        answer.offers.push_back(offer);
    }
    return answer;
}

} // namespace

void Service::findSeeders(const std::string& body, Respond respond)
{
    const auto message = openRequest<wire::FindSeeders>(body, respond);
    if (!message)
        return;
    const auto own = std::make_shared<std::vector<std::string>>();
    // Who finds somebody here does not wait for what others know.
    const auto afterwards = [this, message = *message, own, respond](net::HttpResponse response) {
        if (!m_elsewhere || response.status != 200)
            return respond(std::move(response));
        m_elsewhere(message.message.content, message.message.node, own->empty(),
                    [this, own, respond, response, payload = message.payload](const std::vector<std::string>& others) {
                        if (others.empty())
                            return respond(response);
                        own->insert(own->end(), others.begin(), others.end());
                        respond({.body = std::make_shared<const std::string>(signAnswer(answerWith(*own), payload))});
                    });
    };
    query(*message, afterwards, [own](Ledger& ledger, const wire::Signed<wire::FindSeeders>& request) -> Result<wire::SeedersAnswer> {
        auto offers = ledger.offers(request.message.content, wire::SeedersAnswer::maxOffers);
        if (!offers)
            return tl::unexpected(offers.error());
        *own = std::move(*offers);
        return answerWith(*own);
    });
}

void Service::describe(const std::string& body, Respond respond)
{
    auto message = wire::open<wire::Manifest>(body, m_config.network, {Role::Publisher});
    if (!message)
        return drop(respond, message.error());
    query(std::move(*message), std::move(respond),
          [](Ledger& ledger, const wire::Signed<wire::Manifest>& manifest) -> Result<wire::DescribeAnswer> {
              if (const auto described = ledger.describe(manifest); !described)
                  return tl::unexpected(described.error());
              return wire::DescribeAnswer();
          });
}

void Service::search(const std::string& body, Respond respond)
{
    auto message = openRequest<wire::Search>(body, respond);
    if (!message)
        return;
    query(std::move(*message), std::move(respond),
          [](Ledger& ledger, const wire::Signed<wire::Search>& request) -> Result<wire::SearchAnswer> {
              const wire::Search& wanted = request.message;
              if (wanted.limit < 1 || wanted.limit > wire::Search::maxLimit)
                  return fail(ErrorCode::Unacceptable, "the limit must be within 1 and 50 films");
              auto films = ledger.search(wanted.text, wanted.cursor, wanted.limit);
              if (!films)
                  return tl::unexpected(films.error());
              wire::SearchAnswer answer;
              answer.hits = std::move(films->hits);
              answer.cursor = std::move(films->cursor);
              return answer;
          });
}

// ---- reserves ----

void Service::getReserves(const std::string& body, Respond respond)
{
    const auto message = openRequest<wire::GetReserves>(body, respond);
    if (!message)
        return;
    const auto snapshot = m_reserves ? m_reserves() : nullptr;
    Result<wire::ReservesAnswer> answer;
    if (const auto timely = checkTime(message->message.time); !timely)
        answer = tl::unexpected(timely.error());
    else if (!snapshot)
        answer = fail(ErrorCode::Unavailable, "the tracker has not made its proof of reserves yet");
    else
        answer = snapshot->answerFor(message->message.node);
    const auto reply = replyWith(answer, message->payload);
    respond({.status = reply->status, .body = std::make_shared<const std::string>(reply->body)});
}

} // namespace mutoscope::tracker
