#include <QDateTime>

#include "app/node/commands.h"
#include "p2p/control/fields.h"
#include "p2p/wire/amount.h"

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

void printEntry(const wire::HistoryEntry& entry)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(entry.time.value(), Qt::UTC);
    print(time.toString(Qt::ISODate).toStdString() + '\t' + (entry.incoming ? "+" : "-") + wire::inWords(entry.amount) + '\t' +
          std::string(wire::enumName(entry.address)) + '\t' + std::string(wire::enumName(entry.kind)) + '\t' + entry.memo);
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

void showHistory(Task& task)
{
    task.whenKnown([&task] {
        const auto& history = task.snapshot().wallet.history;
        if (!history)
            return task.fail(QStringLiteral("the history is not known: ") + text(task.snapshot().tracker.problem));
        if (task.has("json")) {
            task.printJson(*history);
        } else {
            for (const wire::HistoryEntry& each : *history)
                printEntry(each);
        }
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

} // namespace mutoscope::app
