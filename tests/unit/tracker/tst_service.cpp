#include <csignal>
#include <set>

#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include "p2p/base/encoding.h"
#include "p2p/tracker/service.h"
#include "tests/unit/ledger/ledger_world.h"

using namespace mutoscope;
using namespace mutoscope::test;
using base::ErrorCode;
using wire::ContractState;
using wire::Role;

namespace
{

constexpr auto MiB = World::MiB;

/// The tracker's service without a network: each call runs until it is answered.
struct Tracker : World {
    explicit Tracker(const std::filesystem::path& file = ":memory:", ledger::Rules someRules = {})
        : World(file, someRules), committer(*ledger, {.queue = 100, .batch = 128, .thread = false}),
          service({.network = network, .name = "Tester", .tlsPin = crypto::sha256("certificate")}, tracker, committer, clock)
    {
    }

    net::HttpResponse call(const std::string& method, const std::string& body, const std::string& verb = "POST")
    {
        std::optional<net::HttpResponse> response;
        service.handle({.method = verb, .target = "/v1/" + method, .body = body, .peer = "test"},
                       [&](net::HttpResponse given) { response = std::move(given); });
        committer.runPending();
        if (!response)
            qFatal("no answer to %s", method.c_str());
        return *response;
    }
    template <class A, class M>
    base::Result<A> ask(const std::string& method, const wire::Signed<M>& request)
    {
        const auto response = call(method, request.bytes);
        auto answer = wire::openAnswer<A>(response.status, *response.body, network, tracker.publicKey(), request.payload);
        if (!answer)
            return tl::unexpected(answer.error());
        return answer->message;
    }
    template <class M>
    wire::Signed<M> from(const crypto::NodeKey& key)
    {
        return wire::sign(request<M>(key), key);
    }
    /// What a message that was dropped must not have changed.
    std::string books()
    {
        std::string text;
        (void)ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
            text = std::to_string(l.store().head().number);
            l.store().eachAccount([&](const ledger::Account& account) {
                text += base::toHex(account.address) + std::to_string(account.balance.value());
                return true;
            });
            return {};
        });
        return text;
    }

    ledger::GroupCommitter committer;
    tracker::Service service;
};

template <class T>
int statusOf(const base::Result<T>& result)
{
    return result ? 200 : base::httpStatus(result.error().code);
}

/// One valid body for each method, on books that allow it.
struct Case {
    std::string method;
    std::string body;
};

