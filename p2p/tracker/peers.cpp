#include "p2p/tracker/peers.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"
#include "p2p/tracker/log_event.h"

namespace mutoscope::tracker
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::fail;
using base::Result;
using ledger::ContractRecord;
using ledger::Ledger;

namespace
{

/// Longer than the time after which an idle ledger is probed, as looking is a transaction, too.
constexpr auto lookAgain = 15s;
constexpr auto longestPause = 5min;
constexpr auto statusAgain = 60s;
const net::RequestLimits ofAnswers{.timeout = 8s, .maxBody = 64 * 1024}; ///< a seeder waits for 10
constexpr std::int64_t atOnce = 50; ///< contracts of one peer, asked about by itself
constexpr int maxSteps = 3;         ///< promise, receipt, question
constexpr std::size_t maxWaiting = 16;

base::Sha256 payloadOf(const base::ContractId& id)
{
    return base::Sha256::fromRaw(id.raw());
}

/// Whether it says for good that the contract is not opened; else the same may succeed later.
bool isFinal(ErrorCode code)
{
    return code == ErrorCode::PaymentRequired || code == ErrorCode::Forbidden || code == ErrorCode::NotFound ||
           code == ErrorCode::Conflict || code == ErrorCode::Gone || code == ErrorCode::Unacceptable;
}

tl::unexpected<base::Error> cannotBeAsked()
{
    return fail(ErrorCode::Unavailable, "the tracker where the viewer pays from can't be asked now; try the same again");
}

} // namespace

Peers::Peers(Parts parts) : m_parts(std::move(parts)) {}

Peers::~Peers()
{
    m_parts.executor.cancel(m_timer);
    for (const auto request : m_requests)
        m_parts.http.cancel(request);
}

void Peers::setPeers(const std::vector<PeerSettings>& peers)
{
    std::map<base::PublicKey, Peer> wanted;
    std::map<base::PublicKey, base::Tokens> limits;
    for (const PeerSettings& each : peers) {
        Peer& peer = wanted[each.key()];
        if (const Peer* known = find(each.key()))
            peer = *known;
        peer.settings = each;
        peer.status.books.tracker = each.key();
        peer.status.books.limit = each.limit;
        peer.notBefore = {};
        limits[each.key()] = each.limit;
    }
    m_peers = std::move(wanted);
    inLedger<bool>(
        [limits](Ledger& ledger) -> Result<bool> {
            ledger.setPeers(limits);
            return true;
        },
        [](const Result<bool>& done) {
            if (!done)
                qCWarning(logTracker, "%s", event("the peers are not taken", {{"reason", done.error().message}}).c_str());
        });
}

std::vector<Metrics::Gauges::Peer> Peers::status() const
{
    std::vector<Metrics::Gauges::Peer> all;
    for (const auto& [key, peer] : m_peers)
        all.push_back(peer.status);
    return all;
}

Peers::Peer* Peers::find(const base::PublicKey& key)
{
    const auto it = m_peers.find(key);
    return it == m_peers.end() ? nullptr : &it->second;
}

template <class T>
void Peers::inLedger(std::function<Result<T>(Ledger&)> job, std::function<void(Result<T>)> done)
{
    const auto result = std::make_shared<Result<T>>();
    const auto finished = [alive = std::weak_ptr(m_alive), &executor = m_parts.executor, result, done](const Result<void>& outcome) {
        if (!outcome)
            *result = tl::unexpected(outcome.error());
        executor.post([alive, result, done] {
            if (alive.lock())
                done(std::move(*result));
        });
    };
    const auto submitted = m_parts.committer.submit(
        [result, job = std::move(job)](Ledger& ledger) -> Result<void> {
            *result = job(ledger);
            // A refusal is an outcome like any; a failure of the database takes the job back.
            if (!*result && (result->error().code == ErrorCode::Io || result->error().code == ErrorCode::Internal))
                return tl::unexpected(result->error());
            return {};
        },
        finished);
    if (!submitted)
        finished(submitted);
}

void Peers::send(Peer& peer, const std::string& method, std::string body, net::RequestLimits limits,
                 std::function<void(const Result<net::HttpResponse>&)> callback)
{
    const auto id = std::make_shared<net::HttpClient::RequestId>(0);
    net::HttpRequest request{.method = "POST", .target = "/v1/" + method, .body = std::move(body), .peer = {}};
    *id = m_parts.http.send(
        peer.settings.link.endpoint, std::move(request), limits,
        [this, id, key = peer.settings.key(), callback = std::move(callback)](const Result<net::HttpResponse>& response) {
            std::erase(m_requests, *id);
            if (Peer* asked = find(key)) {
                const bool up = response && response->status != 503;
                if (up != asked->status.answers)
                    qCInfo(logTracker, "%s",
                           event(up ? "a peer answers" : "a peer does not answer", {{"peer", shortKey(key)}}).c_str());
                asked->status.answers = up;
                asked->failures = up ? 0 : std::min(asked->failures + 1, 8);
                const auto pause = std::min<std::chrono::milliseconds>(lookAgain * (1 << asked->failures), longestPause);
                asked->notBefore = up ? 0ms : m_parts.clock.monotonic() + pause;
            }
            callback(response);
        });
    m_requests.push_back(*id);
}

