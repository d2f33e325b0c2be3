#include <QFileInfo>
#include <set>

#include "app/node/commands.h"
#include "p2p/base/file.h"
#include "p2p/control/fields.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/papers.h"
#include "p2p/wire/permit.h"

namespace mutoscope::app
{

namespace
{

std::string hex(const std::optional<base::Address>& address)
{
    return address ? base::toHex(*address) : "not known yet";
}

void printWallet(const node::Wallet& wallet)
{
    print("ordinary  " + inWords(wallet.ordinary) + "\t" + base::toHex(wallet.ordinaryAddress));
    print("spend     " + inWords(wallet.spend) + "\t" + hex(wallet.spendAddress));
    print("locked    " + inWords(wallet.locked) + " in open contracts");
    print("income    " + inWords(wallet.income) + "\t" + hex(wallet.incomeAddress));
    if (wallet.stale)
        print("The tracker does not answer just now: these are the last known figures.");
}

/// By its id, or the first eight digits or more of one in the history.
std::optional<base::ContractId> contractOf(Task& task, const QString& text)
{
    const std::string start = text.toLower().toStdString();
    if (const auto id = base::fixedFromHex<base::ContractId>(start))
        return id;
    std::set<base::ContractId> found;
    if (task.snapshot().wallet.history && start.size() >= 8) {
        for (const wire::HistoryEntry& entry : *task.snapshot().wallet.history) {
            if (entry.contract && base::toHex(*entry.contract).starts_with(start))
                found.insert(*entry.contract);
        }
    }
    if (found.size() == 1)
        return *found.begin();
    task.fail(QStringLiteral("there is no one contract '%1' in the history: name it by its id, or at least 8 digits of that").arg(text));
    return std::nullopt;
}

/// What they prove; false where it is nothing.
bool printPapers(std::string_view contract, std::string_view receipt)
{
    const auto papers = wire::checkPapers(contract, receipt);
    if (!papers) {
        complain(QStringLiteral("these papers prove nothing: ") + text(papers.error().message));
        return false;
    }
    const wire::Contract& terms = papers->contract;
    print("contract  " + base::toHex(papers->id) + "\tsigned by viewer and seeder");
    print("film      " + base::toHex(terms.content));
    print("seeder    " + wire::keyText(terms.seeder));
    print("viewer    " + wire::keyText(terms.viewer));
    print("price     " + wire::inWords(terms.pricePerMiB) + " for each MiB, at most " + wire::inWords(terms.maxAmount));
    if (!papers->receipt) {
        print("receipt   none");
        return true;
    }
    const wire::Receipt& receipted = *papers->receipt;
    print("receipt   number " + std::to_string(receipted.seq) + "\tsigned by " + (papers->seederSignedReceipt ? "viewer and seeder" : "the viewer"));
    print("segments  " + std::to_string(receipted.segments.count()) + ", " + std::to_string(receipted.bytes.value()) + " bytes, for " +
          wire::inWords(receipted.amount));
    return true;
}

} // namespace

void showWallet(Task& task)
{
    task.whenKnown([&task] {
        if (task.has("json"))
            task.printJson(task.snapshot().wallet);
        else
            printWallet(task.snapshot().wallet);
        task.end();
    });
}

void topUp(Task& task)
{
    if (const auto amount = task.tokens(task.argument(0))) {
        task.whenOnline([&task, amount = *amount] {
            task.endWithWalletAction();
            task.node().topUp(amount);
        });
    }
}

void sendTokens(Task& task)
{
    const auto to = base::fixedFromHex<base::Address>(task.argument(0).toStdString());
    if (!to)
        return task.misuse(QStringLiteral("'%1' is not an address of 64 digits").arg(task.argument(0)));
    if (const auto amount = task.tokens(task.argument(1))) {
        task.whenOnline([&task, to = *to, amount = *amount] {
            task.endWithWalletAction();
            task.node().send(to, amount, task.option("memo"));
        });
    }
}

void payOut(Task& task)
{
    task.whenOnline([&task] {
        task.endWithWalletAction();
        task.node().payOutIncome();
    });
}

void closeSpendAddress(Task& task)
{
    task.whenOnline([&task] {
        task.endWithWalletAction();
        task.node().closeSpendAddress();
    });
}

void showContract(Task& task)
{
    task.whenOnline([&task] {
        const auto id = contractOf(task, task.argument(0));
        if (!id)
            return;
        QObject::connect(&task.node(), &node::Node::contractCame, &task, [&task, id](const node::ContractPage& page) {
            if (page.id != *id)
                return; // somebody else's
            if (!page.problem.empty())
                return task.fail(text(page.problem));
            if (task.has("out")) {
                const auto file = QFileInfo(task.option("out")).absoluteFilePath().toStdString();
                if (const auto written = base::writeFileDurably(file, wire::papersFile(page.contract, page.receipt)); !written)
                    return task.fail(text(written.error().message));
            }
            const bool isProof = printPapers(page.contract, page.receipt);
            print("state     " + std::string(wire::enumName(page.state)) +
                  (page.closed ? ": " + wire::inWords(page.paid) + " paid, " + wire::inWords(page.returned) + " came back" : std::string()));
            task.end(isProof ? status::done : status::failed);
        });
        task.node().fetchContract(*id);
    });
}

int verifyPapers(const QStringList& arguments)
{
    const auto read = base::readFile(arguments.value(0).toStdString(), wire::PapersFile::maxBytes);
    const auto papers = read ? wire::readPapersFile(*read) : tl::unexpected(read.error());
    if (!papers) {
        complain(text(papers.error().message));
        return status::failed;
    }
    return printPapers(papers->contract, papers->receipt.value_or(std::string())) ? status::done : status::failed;
}

} // namespace mutoscope::app
