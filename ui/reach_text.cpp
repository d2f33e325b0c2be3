#include "ui/reach_text.h"

#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/words.h"

namespace mutoscope::ui
{

namespace
{

/// Why the tracker did not get through to a port.
QString why(const node::PortCheck& check)
{
    using wire::ReachOutcome;
    switch (check.outcome) {
    case ReachOutcome::Silent:
        return Words::tr("A router or a firewall lets nobody in at port %1. Switch UPnP or NAT-PMP on in your router, or forward TCP "
                  "port %1 to this computer.")
            .arg(check.port);
    case ReachOutcome::Refused:
        return Words::tr("At port %1 of your address nobody answers: the router passes it on to nobody, or to another computer. Forward TCP "
                  "port %1 to this one.")
            .arg(check.port);
    case ReachOutcome::NoRoute:
        return Words::tr("The tracker's network knows no way to your address. Try again on another connection.");
    case ReachOutcome::NotTls:
    case ReachOutcome::OtherCertificate:
        return Words::tr("At port %1 of your address something else answers. Choose another port, and forward that one to this computer.")
            .arg(check.port);
    case ReachOutcome::Reachable:
    case ReachOutcome::Busy:
        break;
    }
    return {};
}

/// What the relay asks and gets, behind the sentence about it; empty where it asks for nothing.
QString costOf(const node::RelayCost& cost)
{
    if (!cost.price)
        return {};
    QString words = u' ' + Words::tr("What it copies beyond the free part costs %1 tokens for each MiB").arg(formatTokens(*cost.price));
    if (cost.bytes.value() > 0)
        words += Words::tr("; you have paid %1 for %2").arg(formatOwn(cost.paid), formatBytes(cost.bytes));
    words += u'.';
    if (!cost.problem.empty())
        words += u' ' + Words::tr("It is not paid: %1. You choose under Rules what relays may cost.").arg(inLanguage(cost.problem));
    return words;
}

} // namespace

QString reachInShort(const node::ReachStatus& reach)
{
    switch (reach.way) {
    case node::Way::Off:
        return {};
    case node::Way::Unknown:
        return QStringLiteral("—");
    case node::Way::Direct:
        return Words::tr("Reachable");
    case node::Way::MappedPort:
        return Words::tr("Reachable (mapped port)");
    case node::Way::Relay:
        return Words::tr("Reachable (relay)");
    case node::Way::LocalNetwork:
        return Words::tr("Reachable (local network)");
    case node::Way::None:
        break;
    }
    return Words::tr("Not reachable");
}

QString reachInWords(const node::ReachStatus& reach)
{
    const QString observed = fromUtf8(reach.observed);
    switch (reach.way) {
    case node::Way::Off:
        return {};
    case node::Way::Unknown:
        return reach.problem.empty() ? Words::tr("Whether others can connect to you is being found out.")
                                     : Words::tr("Whether others can connect to you is not known: %1").arg(inLanguage(reach.problem));
    case node::Way::Direct:
        return Words::tr("Viewers connect to you directly, at %1.").arg(observed);
    case node::Way::MappedPort:
        return Words::tr("Viewers connect to you through a port that your router passes on, at %1.").arg(observed);
    case node::Way::Relay:
        return Words::tr("Nobody can connect to you from outside, so a relay brings viewers and you together. So far: %1 by connecting back, %2 through "
                  "both routers at once, %3 with the relay in between.")
                   .arg(reach.byRelay.returned)
                   .arg(reach.byRelay.punched)
                   .arg(reach.byRelay.relayed) +
               costOf(reach.relayCost);
    case node::Way::LocalNetwork:
        return Words::tr("The tracker is in your own network, %1, and reaches you. Whether others can is not known.").arg(observed);
    case node::Way::None:
        break;
    }
    QStringList sentences{Words::tr("Nobody can connect to you from outside.")};
    for (const node::PortCheck& check : reach.ports) {
        if (!check.mapped) // the mapped one is the router's affair
            sentences << why(check);
    }
    sentences.removeAll(QString());
    if (!reach.relayProblem.empty())
        sentences << Words::tr("A relay would help, but %1.").arg(inLanguage(reach.relayProblem));
    return sentences.join(u' ');
}

QString trackerInWords(const node::TrackerStatus& tracker)
{
    const QString name = fromUtf8(tracker.name);
    if (tracker.link.empty())
        return Words::tr("No wallet tracker was chosen yet");
    switch (tracker.state) {
    case node::TrackerState::Connecting:
        return name.isEmpty() ? Words::tr("Connecting to the tracker …") : Words::tr("Connecting to %1 …").arg(name);
    case node::TrackerState::Online:
        return name.isEmpty() ? Words::tr("Tracker is online") : Words::tr("Tracker: %1").arg(name);
    case node::TrackerState::Offline:
        break;
    }
    return tracker.problem.empty() ? Words::tr("The tracker does not answer") : inLanguage(tracker.problem);
}

bool isUnreachable(const node::ReachStatus& reach)
{
    return reach.way == node::Way::None;
}

} // namespace mutoscope::ui