// ---- contracts ----

void Peers::follow(ContractRecord record, std::string contract, Done done)
{
    if (m_stopping)
        return done(cannotBeAsked());
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive), record = std::move(record), contract = std::move(contract),
                           done = std::move(done)]() mutable {
        if (alive.lock())
            begin(std::move(record), std::move(contract), std::move(done));
    });
}

void Peers::begin(ContractRecord record, std::string contract, Done done)
{
    if (m_stopping)
        return done(cannotBeAsked());
    const auto known = m_cases.find(record.id);
    if (known != m_cases.end()) {
        if (known->second->waiting.size() >= maxWaiting)
            return done(fail(ErrorCode::TooMany, "the same is asked too often"));
        known->second->waiting.push_back(std::move(done));
        return;
    }
    const auto each = std::make_shared<Case>();
    each->record = std::move(record);
    each->contract = std::move(contract);
    if (done)
        each->waiting.push_back(std::move(done));
    m_cases[each->record.id] = each;
    step(each);
}

void Peers::step(const CasePtr& each)
{
    Peer* const peer = find(*each->record.payingTracker);
    if (peer == nullptr || ++each->steps > maxSteps)
        return finish(each, cannotBeAsked());
    const ContractRecord& record = each->record;
    const auto bring = [this, each, peer](const std::string& method, const std::string& body, const base::Sha256& payload) {
        send(*peer, method, body, ofAnswers, [this, each, method, payload](const auto& response) { answered(each, method, payload, response); });
    };
    if (!record.promise) {
        if (!each->contract.empty())
            return bring("openContract", each->contract, payloadOf(record.id));
        return inLedger<std::string>(
            [entry = record.openedBy](Ledger& ledger) -> Result<std::string> {
                auto document = ledger.store().document(entry);
                if (!document)
                    return fail(ErrorCode::NotFound, "the contract has no document");
                return std::move(*document);
            },
            [this, each](Result<std::string> document) {
                if (!document || document->empty())
                    return finish(each, cannotBeAsked());
                each->contract = std::move(*document);
                --each->steps;
                step(each);
            });
    }
    if (record.state == wire::ContractState::Closing && record.best && each->steps < maxSteps)
        return bring("closeContract", record.best->receipt, record.best->payload);
    ask(each);
}

void Peers::ask(const CasePtr& each)
{
    Peer* const peer = find(*each->record.payingTracker);
    if (peer == nullptr)
        return finish(each, cannotBeAsked());
    wire::GetContract message;
    message.contract = each->record.id;
    const auto question = request(std::move(message), peer->settings.key());
    send(*peer, "getContract", question.bytes, ofAnswers, [this, each, payload = question.payload](const auto& response) {
        answered(each, "getContract", payload, response);
    });
}

void Peers::answered(const CasePtr& each, const std::string& method, const base::Sha256& payload,
                     const Result<net::HttpResponse>& response)
{
    if (!response)
        return finish(each, cannotBeAsked());
    const base::PublicKey& key = *each->record.payingTracker;
    auto word = wire::openAnswer<wire::ContractAnswer>(response->status, *response->body, m_parts.network, key, payload);
    if (word) {
        return inLedger<ContractRecord>([said = *word](Ledger& ledger) { return ledger.takeWord(said); },
                                        [this, each, said = word->message](Result<ContractRecord> taken) {
                                            if (!taken) {
                                                qCWarning(logTracker, "%s",
                                                          event("a peer's word does not fit",
                                                                {{"peer", shortKey(said.node)},
                                                                 {"contract", base::shortHex(said.contract)},
                                                                 {"reason", taken.error().message}})
                                                              .c_str());
                                                return finish(each, tl::unexpected(taken.error()));
                                            }
                                            each->record = std::move(*taken);
                                            const bool waits = each->record.state == wire::ContractState::Closing;
                                            if (waits && said.state == wire::ContractState::Open && each->steps < maxSteps)
                                                return step(each); // promised only now: the receipt is waiting already
                                            finish(each, Followed{each->record, said});
                                        });
    }
    const base::Error refused = word.error();
    if (method == "closeContract" && isFinal(refused.code))
        return ask(each); // settled by the viewer's request or by time: how?
    const auto problem = wire::open<wire::Problem>(*response->body, m_parts.network, {wire::Role::Node});
    const bool isTheirs = problem && problem->message.node == key && problem->message.request == payload &&
                          problem->message.status == response->status;
    if (method != "openContract" || !isTheirs || !isFinal(refused.code))
        return finish(each, isTheirs && refused.code != ErrorCode::Unavailable ? tl::unexpected(refused) : cannotBeAsked());
    inLedger<ContractRecord>(
        [id = each->record.id, said = *problem](Ledger& ledger) { return ledger.takeRefusal(id, said); },
        [this, each, refused](const Result<ContractRecord>& taken) {
            finish(each, taken ? tl::unexpected(refused) : cannotBeAsked());
        });
}