std::vector<Case> validRequests(Tracker& t)
{
    (void)t.issue(World::ordinary(t.viewer), 1'000);
    (void)t.issue(t.spend(t.viewer), 1'000);
    const auto opened = World::both(t.terms(t.viewer, t.seeder, 100, 300), t.viewer, t.seeder);
    (void)t.openContract(opened);
    const auto next = World::both(t.terms(t.viewer, t.seeder, 100, 300), t.viewer, t.seeder);
    auto history = t.request<wire::GetHistory>(t.viewer);
    auto contract = t.request<wire::GetContract>(t.viewer);
    contract.contract = wire::contractId(opened);
    auto closeSpend = t.request<wire::CloseSpendAddress>(t.stranger);
    closeSpend.address = t.spend(t.stranger);
    auto closeIncome = t.request<wire::CloseIncomeAddress>(t.stranger);
    closeIncome.address = t.income(t.stranger);
    wire::Offer offer;
    offer.network = network;
    offer.seeder = t.seeder.publicKey();
    offer.tracker = t.tracker.publicKey();
    offer.incomeAddress = t.income(t.seeder);
    offer.content = crypto::hash<base::ContentId>("film");
    offer.expires = UnixMs(t.clock.now().value() + 60'000);
    auto find = t.request<wire::FindSeeders>(t.viewer);
    find.content = offer.content;
    return {
        {"handshake", t.from<wire::Handshake>(t.viewer).bytes},
        {"getIncomeAddress", t.from<wire::GetIncomeAddress>(keyOf(77)).bytes},
        {"getSpendAddress", t.from<wire::GetSpendAddress>(keyOf(78)).bytes},
        {"transfer", t.transferRequest(t.viewer, World::ordinary(t.viewer), World::ordinary(t.seeder), 5).bytes},
        {"getBalance", t.from<wire::GetBalance>(t.viewer).bytes},
        {"getHistory", wire::sign(history, t.viewer).bytes},
        {"getContract", wire::sign(contract, t.viewer).bytes},
        {"openContract", next.bytes},
        {"closeContract", World::both(t.receipt(opened, 1, MiB), t.viewer, t.seeder).bytes},
        {"closeIncomeAddress", wire::sign(closeIncome, t.stranger).bytes},
        {"closeSpendAddress", wire::sign(closeSpend, t.stranger).bytes},
        {"announce", wire::sign(offer, t.seeder).bytes},
        {"findSeeders", wire::sign(find, t.viewer).bytes},
    };
}

/// The envelope with one member's text changed by `change`, which sees the decoded bytes.
std::string withChanged(const std::string& body, const char* member, auto change)
{
    auto envelope = nlohmann::json::parse(body);
    auto& place = std::string_view(member) == "payload" ? envelope["payload"] : envelope["signatures"][0][member];
    std::string raw = *base::fromBase64Url(place.get<std::string>());
    change(raw);
    place = base::toBase64Url(raw);
    return envelope.dump();
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

} // namespace

class TestService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMethodAnswers();
    void whatDoesNotFitIsDropped();
    void pathsAndVerbs();
    void handshakeTellsTimeNameAndPin();
    void addressesAndBalance();
    void transferRefusals();
    void repeatedRequestsGetTheSameBytes();
    void nonceReuseIsAConflict();
    void requestsOfAnotherTime();
    void contractFromOpenToClosed();
    void openContractRefusals();
    void viewerCloseSettlesByTick();
    void onlyPartiesSeeAContract();
    void addressesClose();
    void offersAreFoundUntilTheyExpire();
    void largeAnswersStayWithinTheirLimits();
    void historyRefusesOddLimits();
    void fullQueueIsUnavailable();
    void fullDiskIsUnavailableAndNothingIsDone();
};

void TestService::everyMethodAnswers()
{
    Tracker t;
    const auto requests = validRequests(t);
    QCOMPARE(requests.size(), 13U);
    for (const Case& each : requests)
        QVERIFY2(t.call(each.method, each.body).status == 200, each.method.c_str());
    QCOMPARE(t.check(), std::string());
}

void TestService::whatDoesNotFitIsDropped()
{
    Tracker t;
    const auto requests = validRequests(t);
    const auto before = t.books();
    const auto dropped = [&](const Case& each, const std::string& body, const char* what) {
        const auto response = t.call(each.method, body);
        if (response.status == 400 && response.body->empty() && t.books() == before)
            return true;
        qWarning("%s with %s: status %d", each.method.c_str(), what, response.status);
        return false;
    };
    for (const Case& each : requests) {
        const auto flip = [](std::string& raw) { raw[raw.size() / 2] = static_cast<char>(raw[raw.size() / 2] ^ 1); };
        QVERIFY(dropped(each, "", "nothing"));
        QVERIFY(dropped(each, "garbage", "garbage"));
        QVERIFY(dropped(each, "{}", "an empty object"));
        QVERIFY(dropped(each, each.body.substr(0, each.body.size() - 1), "its end cut off"));
        QVERIFY(dropped(each, each.body + " x", "something behind it"));
        QVERIFY(dropped(each, withChanged(each.body, "signature", flip), "a bit of the signature flipped"));
        QVERIFY(dropped(each, withChanged(each.body, "payload", flip), "a bit of the payload flipped"));
        QVERIFY(dropped(each, withChanged(each.body, "protected", [](std::string& raw) { raw = replaced(raw, ".v1", ".v2"); }),
                        "another type"));
        QVERIFY(dropped(each, withChanged(each.body, "protected", [](std::string& raw) { raw = replaced(raw, "EdDSA", "none"); }),
                        "no algorithm"));

        auto envelope = nlohmann::json::parse(each.body);
        envelope["signatures"] = nlohmann::json::array();
        QVERIFY(dropped(each, envelope.dump(), "no signature"));
        envelope = nlohmann::json::parse(each.body);
        envelope["signatures"].push_back(envelope["signatures"][0]);
        QVERIFY(dropped(each, envelope.dump(), "a signature twice"));
        const auto type = nlohmann::json::parse(*base::fromBase64Url(
            nlohmann::json::parse(each.body)["signatures"][0]["protected"].get<std::string>()))["typ"].get<std::string>();
        QVERIFY(dropped(each, *wire::countersign(each.body, type, 64 * 1024, keyOf(99)), "a stranger's signature more"));
        // The right payload, signed by somebody else.
        const auto payload = *base::fromBase64Url(envelope["payload"].get<std::string>());
        QVERIFY(dropped(each, wire::seal(payload, type, keyOf(99)), "another signer"));
        // Another method's message, well signed.
        QVERIFY(dropped(each, each.method == "getBalance" ? t.from<wire::Handshake>(t.viewer).bytes
                                                          : t.from<wire::GetBalance>(t.viewer).bytes,
                        "another message"));
    }
    // Well signed by the right key, but for another network, or another tracker.
    auto elsewhere = t.request<wire::GetSpendAddress>(t.viewer);
    elsewhere.network = "other";
    QVERIFY(dropped({"getSpendAddress", {}}, wire::sign(elsewhere, t.viewer).bytes, "another network"));
    auto other = t.request<wire::GetSpendAddress>(keyOf(79));
    other.tracker = t.stranger.publicKey();
    QVERIFY(dropped({"getSpendAddress", {}}, wire::sign(other, keyOf(79)).bytes, "another tracker"));
    other.tracker = {};
    QVERIFY(dropped({"getSpendAddress", {}}, wire::sign(other, keyOf(79)).bytes, "no tracker"));
    // One signature where two are needed, and the wrong one of two.
    const auto contract = t.terms(t.viewer, t.seeder, 1, 1);
    const auto unchanged = t.books();
    QCOMPARE(t.call("openContract", wire::sign(contract, t.viewer).bytes).status, 400);
    QCOMPARE(t.call("openContract", wire::sign(contract, t.seeder).bytes).status, 400);
    const auto opened = World::both(t.terms(t.viewer, t.seeder, 1, 1), t.viewer, t.seeder);
    QCOMPARE(t.call("closeContract", wire::sign(t.receipt(opened, 1, 1), t.seeder).bytes).status, 400);
    QCOMPARE(t.books(), unchanged);
}

void TestService::pathsAndVerbs()
{
    Tracker t;
    const auto body = t.from<wire::Handshake>(t.viewer).bytes;
    QCOMPARE(t.call("handshake", body, "GET").status, 405);
    QCOMPARE(t.call("handshake/", body).status, 404);
    QCOMPARE(t.call("", body).status, 404);
    QCOMPARE(t.call("Handshake", body).status, 404);
    QCOMPARE(t.call("handshake?x=1", body).status, 404);
}

void TestService::handshakeTellsTimeNameAndPin()
{
    Tracker t;
    auto message = t.request<wire::Handshake>(t.viewer);
    message.tracker = {};        // does not know it yet
    message.time = UnixMs(1'000); // and has no idea of the time
    const auto answer = t.ask<wire::HandshakeAnswer>("handshake", wire::sign(message, t.viewer));
    QVERIFY(answer);
    QCOMPARE(answer->node, t.tracker.publicKey());
    QCOMPARE(answer->name, std::string("Tester"));
    QCOMPARE(answer->tlsPin, crypto::sha256("certificate"));
    QCOMPARE(answer->time, t.clock.now());
}

void TestService::addressesAndBalance()
{
    Tracker t;
    const auto income = t.ask<wire::AddressAnswer>("getIncomeAddress", t.from<wire::GetIncomeAddress>(t.viewer));
    const auto spend = t.ask<wire::AddressAnswer>("getSpendAddress", t.from<wire::GetSpendAddress>(t.viewer));
    QVERIFY(income && spend);
    QCOMPARE(income->kind, wire::AddressKind::Income);
    QCOMPARE(spend->kind, wire::AddressKind::Spend);
    QCOMPARE(spend->owner, World::ordinary(t.viewer));
    QCOMPARE(t.ask<wire::AddressAnswer>("getSpendAddress", t.from<wire::GetSpendAddress>(t.viewer))->address, spend->address);
    QVERIFY(t.issue(spend->address, 500));
    QVERIFY(t.issue(World::ordinary(t.viewer), 20));
    const auto balance = t.ask<wire::BalanceAnswer>("getBalance", t.from<wire::GetBalance>(t.viewer));
    QCOMPARE(balance->ordinary.value(), 20);
    QCOMPARE(balance->spend.value(), 500);
    QCOMPARE(*balance->spendAddress, spend->address);
    QCOMPARE(*balance->incomeAddress, income->address);
    const auto empty = t.ask<wire::BalanceAnswer>("getBalance", t.from<wire::GetBalance>(t.stranger));
    QVERIFY(!empty->spendAddress && !empty->incomeAddress);
    QCOMPARE(empty->ordinary.value(), 0);
}

void TestService::transferRefusals()
{
    Tracker t;
    const auto mine = World::ordinary(t.viewer);
    const auto theirs = World::ordinary(t.seeder);
    const auto status = [&](const crypto::NodeKey& key, const base::Address& from, const base::Address& to, std::int64_t amount) {
        return statusOf(t.ask<wire::TransferAnswer>("transfer", t.transferRequest(key, from, to, amount)));
    };
    QCOMPARE(status(t.viewer, mine, theirs, 1), 402);
    QVERIFY(t.issue(mine, 10));
    QCOMPARE(status(t.stranger, mine, theirs, 1), 403);
    QCOMPARE(status(t.viewer, mine, theirs, 0), 422);
    QCOMPARE(status(t.viewer, mine, theirs, 11), 402);
    QCOMPARE(status(t.viewer, mine, theirs, 10), 200);
    QCOMPARE(t.balance(theirs), 10);
}

void TestService::repeatedRequestsGetTheSameBytes()
{
    Tracker t;
    for (const Case& each : validRequests(t)) {
        if (each.method.starts_with("get") || each.method == "handshake" || each.method == "announce" ||
            each.method == "findSeeders")
            continue;
        const auto first = t.call(each.method, each.body);
        const auto books = t.books();
        t.clock.advance(std::chrono::hours(5)); // also long after its time
        const auto second = t.call(each.method, each.body);
        QVERIFY2(first.status == 200 && second.status == 200, each.method.c_str());
        QCOMPARE(*second.body, *first.body);
        QCOMPARE(t.books(), books);
        t.clock.advance(-std::chrono::hours(5));
    }
    // A refusal is not kept: the same request may succeed later.
    const auto request = t.transferRequest(t.stranger, World::ordinary(t.stranger), World::ordinary(t.seeder), 3);
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", request)), 402);
    QVERIFY(t.issue(World::ordinary(t.stranger), 3));
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", request)), 200);
    QCOMPARE(t.balance(World::ordinary(t.stranger)), 0);
}

void TestService::nonceReuseIsAConflict()
{
    Tracker t;
    QVERIFY(t.issue(World::ordinary(t.viewer), 10));
    const auto first = t.transferRequest(t.viewer, World::ordinary(t.viewer), World::ordinary(t.seeder), 1);
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", first)), 200);
    auto changed = first.message;
    changed.amount = Tokens(2);
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", wire::sign(changed, t.viewer))), 409);
    QCOMPARE(t.evidence(), 1U);
    QCOMPARE(t.balance(World::ordinary(t.seeder)), 1);
    changed.node = t.stranger.publicKey(); // another node's nonce is another one
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", wire::sign(changed, t.stranger))), 403);
}

void TestService::requestsOfAnotherTime()
{
    Tracker t;
    QVERIFY(t.issue(World::ordinary(t.viewer), 10));
    for (const std::int64_t minutes : {-10, 10}) {
        for (const std::int64_t more : {0, 1}) {
            const UnixMs time(t.clock.now().value() + minutes * 60'000 + (minutes > 0 ? more : -more));
            auto balance = t.request<wire::GetBalance>(t.viewer);
            balance.time = time;
            auto transfer = t.transferRequest(t.viewer, World::ordinary(t.viewer), World::ordinary(t.seeder), 1).message;
            transfer.time = time;
            const auto answer = t.ask<wire::BalanceAnswer>("getBalance", wire::sign(balance, t.viewer));
            QCOMPARE(statusOf(answer), more == 0 ? 200 : 422);
            if (!answer)
                QVERIFY(answer.error().message.find(std::to_string(t.clock.now().value())) != std::string::npos);
            QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", wire::sign(transfer, t.viewer))), more == 0 ? 200 : 422);
        }
    }
    QCOMPARE(t.balance(World::ordinary(t.seeder)), 2);
}

void TestService::contractFromOpenToClosed()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    const auto opened = t.ask<wire::ContractAnswer>("openContract", contract);
    QVERIFY(opened);
    QCOMPARE(opened->state, ContractState::Open);
    QCOMPARE(opened->contract, wire::contractId(contract));
    QCOMPARE(opened->reserved.value(), 600);

    const auto receipt = World::both(t.receipt(contract, 3, 3 * MiB), t.viewer, t.seeder);
    const auto closed = t.ask<wire::ContractAnswer>("closeContract", receipt);
    QVERIFY(closed);
    QCOMPARE(closed->state, ContractState::Closed);
    QCOMPARE(closed->paid.value(), 300);
    QCOMPARE(closed->returned.value(), 300);
    QCOMPARE(closed->bytes.value(), 3 * MiB);
    QVERIFY(closed->closed.has_value());
    // The same document with the signatures the other way round is the same request.
    const auto turned = World::both(receipt.message, t.seeder, t.viewer);
    QVERIFY(turned.bytes != receipt.bytes);
    QCOMPARE(*t.call("closeContract", turned.bytes).body, *t.call("closeContract", receipt.bytes).body);
    QCOMPARE(statusOf(t.ask<wire::ContractAnswer>(
                 "closeContract", World::both(t.receipt(contract, 4, 4 * MiB), t.viewer, t.seeder))),
             409);
    QCOMPARE(t.balance(t.income(t.seeder)), 300);
    QCOMPARE(t.check(), std::string());
}

void TestService::openContractRefusals()
{
    Tracker t;
    const auto status = [&](auto change) {
        auto terms = t.terms(t.viewer, t.seeder, 100, 300);
        change(terms);
        return statusOf(t.ask<wire::ContractAnswer>("openContract", World::both(terms, t.viewer, t.seeder)));
    };
    QCOMPARE(status([](auto&) {}), 402);
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    QCOMPARE(status([&](auto& c) { c.tracker = t.stranger.publicKey(); }), 422);
    QCOMPARE(status([&](auto& c) { c.serveUntil = UnixMs(t.clock.now().value() - 1); }), 410);
    QCOMPARE(status([&](auto& c) { c.closeUntil = UnixMs(base::maxInteger); }), 422);
    QCOMPARE(status([&](auto& c) { c.incomeAddress = {}; }), 404);
    QCOMPARE(status([&](auto& c) { c.spendAddress = t.spend(t.stranger); }), 403);
    QCOMPARE(t.balance(t.spend(t.viewer)), 1'000);
    QCOMPARE(status([](auto&) {}), 200);
}

void TestService::viewerCloseSettlesByTick()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.ask<wire::ContractAnswer>("openContract", contract));
    const auto tick = [&] {
        t.service.tick();
        return t.committer.runPending();
    };
    QCOMPARE(tick(), 1U); // at the start it does not know what is due
    QCOMPARE(tick(), 0U); // then it costs nothing until something is
    const auto receipt = wire::sign(t.receipt(contract, 2, 2 * MiB), t.viewer);
    const auto closing = t.ask<wire::ContractAnswer>("closeContract", receipt);
    QVERIFY(closing);
    QCOMPARE(closing->state, ContractState::Closing);
    QCOMPARE(closing->settles->value(), t.clock.now().value() + 30'000);
    QCOMPARE(tick(), 0U);
    t.clock.advance(std::chrono::milliseconds(29'999));
    QCOMPARE(tick(), 0U);
    t.clock.advance(std::chrono::milliseconds(1));
    QCOMPARE(tick(), 1U);
    QCOMPARE(tick(), 0U);
    const auto settled = t.ask<wire::ContractAnswer>("closeContract", receipt); // again: where it stands now
    QCOMPARE(settled->state, ContractState::Closed);
    QCOMPARE(settled->paid.value(), 200);
    QCOMPARE(t.balance(t.income(t.seeder)), 200);

    // The one that nobody closes: by its own time.
    const auto lost = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.ask<wire::ContractAnswer>("openContract", lost));
    t.clock.time = lost.message.closeUntil;
    QCOMPARE(tick(), 1U);
    QCOMPARE(t.balance(t.spend(t.viewer)), 800);
}

void TestService::onlyPartiesSeeAContract()
{
    Tracker t;
    QVERIFY(t.issue(t.spend(t.viewer), 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    const auto status = [&](const crypto::NodeKey& key) {
        auto message = t.request<wire::GetContract>(key);
        message.contract = wire::contractId(contract);
        return statusOf(t.ask<wire::ContractAnswer>("getContract", wire::sign(message, key)));
    };
    QCOMPARE(status(t.viewer), 404);
    QVERIFY(t.openContract(contract));
    QCOMPARE(status(t.viewer), 200);
    QCOMPARE(status(t.seeder), 200);
    QCOMPARE(status(t.stranger), 403);
}

void TestService::addressesClose()
{
    Tracker t;
    const auto spend = t.spend(t.viewer);
    QVERIFY(t.issue(spend, 1'000));
    const auto contract = World::both(t.terms(t.viewer, t.seeder, 100, 600), t.viewer, t.seeder);
    QVERIFY(t.openContract(contract));
    const auto close = [&](const crypto::NodeKey& key, const base::Address& address) {
        auto message = t.request<wire::CloseSpendAddress>(key);
        message.address = address;
        return t.ask<wire::AddressClosedAnswer>("closeSpendAddress", wire::sign(message, key));
    };
    QCOMPARE(statusOf(close(t.viewer, spend)), 409);
    QCOMPARE(statusOf(close(t.stranger, spend)), 403);
    QCOMPARE(statusOf(close(t.viewer, World::ordinary(t.viewer))), 404);
    QVERIFY(t.close(World::both(t.receipt(contract, 1, MiB), t.viewer, t.seeder), true));
    QCOMPARE(close(t.viewer, spend)->moved.value(), 900);
    QCOMPARE(statusOf(close(t.viewer, spend)), 409);
    auto income = t.request<wire::CloseIncomeAddress>(t.seeder);
    income.address = t.income(t.seeder);
    QCOMPARE(t.ask<wire::AddressClosedAnswer>("closeIncomeAddress", wire::sign(income, t.seeder))->moved.value(), 100);
    QCOMPARE(t.balance(World::ordinary(t.seeder)), 100);
    QVERIFY(t.ask<wire::AddressAnswer>("getIncomeAddress", t.from<wire::GetIncomeAddress>(t.seeder))->address != income.address);
}

void TestService::offersAreFoundUntilTheyExpire()
{
    Tracker t;
    wire::Offer offer;
    offer.network = network;
    offer.seeder = t.seeder.publicKey();
    offer.tracker = t.tracker.publicKey();
    offer.incomeAddress = t.income(t.seeder);
    offer.content = crypto::hash<base::ContentId>("film");
    offer.title = "Wanna \"work\"";
    offer.expires = UnixMs(t.clock.now().value() + 60'000);
    const auto status = [&](auto change) {
        auto changed = offer;
        change(changed);
        return statusOf(t.ask<wire::AnnounceAnswer>("announce", wire::sign(changed, t.seeder)));
    };
    QCOMPARE(status([&](auto& o) { o.tracker = t.stranger.publicKey(); }), 422);
    QCOMPARE(status([&](auto& o) { o.incomeAddress = t.income(t.stranger); }), 403);
    QCOMPARE(status([&](auto& o) { o.incomeAddress = {}; }), 404);
    QCOMPARE(status([&](auto& o) { o.expires = t.clock.now(); }), 410);
    const auto announced = t.ask<wire::AnnounceAnswer>("announce", wire::sign(offer, t.seeder));
    QCOMPARE(announced->expires, offer.expires);

    auto find = t.request<wire::FindSeeders>(t.viewer);
    find.content = offer.content;
    const auto message = wire::sign(find, t.viewer);
    const auto found = t.ask<wire::SeedersAnswer>("findSeeders", message);
    QCOMPARE(found->offers.size(), 1U);
    const auto opened = wire::open<wire::Offer>(found->offers[0], network, {Role::Node}); // still as it was signed
    QVERIFY(opened);
    QCOMPARE(opened->message.title, offer.title);
    t.clock.time = offer.expires;
    QVERIFY(t.ask<wire::SeedersAnswer>("findSeeders", message)->offers.empty());
}

void TestService::largeAnswersStayWithinTheirLimits()
{
    Tracker t;
    // The longest rows that a history can have: both sides of each transfer, memos that JSON writes six times as long.
    QVERIFY(t.issue(World::ordinary(t.viewer), 1'000'000));
    const auto spend = t.spend(t.viewer);
    for (int i = 0; i < 210; ++i)
        QVERIFY(t.transfer(t.viewer, World::ordinary(t.viewer), spend, 1, std::string(200, '\1')));
    std::set<std::int64_t> seen;
    std::int64_t before = base::maxInteger;
    for (bool more = true; more;) {
        auto message = t.request<wire::GetHistory>(t.viewer);
        message.before = before;
        const auto page = t.ask<wire::HistoryAnswer>("getHistory", wire::sign(message, t.viewer));
        QVERIFY(page && !page->entries.empty());
        for (const auto& row : page->entries)
            seen.insert(row.entry);
        before = page->entries.back().entry;
        more = page->more;
    }
    QCOMPARE(seen.size(), 211U);

    // Fifty of the longest offers.
    for (std::uint8_t i = 0; i < wire::SeedersAnswer::maxOffers; ++i) {
        const auto key = keyOf(static_cast<std::uint8_t>(100 + i));
        wire::Offer offer;
        offer.network = network;
        offer.seeder = key.publicKey();
        offer.tracker = t.tracker.publicKey();
        offer.incomeAddress = t.income(key);
        offer.content = crypto::hash<base::ContentId>("film");
        offer.title = std::string(300, '\1');
        offer.endpoints.assign(8, std::string(200, 'x'));
        offer.expires = UnixMs(t.clock.now().value() + 60'000);
        QCOMPARE(statusOf(t.ask<wire::AnnounceAnswer>("announce", wire::sign(offer, key))), 200);
    }
    auto find = t.request<wire::FindSeeders>(t.viewer);
    find.content = crypto::hash<base::ContentId>("film");
    const auto found = t.ask<wire::SeedersAnswer>("findSeeders", wire::sign(find, t.viewer));
    QVERIFY(found);
    QVERIFY(found->offers.size() > 30);
}

void TestService::historyRefusesOddLimits()
{
    Tracker t;
    for (const auto& [limit, status] : {std::pair(0, 422), std::pair(1, 200), std::pair(200, 200), std::pair(201, 422)}) {
        auto message = t.request<wire::GetHistory>(t.viewer);
        message.limit = limit;
        QCOMPARE(statusOf(t.ask<wire::HistoryAnswer>("getHistory", wire::sign(message, t.viewer))), status);
    }
}

void TestService::fullQueueIsUnavailable()
{
    Tracker t;
    for (int i = 0; i < 100; ++i)
        QVERIFY(t.committer.submit([](ledger::Ledger&) -> base::Result<void> { return {}; }, [](const base::Result<void>&) {}));
    const auto request = t.from<wire::GetBalance>(t.viewer);
    QCOMPARE(statusOf(t.ask<wire::BalanceAnswer>("getBalance", request)), 503);
    QCOMPARE(statusOf(t.ask<wire::BalanceAnswer>("getBalance", request)), 200);
}

void TestService::fullDiskIsUnavailableAndNothingIsDone()
{
    const QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "ledger.db";
    Tracker t(file);
    QVERIFY(t.issue(World::ordinary(t.viewer), 10));
    const auto request = t.transferRequest(t.viewer, World::ordinary(t.viewer), World::ordinary(t.seeder), 4);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &old), 0);
    rlimit tight = old;
    tight.rlim_cur = 1;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const auto refused = t.ask<wire::TransferAnswer>("transfer", request);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &old), 0);
    QCOMPARE(statusOf(refused), 503);
    QVERIFY(refused.error().message.find("ledger.db") == std::string::npos); // nothing of our disk
    QCOMPARE(t.balance(World::ordinary(t.viewer)), 10);
    QCOMPARE(statusOf(t.ask<wire::TransferAnswer>("transfer", request)), 200); // the same bytes, once it works again
    QCOMPARE(t.balance(World::ordinary(t.viewer)), 6);
    QCOMPARE(t.check(), std::string());
}

QTEST_GUILESS_MAIN(TestService)
#include "tst_service.moc"
