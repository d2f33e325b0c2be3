#include "p2p/base/log.h"
#include "p2p/node/node_core.h"

// The library of a wallet that was restored: its history names the films.

namespace mutoscope::node
{

base::Result<void> NodeCore::startRestore()
{
    m_restore = std::make_unique<LibraryRestore>(LibraryRestore::Parts{
        .executor = m_executor,
        .file = m_config.dataFolder / "library-restore.json",
        .has = [this](const base::ContentId& content) { return m_library->find(content) != nullptr; },
        .fetch = [this](const base::ContentId& content, const LibraryRestore::Fetched& fetched) { lookUp(content, fetched); },
        .changed =
            [this] {
                m_shelf->refresh();
                touch();
            }});
    if (const auto loaded = m_restore->load(); !loaded)
        return loaded;
    return std::exchange(m_isRestored, false) ? m_restore->begin() : base::Result<void>();
}

void NodeCore::walletChanged()
{
    const wallet::Accounts& accounts = m_wallet->accounts();
    if (m_restore && m_restore->wantsHistory() && accounts.historyIsWhole)
        m_restore->collect(*accounts.history);
    touch();
}

/// As for watching, up to the question what it may cost, which is not answered.
void NodeCore::lookUp(const base::ContentId& content, const LibraryRestore::Fetched& fetched)
{
    if (m_stopping || m_hasStopped)
        return;
    viewer::Channel::Parts channel{m_executor, m_disk.executor(), m_random, *m_key, m_config.network,
                                   *m_peerHttp, *m_tracker, *m_viewerBook, *m_store, *m_closer};
    viewer::Session::Parts parts{channel, m_clock, m_finding->offers(), *m_wallet, *m_library};
    const auto looked = [this, fetched, isOver = std::make_shared<bool>(false)] {
        switch (m_look->viewing().stage) {
        case viewer::Stage::Idle:
        case viewer::Stage::FindingSeeder:
            return;
        case viewer::Stage::Approval:
        case viewer::Stage::OpeningContract:
        case viewer::Stage::FirstSegment:
        case viewer::Stage::Playing:
        case viewer::Stage::Finished:
        case viewer::Stage::Failed:
            break;
        }
        if (std::exchange(*isOver, true))
            return;
        m_executor.post([this, fetched] { // not from within the part that calls
            m_look.reset();
            fetched();
        });
    };
    m_look = std::make_unique<viewer::Session>(std::move(parts), linkTo(content), viewer::SessionOptions{.approveUpTo = base::Tokens(-1)}, looked);
    m_look->start();
}

} // namespace mutoscope::node
