#pragma once

#include "p2p/base/encoding.h"
#include "tests/sim/contract/fixture.h"

namespace mutoscope::test
{

/// A viewer that signs and sends whatever a test likes: it has the fixture's viewer's key and tokens, and no manners.
class Cheat
{
public:
    explicit Cheat(Fixture& world) : m_world(world), m_key(keyOf(3)), m_http(world.wires.client()) {}

    [[nodiscard]] wire::Contract terms(base::Tokens cap)
    {
        const auto offer = m_world.offer();
        const base::UnixMs now = m_world.time.now();
        wire::Contract contract;
        contract.network = network;
        contract.content = m_world.film;
        contract.tracker = offer.message.tracker;
        contract.seeder = offer.message.seeder;
        contract.incomeAddress = offer.message.incomeAddress;
        contract.viewer = m_key.publicKey();
        contract.spendAddress = *m_world.viewer->basics.wallet.accounts().spendAddress;
        contract.pricePerMiB = price;
        contract.maxAmount = cap;
        contract.receiptTimeoutMs = 60'000;
        contract.serveUntil = now + base::UnixMs(3'600'000);
        contract.closeUntil = contract.serveUntil + base::UnixMs(600'000);
        contract.nonce = base::Nonce::fromRaw(std::string(16, static_cast<char>(++m_nonces)));
        return contract;
    }
    [[nodiscard]] wire::Signed<wire::Contract> sign(wire::Contract contract) const
    {
        return wire::sign(std::move(contract), m_key);
    }
    [[nodiscard]] wire::Signed<wire::Receipt> sign(wire::Receipt receipt) const
    {
        return wire::sign(std::move(receipt), m_key);
    }

    /// A receipt for the segments 0 … count − 1.
    [[nodiscard]] wire::Receipt receipt(const wire::Signed<wire::Contract>& contract, std::int64_t seq,
                                        std::uint32_t count)
    {
        wire::Receipt receipt = viewer::firstReceipt(contract.message, wire::contractId(contract));
        receipt.seq = seq;
        const auto stream = m_world.stream();
        for (std::uint32_t i = 0; i < count; ++i) {
            receipt.segments.insert(base::SegmentIndex(i));
            receipt.bytes += stream.segment(base::SegmentIndex(i)).bytes;
        }
        receipt.amount = need(wire::amountDue(receipt.bytes, contract.message.pricePerMiB));
        return receipt;
    }

    /// The status; 0 where nothing came.
    int post(std::uint16_t port, const std::string& target, const std::string& body)
    {
        std::optional<base::Result<net::HttpResponse>> answer;
        m_http->send({.host = "127.0.0.1", .port = port, .pin = {}},
                     {.method = "POST", .target = target, .body = body, .peer = {}},
                     {.timeout = std::chrono::seconds(60), .maxBody = 1024 * 1024},
                     [&](auto given) { answer = std::move(given); });
        m_world.time.runUntil([&] { return answer.has_value(); }, std::chrono::seconds(61));
        return answer && *answer ? (*answer)->status : 0;
    }
    int propose(const wire::Signed<wire::Contract>& contract)
    {
        return post(m_world.seeder->port, "/v1/contracts", contract.bytes);
    }
    int ask(const wire::Signed<wire::Receipt>& receipt, std::uint32_t segment)
    {
        return post(m_world.seeder->port, path(receipt.message.contract) + "/segments/" + std::to_string(segment),
                    receipt.bytes);
    }
    int bring(const wire::Signed<wire::Receipt>& receipt)
    {
        return post(m_world.seeder->port, path(receipt.message.contract) + "/receipts", receipt.bytes);
    }
    int tellTracker(const std::string& method, const std::string& body)
    {
        return post(TrackerNode::port, "/v1/" + method, body);
    }

    [[nodiscard]] static std::string path(const base::ContractId& id) { return "/v1/contracts/" + base::toHex(id); }

private:
    Fixture& m_world;
    crypto::NodeKey m_key;
    std::unique_ptr<net::HttpClient> m_http;
    int m_nonces = 0;
};

} // namespace mutoscope::test
