#include "p2p/viewer/channel.h"
#include "p2p/viewer/proposal.h"

// The last receipt, and how the contract was settled.

namespace mutoscope::viewer
{

using namespace std::chrono_literals;

namespace
{

constexpr auto finalTimeout = 4s;

} // namespace

void Channel::finish(const std::string& reason, Settled settled)
{
    m_parts.http.cancel(std::exchange(m_request, 0));
    m_parts.http.cancel(std::exchange(m_confirmation, 0));
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    for (auto& [index, fetch] : m_fetches) {
        m_parts.http.cancel(std::exchange(fetch.request, 0));
        m_parts.executor.cancel(std::exchange(fetch.timer, 0));
        if (!fetch.isHere)
            fetch.fetched = nullptr;
    }
    m_opened = nullptr;
    if (!m_contract || std::exchange(m_finishing, true))
        return;
    if (m_storing > 0) // a segment that is here is receipted
        m_finishLater = [this, reason, settled = std::move(settled)] { close(reason, settled); };
    else
        close(reason, std::move(settled));
}

void Channel::close(const std::string& reason, Settled settled)
{
    if (m_state == State::Fresh)
        return reportNeverOpened(std::move(settled));
    if (!m_isAccepted) // the seeder never accepted, or its answer was lost
        return leaveToCloser(std::move(settled));
    m_state = State::Closing;
    wire::Receipt last = m_receipt;
    ++last.seq;
    last.final = true;
    last.reason = reason.substr(0, 200);
    makeDurable(last, [this, settled = std::move(settled)](const auto& written) { sendFinal(written.has_value(), settled); });
}

void Channel::leaveToCloser(Settled settled)
{
    m_state = State::Done;
    m_parts.closer.close(*m_contract, m_signedReceipt, std::move(settled));
}

void Channel::reportNeverOpened(Settled settled)
{
    m_state = State::Done;
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
    if (!isDurable) // our disk fails: the tracker's keeps the newest that ours has
        return leaveToCloser(settled);
    m_request = post(path("/receipts"), m_signedReceipt->bytes, {.timeout = finalTimeout, .maxBody = wire::ReceiptAccepted::maxBytes},
                     [this, settled](const base::Result<net::HttpResponse>& response) {
                         m_request = 0;
                         const auto answer = response ? settlementIn(*response, *m_contract, m_signedReceipt->payload) : std::nullopt;
                         if (!answer)
                             return leaveToCloser(settled);
                         m_state = State::Done;
                         m_parts.closer.settledElsewhere(m_contract->message, *answer);
                         settled(*answer);
                     });
}

} // namespace mutoscope::viewer
