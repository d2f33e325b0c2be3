#include "p2p/base/encoding.h"
#include "p2p/wire/amount.h"
#include "tests/sim/swarm/people.h"

namespace mutoscope::test::swarm
{

using namespace std::chrono_literals;
using base::SegmentIndex;

namespace
{

std::string contractPath(const wire::Signed<wire::Contract>& contract)
{
    return "/v1/contracts/" + base::toHex(wire::contractId(contract));
}

} // namespace

Liar::Liar(Place place, int number, std::filesystem::path folder, Dice dice, content::Stream film,
           std::vector<wire::Offer> victims)
    : Person(std::move(place), number, std::move(folder), dice), m_film(std::move(film)), m_victims(std::move(victims))
{
}

void Liar::start()
{
    m_basics = std::make_unique<NodeBasics>(*m_place, m_number, m_folder.string());
    m_deals.clear();
    m_basics->wallet.whenReady([this] { act(); });
}

void Liar::bury()
{
    m_basics.reset();
}

void Liar::act()
{
    m_place->time.after(m_dice.between(50ms, 2000ms), [this] { act(); });
    if (m_leaving)
        return;
    if (m_deals.empty() || m_dice.chance(4)) {
        for (int i = m_dice.chance(10) ? 10 : 1; i > 0; --i)
            propose();
        return;
    }
    const auto deal = static_cast<std::size_t>(m_dice.between(0, static_cast<int>(m_deals.size()) - 1));
    const int what = m_dice.between(1, 100);
    if (what <= 65)
        return ask(deal);
    if (what <= 75)
        return post(m_deals[deal].port, contractPath(m_deals[deal].contract) + "/receipts", makeReceipt(deal).bytes,
                    {});
    if (what <= 79)
        return closeAtTracker(deal);
    if (what <= 82)
        return drain();
    if (what <= 90 && !m_sent.empty()) { // as it was, once more
        const Sent sent = m_sent[static_cast<std::size_t>(m_dice.between(0, static_cast<int>(m_sent.size()) - 1))];
        return post(sent.port, sent.target, sent.body, {});
    }
}

void Liar::post(std::uint16_t port, std::string target, std::string body, net::HttpClient::Callback callback)
{
    if (m_sent.size() < 200)
        m_sent.push_back({port, target, body});
    if (!callback)
        callback = [](const auto&) {};
    m_basics->http->send({.host = "127.0.0.1", .port = port, .pin = {}},
                         {.method = "POST", .target = std::move(target), .body = std::move(body), .peer = {}},
                         {.timeout = 20s, .maxBody = 1024 * 1024}, std::move(callback));
}

void Liar::propose()
{
    if (!m_basics->wallet.accounts().spendAddress)
        return;
    const wire::Offer& victim =
        m_victims[static_cast<std::size_t>(m_dice.between(0, static_cast<int>(m_victims.size()) - 1))];
    wire::Contract contract;
    contract.network = network;
    contract.content = m_film.id();
    contract.tracker = victim.tracker;
    contract.seeder = victim.seeder;
    contract.incomeAddress = victim.incomeAddress;
    contract.viewer = key();
    contract.spendAddress = *m_basics->wallet.accounts().spendAddress;
    contract.pricePerMiB = victim.pricePerMiB;
    const base::Tokens all = need(wire::amountDue(m_film.bytes(), victim.pricePerMiB));
    contract.maxAmount = m_dice.chance(80) ? all : base::Tokens(all.value() * m_dice.between(0, 200) / 100);
    contract.creditWindow = m_dice.chance(80) ? victim.creditWindow : m_dice.between(1, 8);
    contract.receiptTimeoutMs = m_dice.between(1'000, m_dice.chance(50) ? 10'000 : 120'000);
    contract.serveUntil =
        m_basics->trackerClient.now() + base::UnixMs(m_dice.between(1'000, m_dice.chance(70) ? 20'000 : 120'000));
    contract.closeUntil =
        contract.serveUntil + base::UnixMs(m_dice.between(m_dice.chance(90) ? 60'000 : 1'000, 90'000));
    contract.nonce = m_basics->random.make<base::Nonce>();
    const auto proposal = wire::sign(contract, m_key);
    m_deals.push_back({proposal, need(net::parseEndpoint("https://" + victim.endpoints.front())).port, {}, {}});
    if (m_dice.chance(50))
        return post(m_deals.back().port, "/v1/contracts", proposal.bytes, {});
    const auto first = static_cast<std::uint32_t>(m_dice.between(0, static_cast<int>(m_film.segmentCount()) - 1));
    take(proposal, first, m_deals.back().port, "/v1/contracts/segments/" + std::to_string(first), proposal.bytes);
}

wire::Receipt Liar::honestReceipt(std::size_t deal) const
{
    const Deal& ours = m_deals[deal];
    wire::Receipt receipt = viewer::firstReceipt(ours.contract.message, wire::contractId(ours.contract));
    receipt.segments = ours.received;
    receipt.seq = ours.received.count();
    for (const auto& range : ours.received.ranges()) {
        for (std::uint32_t i = range.first; i <= range.last; ++i)
            receipt.bytes += m_film.segment(SegmentIndex(i)).bytes;
    }
    receipt.amount = need(wire::amountDue(receipt.bytes, ours.contract.message.pricePerMiB));
    return receipt;
}

/// Mostly the right one: who never pays never gets a second segment.
wire::Signed<wire::Receipt> Liar::makeReceipt(std::size_t deal)
{
    Deal& ours = m_deals[deal];
    wire::Receipt receipt = honestReceipt(deal);
    const int what = m_dice.between(1, 100);
    if (what > 96) { // claims a segment that it has not got
        const SegmentIndex index(
            static_cast<std::uint32_t>(m_dice.between(0, static_cast<int>(m_film.segmentCount()) - 1)));
        if (!receipt.segments.contains(index)) {
            receipt.segments.insert(index);
            receipt.bytes += m_film.segment(index).bytes;
            receipt.amount = need(wire::amountDue(receipt.bytes, ours.contract.message.pricePerMiB));
        }
        ++receipt.seq;
    } else if (what > 92) { // signs lower, with a higher number
        receipt = viewer::firstReceipt(ours.contract.message, wire::contractId(ours.contract));
        receipt.seq = ours.received.count() + m_dice.between(0, 2);
    } else if (what > 86 && !ours.receipts.empty()) { // an old one
        return ours.receipts[static_cast<std::size_t>(m_dice.between(0, static_cast<int>(ours.receipts.size()) - 1))];
    } else if (what > 84) {
        receipt.final = true;
        ++receipt.seq;
    } else if (what > 82) { // less than the price
        receipt.amount = base::Tokens(receipt.amount.value() / 2);
    }
    ours.receipts.push_back(wire::sign(receipt, m_key));
    return ours.receipts.back();
}

void Liar::ask(std::size_t deal)
{
    const Deal& ours = m_deals[deal];
    std::uint32_t index = 0;
    while (index + 1 < m_film.segmentCount() && ours.received.contains(SegmentIndex(index)))
        ++index;
    if (m_dice.chance(10))
        index = static_cast<std::uint32_t>(m_dice.between(0, static_cast<int>(m_film.segmentCount())));
    const auto receipt = makeReceipt(deal);
    take(ours.contract, index, ours.port, contractPath(ours.contract) + "/segments/" + std::to_string(index),
         receipt.bytes);
}

void Liar::take(const wire::Signed<wire::Contract>& contract, std::uint32_t index, std::uint16_t port,
                std::string target, std::string body)
{
    post(port, std::move(target), std::move(body),
         [this, id = wire::contractId(contract), index](const base::Result<net::HttpResponse>& response) {
             if (!response || response->status != 200 || !m_film.has(SegmentIndex(index)))
                 return;
             for (Deal& each : m_deals) {
                 if (wire::contractId(each.contract) == id &&
                     crypto::sha256(*response->body) == m_film.segment(SegmentIndex(index)).sha256)
                     each.received.insert(SegmentIndex(index));
             }
         });
}

void Liar::closeAtTracker(std::size_t deal)
{
    const Deal& ours = m_deals[deal];
    const auto lowest = wire::sign(viewer::firstReceipt(ours.contract.message, wire::contractId(ours.contract)), m_key);
    post(TrackerNode::port, "/v1/closeContract", m_dice.chance(50) ? lowest.bytes : makeReceipt(deal).bytes, {});
}

void Liar::drain()
{
    const auto& accounts = m_basics->wallet.accounts();
    if (!accounts.spendAddress)
        return;
    if (m_dice.chance(50)) {
        wire::CloseSpendAddress message;
        message.address = *accounts.spendAddress;
        return m_basics->trackerClient.insist<wire::AddressClosedAnswer>("closeSpendAddress", message,
                                                                         [](const auto&) {});
    }
    wire::Transfer message;
    message.from = *accounts.spendAddress;
    message.to = accounts.ordinaryAddress;
    message.amount = base::Tokens(m_dice.between(1, 1'000'000));
    m_basics->trackerClient.insist<wire::TransferAnswer>("transfer", message, [](const auto&) {});
}

} // namespace mutoscope::test::swarm
