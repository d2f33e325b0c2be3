#pragma once

#include <map>

#include "p2p/wallet/wallet.h"
#include "tests/support/virtual_network.h"

namespace mutoscope::test
{

inline const std::string network = "test";

inline crypto::NodeKey keyOf(std::uint8_t number)
{
    std::array<std::uint8_t, crypto::NodeKey::seedSize> seed{};
    seed.fill(number);
    return crypto::NodeKey::fromSeed(seed.data());
}

class CountingRandom final : public crypto::Random
{
public:
    void fill(std::span<std::uint8_t> bytes) override
    {
        std::ranges::fill(bytes, ++m_count);
    }

private:
    std::uint8_t m_count = 0;
};

/// Answers as a test tells it to, and keeps what it was asked.
class FakeTracker final : public net::RequestHandler
{
public:
    explicit FakeTracker(VirtualTime& time) : m_time(time) {}

    crypto::NodeKey key = keyOf(1);
    std::chrono::milliseconds ahead{0};                ///< its clock
    std::optional<base::Address> spend = base::Address::fromRaw(std::string(32, 's'));
    std::optional<base::Address> income = base::Address::fromRaw(std::string(32, 'i'));
    std::map<std::string, base::Error> refusals;       ///< by method
    std::function<std::string(const std::string& method, std::string answer)> change;
    std::vector<std::pair<std::string, std::string>> asked; ///< method, body

    void handle(net::HttpRequest request, Respond respond) override
    {
        const std::string method = request.target.substr(4);
        asked.emplace_back(method, request.body);
        const auto payload = crypto::sha256(wire::readEnvelope(request.body, typeOf(method), 64 * 1024).value().payload);
        int status = 200;
        std::string body;
        if (const auto refusal = refusals.find(method); refusal != refusals.end()) {
            body = wire::refusal(refusal->second, payload, network, key, now()).bytes;
            status = base::httpStatus(refusal->second.code);
        } else {
            body = answer(method, payload);
        }
        if (change)
            body = change(method, std::move(body));
        respond({.status = status, .body = std::make_shared<const std::string>(std::move(body))});
    }
    [[nodiscard]] std::int64_t count(const std::string& method) const
    {
        return std::ranges::count(asked, method, [](const auto& each) { return each.first; });
    }
    [[nodiscard]] base::UnixMs now() const { return m_time.now() + base::UnixMs(ahead.count()); }

    template <class A>
    [[nodiscard]] std::string sign(A answer, const base::Sha256& request) const
    {
        static_cast<wire::Answer&>(answer) = wire::answerTo<wire::Answer>(request, network, key.publicKey(), now());
        return wire::sign(std::move(answer), key).bytes;
    }

private:
    [[nodiscard]] static std::string typeOf(const std::string& method) { return "mutoscope." + method + ".v1"; }
    [[nodiscard]] std::string answer(const std::string& method, const base::Sha256& request) const
    {
        if (method == "handshake") {
            wire::HandshakeAnswer answer;
            answer.name = "fake";
            return sign(answer, request);
        }
        if (method == "getSpendAddress" || method == "getIncomeAddress") {
            wire::AddressAnswer answer;
            answer.address = base::Address::fromRaw(std::string(32, method == "getSpendAddress" ? 's' : 'i'));
            return sign(answer, request);
        }
        if (method == "getBalance") {
            wire::BalanceAnswer answer;
            answer.ordinary = base::Tokens(1);
            answer.spend = base::Tokens(2);
            answer.locked = base::Tokens(3);
            answer.income = base::Tokens(4);
            answer.spendAddress = spend;
            answer.incomeAddress = income;
            return sign(answer, request);
        }
        if (method == "closeIncomeAddress")
            return sign(wire::AddressClosedAnswer(), request);
        if (method == "transfer")
            return sign(wire::TransferAnswer(), request);
        return sign(wire::HistoryAnswer(), request);
    }
    VirtualTime& m_time;
};

/// A client, or a wallet, with its tracker at port 1.
struct Bank {
    VirtualTime time;
    VirtualNetwork wires{time};
    FakeTracker tracker{time};
    crypto::NodeKey key = keyOf(2);
    CountingRandom random;
    std::unique_ptr<net::HttpClient> http = wires.client();
    std::unique_ptr<wallet::TrackerClient> client;

    explicit Bank(std::optional<base::PublicKey> linkKey = std::nullopt)
    {
        wires.listen(1, &tracker);
        client = std::make_unique<wallet::TrackerClient>(wallet::TrackerClient::Parts{
            *http, time, time, random, key, network, {{.host = "127.0.0.1", .port = 1, .pin = base::Sha256()}, linkKey}});
    }
};

} // namespace mutoscope::test
