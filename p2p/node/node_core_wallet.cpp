#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"
#include "p2p/node/node_core.h"
#include "p2p/node/spending.h"
#include "p2p/wire/papers.h"

// Movements of tokens that a person asks for, and looking at contracts.

namespace mutoscope::node
{

wallet::Wallet::Done NodeCore::walletDone()
{
    return [this](const base::Result<void>& result) {
        Q_EMIT walletActionDone(result ? QString() : QString::fromStdString(result.error().message));
    };
}

void NodeCore::topUp(base::Tokens amount)
{
    if (isWalletOpen())
        m_wallet->topUp(amount, walletDone());
}

void NodeCore::payOutIncome()
{
    if (isWalletOpen())
        m_wallet->payOutIncome(walletDone());
}

void NodeCore::closeSpendAddress()
{
    if (isWalletOpen())
        m_wallet->closeSpendAddress(walletDone());
}

void NodeCore::send(const base::Address& to, base::Tokens amount, std::string memo)
{
    if (isWalletOpen())
        m_wallet->send(to, amount, std::move(memo), walletDone());
}

void NodeCore::leftToday(base::Tokens dailyCap, const viewer::SessionOptions::Limit& answer)
{
    const base::UnixMs since = startOfDay(m_tracker->now());
    m_wallet->historySince(since, [dailyCap, since, answer](const base::Result<wallet::History::Entries>& history) {
        if (!history)
            return answer(tl::unexpected(history.error()));
        answer(std::optional(std::max(dailyCap - spentSince(**history, since), base::Tokens())));
    });
}

/// If not, the person who asked is told.
bool NodeCore::isWalletOpen()
{
    if (!m_wallet || !m_problem.empty())
        Q_EMIT walletActionDone(QString::fromStdString(m_problem));
    return m_wallet && m_problem.empty();
}

std::filesystem::path NodeCore::papersOf(const base::ContractId& contract) const
{
    return m_config.dataFolder / "papers" / (base::toHex(contract) + ".json");
}

void NodeCore::keepPapers(const base::ContractId& contract, std::string papers)
{
    m_disk.executor().post([file = papersOf(contract), papers = std::move(papers)] {
        if (const auto written = base::writeFileDurably(file, papers); !written)
            qCWarning(logNode) << "a contract's papers can't be kept:" << written.error().message.c_str();
    });
}

void NodeCore::fetchContract(const base::ContractId& contract)
{
    if (isOpening())
        return m_whenOpened.push_back([this, contract] { fetchContract(contract); });
    ContractPage page;
    page.id = contract;
    if (!m_tracker) {
        page.problem = m_problem;
        Q_EMIT contractCame(page);
        return;
    }
    wire::GetPapers question;
    question.contract = contract;
    m_tracker->ask<wire::PapersAnswer>("getPapers", std::move(question), [this, page](const base::Result<wire::Signed<wire::PapersAnswer>>& answer) mutable {
        if (answer) {
            const wire::PapersAnswer& papers = answer->message;
            page.contract = papers.contract;
            page.receipt = papers.receipt.value_or(std::string());
            page.state = papers.state;
            page.paid = papers.paid;
            page.returned = papers.returned;
            page.opened = papers.opened;
            page.closed = papers.closed;
            // Across two trackers the seeder's has the word of the other one; the receipt is here.
            const auto kept = page.receipt.empty() ? base::readFile(papersOf(page.id), wire::PapersFile::maxBytes) : base::Result<std::string>();
            if (const auto own = kept ? wire::readPapersFile(*kept) : tl::unexpected(kept.error()); own && own->receipt && wire::checkPapers(page.contract, *own->receipt))
                page.receipt = *own->receipt;
        } else {
            page.problem = answer.error().message;
        }
        Q_EMIT contractCame(page);
    });
}

} // namespace mutoscope::node