void Peers::finish(const CasePtr& each, const Result<Followed>& result)
{
    m_cases.erase(each->record.id);
    for (const Done& done : std::exchange(each->waiting, {}))
        done(result);
}

// ---- by itself ----

void Peers::start()
{
    tick();
}

void Peers::stop()
{
    m_stopping = true;
    m_parts.executor.post([this, alive = std::weak_ptr(m_alive)] {
        if (!alive.lock())
            return;
        const auto cases = m_cases;
        for (const auto& [id, each] : cases)
            finish(each, cannotBeAsked());
        for (auto& [content, film] : m_films) {
            for (const OffersDone& done : std::exchange(film.waiting, {}))
                done({});
        }
    });
}

void Peers::tick()
{
    m_timer = m_parts.executor.after(lookAgain, [this] { tick(); });
    if (m_stopping)
        return;
    const auto now = m_parts.clock.monotonic();
    for (auto& [key, peer] : m_peers) {
        if (peer.notBefore > now)
            continue;
        look(key);
        if (peer.nextStatus <= now)
            askStatus(peer);
    }
}

void Peers::look(const base::PublicKey& key)
{
    struct Seen {
        Ledger::Peer books;
        std::vector<ContractRecord> contracts;
        std::vector<ledger::StoredSettlement> settlements;
    };
    inLedger<Seen>(
        [key, now = m_parts.clock.now()](Ledger& ledger) -> Result<Seen> {
            const auto books = ledger.peer(key);
            if (!books)
                return tl::unexpected(books.error());
            return Seen{*books, ledger.store().contractsElsewhere(key, now, atOnce), ledger.store().untoldSettlements(atOnce)};
        },
        [this, key](Result<Seen> seen) {
            Peer* const peer = find(key);
            if (!seen || peer == nullptr || m_stopping)
                return;
            peer->status.books = seen->books;
            for (ContractRecord& contract : seen->contracts) {
                if (!m_cases.contains(contract.id))
                    begin(std::move(contract), {}, {});
            }
            for (const ledger::StoredSettlement& settlement : seen->settlements) {
                if (settlement.tracker == key && !m_telling.contains(settlement.id))
                    tellSettlement(settlement);
            }
        });
}

void Peers::tellSettlement(const ledger::StoredSettlement& settlement)
{
    Peer* const peer = find(settlement.tracker);
    if (peer == nullptr)
        return;
    m_telling[settlement.id] = settlement.tracker;
    send(*peer, "settle", settlement.document, ofAnswers, [this, settlement](const Result<net::HttpResponse>& response) {
        m_telling.erase(settlement.id);
        if (!response)
            return;
        const auto answer = wire::openAnswer<wire::SettleAnswer>(response->status, *response->body, m_parts.network,
                                                                 settlement.tracker, settlement.id);
        if (!answer) {
            qCWarning(logTracker, "%s",
                      event("a peer does not take a settlement",
                            {{"peer", shortKey(settlement.tracker)}, {"reason", answer.error().message}})
                          .c_str());
            return;
        }
        inLedger<bool>(
            [id = settlement.id](Ledger& ledger) -> Result<bool> {
                ledger.store().settlementTold(id);
                return true;
            },
            [](const Result<bool>&) {}); // else it is told once more
    });
}

void Peers::askStatus(Peer& peer)
{
    peer.nextStatus = m_parts.clock.monotonic() + statusAgain;
    wire::GetPeer message;
    message.peer = m_parts.key.publicKey();
    const base::PublicKey key = peer.settings.key();
    const auto question = request(std::move(message), key);
    send(peer, "getPeer", question.bytes, ofAnswers, [this, key, payload = question.payload](const Result<net::HttpResponse>& response) {
        Peer* const asked = find(key);
        if (!response || asked == nullptr)
            return;
        const auto answer =
            wire::openAnswer<wire::PeerAnswer>(response->status, *response->body, m_parts.network, key, payload);
        if (!answer)
            return;
        asked->status.theirLimit = answer->message.limit;
        asked->status.theirOwed = answer->message.owed;
    });
}

} // namespace mutoscope::tracker
