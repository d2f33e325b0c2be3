#include <csignal>

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "tests/unit/tracker/service_world.h"

using namespace mutoscope;
using namespace mutoscope::test;

// What is the same for all methods: what is dropped, repeated, late, or cannot be done now.

namespace
{

constexpr auto MiB = World::MiB;

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
    auto papers = t.request<wire::GetPapers>(t.viewer);
    papers.contract = contract.contract;
    auto closeSpend = t.request<wire::CloseSpendAddress>(t.stranger);
    closeSpend.address = t.spend(t.stranger);
    auto closeIncome = t.request<wire::CloseIncomeAddress>(t.stranger);
    closeIncome.address = t.income(t.stranger);
    wire::Offer offer;
    offer.network = network;
    offer.seeder = t.seeder.publicKey();
    offer.tracker = t.tracker.publicKey();
    offer.incomeAddress = t.income(t.seeder);
    wire::Manifest manifest;
    manifest.network = network;
    manifest.publisher = t.seeder.publicKey();
    manifest.playlists.push_back({crypto::sha256("playlist"), base::ByteCount(100), 10});
    const auto film = wire::sign(manifest, t.seeder);
    offer.content = wire::contentId(film);
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
        {"getPapers", wire::sign(papers, t.viewer).bytes},
        {"openContract", next.bytes},
        {"closeContract", World::both(t.receipt(opened, 1, MiB), t.viewer, t.seeder).bytes},
        {"closeIncomeAddress", wire::sign(closeIncome, t.stranger).bytes},
        {"closeSpendAddress", wire::sign(closeSpend, t.stranger).bytes},
        {"announce", wire::sign(offer, t.seeder).bytes},
        {"findSeeders", wire::sign(find, t.viewer).bytes},
        {"describe", film.bytes},
        {"search", t.from<wire::Search>(t.viewer).bytes},
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

class TestRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMethodAnswers();
    void whatDoesNotFitIsDropped();
    void addressesAreNotForTheAsking();
    void searchesHaveALimit();
    void pathsAndVerbs();
    void repeatedRequestsGetTheSameBytes();
    void nonceReuseIsAConflict();
    void requestsOfAnotherTime();
    void fullQueueIsUnavailable();
    void fullDiskIsUnavailableAndNothingIsDone();
};

void TestRequests::everyMethodAnswers()
{
    Tracker t;
    const auto requests = validRequests(t);
    QCOMPARE(requests.size(), 16U);
    for (const Case& each : requests)
        QVERIFY2(t.call(each.method, each.body).status == 200, each.method.c_str());
    QCOMPARE(t.check(), std::string());
}

void TestRequests::whatDoesNotFitIsDropped()
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

void TestRequests::addressesAreNotForTheAsking()
{
    Tracker t;
    const auto ask = [&](int number) {
        const auto key = crypto::NodeKey::generate();
        const auto request = number % 2 == 0 ? t.from<wire::GetSpendAddress>(key).bytes : t.from<wire::GetIncomeAddress>(key).bytes;
        return t.call(number % 2 == 0 ? "getSpendAddress" : "getIncomeAddress", request);
    };
    int number = 0;
    while (ask(number).status == 200 && number < 1'000)
        ++number;
    QCOMPARE(number, 120);
    const auto books = t.books();
    const auto request = t.from<wire::GetSpendAddress>(t.stranger);
    const auto refused = t.ask<wire::AddressAnswer>("getSpendAddress", request); // signed, and bound to the request
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, base::ErrorCode::TooMany);
    QCOMPARE(t.call("getSpendAddress", "garbage").status, 400); // still dropped
    QCOMPARE(t.books(), books);
    QVERIFY(t.ask<wire::BalanceAnswer>("getBalance", t.from<wire::GetBalance>(t.stranger))); // nothing else is limited
    t.clock.time += base::UnixMs(1'000);
    QVERIFY(t.ask<wire::AddressAnswer>("getSpendAddress", t.from<wire::GetSpendAddress>(t.stranger)));
}

void TestRequests::searchesHaveALimit()
{
    Tracker t;
    int number = 0;
    while (t.ask<wire::SearchAnswer>("search", t.from<wire::Search>(t.viewer)) && number < 1'000)
        ++number;
    QCOMPARE(number, 120);
    const auto refused = t.ask<wire::SearchAnswer>("search", t.from<wire::Search>(t.viewer));
    QCOMPARE(refused.error().code, base::ErrorCode::TooMany);
    QCOMPARE(t.call("search", "garbage").status, 400);
    t.clock.time += base::UnixMs(1'000);
    QVERIFY(t.ask<wire::SearchAnswer>("search", t.from<wire::Search>(t.viewer)));
    auto tooMany = t.request<wire::Search>(t.viewer);
    tooMany.limit = 51;
    t.clock.time += base::UnixMs(1'000);
    QCOMPARE(statusOf(t.ask<wire::SearchAnswer>("search", wire::sign(tooMany, t.viewer))), 422);
}

void TestRequests::pathsAndVerbs()
{
    Tracker t;
    const auto body = t.from<wire::Handshake>(t.viewer).bytes;
    QCOMPARE(t.call("handshake", body, "GET").status, 405);
    QCOMPARE(t.call("handshake/", body).status, 404);
    QCOMPARE(t.call("", body).status, 404);
    QCOMPARE(t.call("Handshake", body).status, 404);
    QCOMPARE(t.call("handshake?x=1", body).status, 404);
}

void TestRequests::repeatedRequestsGetTheSameBytes()
{
    Tracker t;
    for (const Case& each : validRequests(t)) {
        if (each.method.starts_with("get") || each.method == "handshake" || each.method == "announce" ||
            each.method == "findSeeders" || each.method == "describe" || each.method == "search")
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

void TestRequests::nonceReuseIsAConflict()
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

void TestRequests::requestsOfAnotherTime()
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

void TestRequests::fullQueueIsUnavailable()
{
    Tracker t;
    for (int i = 0; i < 100; ++i)
        QVERIFY(t.committer.submit([](ledger::Ledger&) -> base::Result<void> { return {}; }, [](const base::Result<void>&) {}));
    const auto request = t.from<wire::GetBalance>(t.viewer);
    QCOMPARE(statusOf(t.ask<wire::BalanceAnswer>("getBalance", request)), 503);
    QCOMPARE(statusOf(t.ask<wire::BalanceAnswer>("getBalance", request)), 200);
}

void TestRequests::fullDiskIsUnavailableAndNothingIsDone()
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

QTEST_GUILESS_MAIN(TestRequests)
#include "tst_requests.moc"
