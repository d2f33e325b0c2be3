#include "p2p/viewer/closer.h"

#include "p2p/base/encoding.h"
#include "p2p/base/log.h"

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr auto resumeTime = 30s; ///< for the person to open the film again
constexpr auto askAgain = 5s;
constexpr int notFoundIsFinal = 4;    ///< the seeder may be opening it at this very moment
constexpr auto lookLater = 5min;      ///< or it does so later: our tokens would be locked until the contract's end

} // namespace

wire::Receipt firstReceipt(const wire::Contract& contract, const base::ContractId& id)
{
    wire::Receipt receipt;
    receipt.network = contract.network;
    receipt.contract = id;
    receipt.seeder = contract.seeder;
    receipt.viewer = contract.viewer;
    return receipt;
}

Closer::~Closer()
{
    for (const auto& [id, each] : m_cases)
        m_parts.executor.cancel(each->timer);
    for (const auto& [id, each] : m_leftovers)
        m_parts.executor.cancel(each.timer);
}

void Closer::closeLeftovers(const wallet::ContractBook::State& state)
{
    for (const auto& [id, left] : state.open) {
        const auto contract = wire::open<wire::Contract>(left.contract, m_parts.network, {wire::Role::Viewer});
        if (!contract) {
            qCWarning(logViewer) << "a contract in the book can't be read:" << contract.error().message.c_str();
            continue;
        }
        std::optional<wire::Signed<wire::Receipt>> receipt;
        if (!left.receipt.empty()) {
            if (auto opened = wire::open<wire::Receipt>(left.receipt, m_parts.network, {wire::Role::Viewer}))
                receipt = std::move(*opened);
        }
        Waiting& waiting = m_leftovers[id];
        waiting.leftover = {*contract, std::move(receipt)};
        waiting.timer = m_parts.executor.after(resumeTime, [this, id = id] {
            const auto node = m_leftovers.extract(id);
            qCInfo(logViewer) << "closing contract" << base::shortHex(id).c_str() << "that was left open";
            close(node.mapped().leftover.contract, node.mapped().leftover.receipt, [](const auto&) {});
        });
    }
}

std::vector<Closer::Leftover> Closer::takeOver(const base::ContentId& content)
{
    std::vector<Leftover> taken;
    std::erase_if(m_leftovers, [&](auto& each) {
        if (each.second.leftover.contract.message.content != content)
            return false;
        m_parts.executor.cancel(each.second.timer);
        taken.push_back(std::move(each.second.leftover));
        return true;
    });
    return taken;
}

bool Closer::canGoOn(const Leftover& leftover) const
{
    return leftover.contract.message.serveUntil > m_parts.tracker.now() && !(leftover.receipt && leftover.receipt->message.final);
}

void Closer::close(const wire::Signed<wire::Contract>& contract, const std::optional<wire::Signed<wire::Receipt>>& receipt,
                   Settled settled)
{
    const base::ContractId id = wire::contractId(contract);
    const auto last = receipt ? *receipt : wire::sign(firstReceipt(contract.message, id), m_parts.key);
    auto each = std::make_shared<Case>();
    each->contract = contract.message;
    each->id = id;
    each->receipt = last.bytes;
    each->receiptPayload = last.payload;
    each->settled = std::move(settled);
    m_cases[id] = each;
    request(each);
}

void Closer::request(const CasePtr& each)
{
    m_parts.tracker.closeContract(each->receipt, each->receiptPayload, [this, each](const auto& answer) {
        // Conflict: the seeder has closed it with a receipt of its own. What came of it?
        if (!answer && answer.error().code == ErrorCode::Conflict)
            return ask(each);
        take(each, answer);
    });
}

void Closer::ask(const CasePtr& each)
{
    wire::GetContract question;
    question.contract = each->id;
    m_parts.tracker.ask<wire::ContractAnswer>("getContract", std::move(question), [this, each](const auto& answer) { take(each, answer); });
}

void Closer::again(const CasePtr& each, std::chrono::milliseconds delay, bool onlyAsk)
{
    each->timer = m_parts.executor.after(delay, [this, each, onlyAsk] {
        each->timer = 0;
        if (onlyAsk)
            ask(each);
        else
            request(each);
    });
}

void Closer::take(const CasePtr& each, const base::Result<wire::Signed<wire::ContractAnswer>>& answer)
{
    if (!answer) {
        if (answer.error().code == ErrorCode::NotFound && ++each->notFound >= notFoundIsFinal) {
            wire::ContractAnswer nothing;
            nothing.contract = each->id;
            nothing.state = wire::ContractState::Closed;
            if (m_parts.tracker.now() >= each->contract.serveUntil) // from now on nobody can open it
                return finish(each, nothing);
            if (const auto settled = std::exchange(each->settled, nullptr))
                settled(nothing);
            return again(each, lookLater, false);
        }
        qCInfo(logViewer) << "the tracker has not closed contract" << base::shortHex(each->id).c_str() << "yet:"
                          << answer.error().message.c_str();
        return again(each, askAgain, false);
    }
    const wire::ContractAnswer& state = answer->message;
    switch (state.state) {
    case wire::ContractState::Closed:
        return finish(each, state);
    case wire::ContractState::Open:
        return again(each, askAgain, false);
    case wire::ContractState::Closing: {
        const std::int64_t wait = state.settles ? state.settles->value() - m_parts.tracker.now().value() : 0;
        return again(each, std::clamp(std::chrono::milliseconds(wait + 200), std::chrono::milliseconds(500), std::chrono::milliseconds(60s)), true);
    }
    }
}

void Closer::finish(const CasePtr& each, const wire::ContractAnswer& answer)
{
    settledElsewhere(each->contract, answer);
    m_cases.erase(each->id);
    if (each->settled)
        each->settled(answer);
}

void Closer::settledElsewhere(const wire::Contract& contract, const wire::ContractAnswer& answer)
{
    qCInfo(logViewer) << "contract" << base::shortHex(answer.contract).c_str() << "settled:" << answer.paid.value()
                      << "micro-tokens paid," << answer.returned.value() << "returned";
    m_parts.book.closeContract(answer.contract, contract.content, answer.bytes, answer.paid, [](const base::Result<void>& written) {
        if (!written)
            qCWarning(logViewer) << written.error().message.c_str(); // asked about again at the next start
    });
}

} // namespace mutoscope::viewer
