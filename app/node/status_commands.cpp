#include <algorithm>

#include <QJsonArray>

#include "app/node/commands.h"
#include "p2p/control/fields.h"

namespace mutoscope::app
{

namespace
{

std::string trackerInWords(const node::TrackerStatus& tracker)
{
    std::string words(control::enumText(tracker.state));
    if (!tracker.name.empty())
        words += ", " + tracker.name;
    if (!tracker.problem.empty())
        words += ": " + tracker.problem;
    return words;
}

std::string reachInWords(const node::Snapshot& now)
{
    if (now.listening.empty())
        return "this node does not listen for viewers";
    std::string words = now.listening + ", others reach it: " + std::string(wire::enumName(now.reach.way));
    if (const std::string& problem = now.reach.problem.empty() ? now.reach.relayProblem : now.reach.problem; !problem.empty())
        words += " (" + problem + ')';
    return words;
}

std::string relayInWords(const node::ReachStatus& reach)
{
    const node::RelayCost& cost = reach.relayCost;
    std::string words = reach.relay + ", " + inWords(cost.price) + " for each MiB beyond the free ones, " + inWords(std::optional(cost.paid)) + " paid for " +
                        inWords(cost.bytes);
    if (!cost.problem.empty())
        words += " (" + cost.problem + ')';
    return words;
}

std::string viewingInWords(const node::Viewing& viewing)
{
    std::string words(control::enumText(viewing.stage));
    if (!viewing.title.empty())
        words = viewing.title + ", " + words + ", " + std::to_string(viewing.segmentsHere) + " of " + std::to_string(viewing.segmentsTotal) +
                " segments here, " + inWords(std::optional(viewing.spent)) + " spent";
    if (viewing.problem)
        words += ": " + viewing.problem->sentence;
    return words;
}

void printStatus(const node::Snapshot& now)
{
    print("tracker   " + trackerInWords(now.tracker));
    print("wallet    " + inWords(now.wallet.spend) + " to spend, " + inWords(now.wallet.locked) + " locked, " + inWords(now.wallet.income) +
          " earned and not paid out, " + inWords(now.wallet.ordinary) + " on the ordinary address");
    print("serving   " + reachInWords(now));
    if (now.reach.relayCost.price)
        print("relay     " + relayInWords(now.reach));
    if (now.relay)
        print("relaying  for " + std::to_string(now.relay->nodes) + " nodes, " + inWords(now.relay->copied) + " copied, " + inWords(std::optional(now.relay->earned)) +
              " earned" + (now.relay->problem.empty() ? "" : " (" + now.relay->problem + ')'));
    print("watching  " + viewingInWords(now.viewing));
    const auto on = std::ranges::count_if(now.seeding, [](const node::SeededTitle& title) { return title.seeding; });
    int viewers = 0;
    for (const node::SeededTitle& title : now.seeding)
        viewers += title.viewersNow;
    print("seeding   " + std::to_string(on) + " films, " + std::to_string(viewers) + " viewers now");
    if (now.library)
        print("library   " + std::to_string(now.library->size()) + " films" + (now.disk ? ", " + inWords(now.disk->films) : ""));
    for (const node::SourceStatus& source : now.sources)
        print("source    " + std::string(wire::enumName(source.kind)) + ": " + std::string(control::enumText(source.state)) +
              (source.problem.empty() ? "" : ": " + source.problem));
}

QString hex(const std::optional<base::Address>& address)
{
    return address ? QString::fromStdString(base::toHex(*address)) : QString();
}

/// How others get to the node, each time that it changes.
void sayReach(const node::ReachStatus& reach)
{
    QJsonArray ports;
    for (const node::PortCheck& each : reach.ports)
        ports << QJsonObject{{QStringLiteral("port"), each.port},
                             {QStringLiteral("mapped"), each.mapped},
                             {QStringLiteral("outcome"), text(wire::enumName(each.outcome))}};
    QJsonArray endpoints;
    for (const std::string& each : reach.endpoints)
        endpoints << text(each);
    say({{QStringLiteral("event"), QStringLiteral("reach")},
         {QStringLiteral("way"), text(wire::enumName(reach.way))},
         {QStringLiteral("observed"), text(reach.observed)},
         {QStringLiteral("ports"), ports},
         {QStringLiteral("endpoints"), endpoints},
         {QStringLiteral("by_relay"), QJsonObject{{QStringLiteral("returned"), static_cast<qint64>(reach.byRelay.returned)},
                                                  {QStringLiteral("punched"), static_cast<qint64>(reach.byRelay.punched)},
                                                  {QStringLiteral("relayed"), static_cast<qint64>(reach.byRelay.relayed)}}},
         {QStringLiteral("relay"), text(reach.relay)},
         {QStringLiteral("relay_cost"), QJsonObject{{QStringLiteral("price"), reach.relayCost.price ? QJsonValue(static_cast<qint64>(reach.relayCost.price->value())) : QJsonValue()},
                                                    {QStringLiteral("bytes"), static_cast<qint64>(reach.relayCost.bytes.value())},
                                                    {QStringLiteral("paid"), static_cast<qint64>(reach.relayCost.paid.value())},
                                                    {QStringLiteral("problem"), text(reach.relayCost.problem)}}},
         {QStringLiteral("problem"), text(reach.problem.empty() ? reach.relayProblem : reach.problem)}});
}

} // namespace

void showStatus(Task& task)
{
    task.whenKnown([&task] {
        if (task.has("json"))
            task.printJson(task.snapshot());
        else
            printStatus(task.snapshot());
        task.end();
    });
}

void showAddresses(Task& task)
{
    task.when(
        [&task] {
            const node::Wallet& wallet = task.snapshot().wallet;
            return wallet.spendAddress && wallet.incomeAddress && wallet.spend;
        },
        [&task] {
            const node::Wallet& wallet = task.snapshot().wallet;
            say({{QStringLiteral("ordinary_address"), hex(wallet.ordinaryAddress)},
                 {QStringLiteral("spend_address"), hex(wallet.spendAddress)},
                 {QStringLiteral("income_address"), hex(wallet.incomeAddress)}});
            task.end();
        },
        QStringLiteral("the tracker does not say the addresses"));
}

void showTracker(Task& task)
{
    task.whenKnown([&task] {
        const node::TrackerStatus& tracker = task.snapshot().tracker;
        if (task.has("json"))
            task.printJson(tracker);
        else
            print(tracker.link + '\t' + trackerInWords(tracker));
        task.end();
    });
}

void setTracker(Task& task)
{
    task.endWithWalletAction();
    task.node().setTracker(task.argument(0));
}

void showSources(Task& task)
{
    task.whenKnown([&task] {
        if (task.has("json")) {
            task.printJson(task.snapshot().sources);
        } else {
            for (const node::SourceStatus& source : task.snapshot().sources)
                print(std::string(wire::enumName(source.kind)) + '\t' + std::string(control::enumText(source.state)) + '\t' + source.problem);
        }
        task.end();
    });
}

void switchSource(Task& task)
{
    node::SourceKind kind{};
    if (!wire::enumFromName(task.argument(0).toStdString(), kind))
        return task.misuse(QStringLiteral("'%1' is none of the sources tracker, link, local and dht").arg(task.argument(0)));
    const bool on = task.parts().command.endsWith(u"on");
    task.whenKnown([&task, kind, on] {
        task.node().setSource(kind, on);
        const auto isSo = [&task, kind, on] {
            return std::ranges::any_of(task.snapshot().sources, [&](const node::SourceStatus& each) {
                return each.kind == kind && (each.state != node::SourceState::Off) == on;
            });
        };
        task.when(
            isSo, [&task] { task.end(); }, QStringLiteral("the node does not switch the source"));
    });
}

void stopNode(Task& task)
{
    QObject::connect(&task.node(), &node::Node::stopped, &task, [&task] { task.end(); });
    task.node().stop();
}

void runNode(Task& task)
{
    QObject::connect(&task.node(), &node::Node::changed, &task, [&task, last = node::ReachStatus()]() mutable {
        const node::ReachStatus& reach = task.snapshot().reach;
        if (reach == last)
            return;
        last = reach;
        sayReach(reach);
    });
}

} // namespace mutoscope::app
