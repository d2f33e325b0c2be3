#include "tests/support/lab/lab.h"

#include <cerrno>
#include <csignal>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <QProcess>
#include <QStandardPaths>
#include <QString>
#include <QStringList>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace mutoscope::test
{

namespace
{

constexpr const char* ours = "mutoscope-";
constexpr const char* switches = "switches";

// Debian keeps them where a user's PATH doesn't look.
QString tool(const QString& name)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty()
               ? QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin"), QStringLiteral("/sbin")})
               : found;
}

struct Outcome {
    bool ok = false;
    QString said;
};

Outcome execute(const QString& program, const QStringList& words, const std::string& input = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(tool(program), words);
    process.write(input.data(), static_cast<qint64>(input.size()));
    process.closeWriteChannel();
    if (!process.waitForFinished(20'000))
        return {false, QStringLiteral("does not end")};
    return {process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
            QString::fromUtf8(process.readAll()).trimmed()};
}

void must(const QString& program, const QStringList& words, const std::string& input = {})
{
    if (const Outcome outcome = execute(program, words, input); !outcome.ok)
        throw std::runtime_error((program + u' ' + words.join(u' ')).toStdString() + ": " + outcome.said.toStdString() + "\n" + input);
}

QStringList split(const std::string& words)
{
    return QString::fromStdString(words).split(u' ', Qt::SkipEmptyParts);
}

bool isIpv6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

// A test that crashed has left its namespaces behind.
void removeAbandoned()
{
    const Outcome list = execute(QStringLiteral("ip"), {QStringLiteral("netns"), QStringLiteral("list")});
    for (const QString& line : list.said.split(u'\n')) {
        const QString name = line.section(u' ', 0, 0);
        if (!name.startsWith(QLatin1String(ours)))
            continue;
        const auto process = name.section(u'-', 1, 1).toInt();
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH)
            execute(QStringLiteral("ip"), {QStringLiteral("netns"), QStringLiteral("delete"), name});
    }
}

} // namespace

std::string Lab::whyNot()
{
    static const std::string why = []() -> std::string {
        if (::geteuid() != 0)
            return "network namespaces need root";
        for (const char* name : {"ip", "nft"}) {
            if (tool(QString::fromLatin1(name)).isEmpty())
                return std::string("there is no program ") + name + " (Debian: iproute2, nftables)";
        }
        if (::access("/dev/net/tun", R_OK | W_OK) != 0)
            return "there is no /dev/net/tun";
        removeAbandoned();
        const QString trial = QStringLiteral("%1%2-trial").arg(QLatin1String(ours)).arg(::getpid());
        const auto ip = [](const QString& words) { return execute(QStringLiteral("ip"), words.split(u' ')); };
        if (const Outcome made = ip(QStringLiteral("netns add ") + trial); !made.ok)
            return "network namespaces can't be made here: " + made.said.toStdString();
        Outcome works = ip(QStringLiteral("-n %1 link add one type veth peer name two").arg(trial));
        if (works.ok)
            works = ip(QStringLiteral("-n %1 link add three type bridge").arg(trial));
        if (works.ok)
            works = ip(QStringLiteral("netns exec %1 nft add table inet trial").arg(trial));
        ip(QStringLiteral("netns delete ") + trial);
        return works.ok ? std::string() : "the kernel lacks veth, bridges or nftables: " + works.said.toStdString();
    }();
    return why;
}

Lab::Lab()
{
    static int count = 0;
    m_prefix = ours + std::to_string(::getpid()) + "-" + std::to_string(++count) + "-";
    addHost(switches);
}

Lab::~Lab()
{
    for (const std::string& each : m_namespaces)
        execute(QStringLiteral("ip"), {QStringLiteral("netns"), QStringLiteral("delete"), QString::fromStdString(each)});
}

std::string Lab::nameOf(const std::string& host) const
{
    return m_prefix + host;
}

std::vector<std::string> Lab::prefix(const std::string& host) const
{
    return {tool(QStringLiteral("ip")).toStdString(), "netns", "exec", nameOf(host)};
}

void Lab::ip(const std::string& host, const std::string& words) const
{
    must(QStringLiteral("ip"), QStringList{QStringLiteral("-n"), QString::fromStdString(nameOf(host))} + split(words));
}

void Lab::addHost(const std::string& host)
{
    must(QStringLiteral("ip"), split("netns add " + nameOf(host)));
    m_namespaces.push_back(nameOf(host));
    ip(host, "link set lo up");
}

void Lab::addNetwork(const std::string& network)
{
    m_ports[network] = 0;
    ip(switches, "link add " + network + " type bridge");
    ip(switches, "link set " + network + " up");
}

void Lab::attach(const std::string& host, const std::string& network, const std::vector<std::string>& addresses)
{
    const std::string port = network + "-" + std::to_string(++m_ports.at(network));
    ip(switches, "link add " + port + " type veth peer name " + network + " netns " + nameOf(host));
    ip(switches, "link set " + port + " master " + network);
    ip(switches, "link set " + port + " up");
    for (const std::string& address : addresses)
        ip(host, "addr add " + address + " dev " + network + (isIpv6(address) ? " nodad" : ""));
    ip(host, "link set " + network + " up");
}

void Lab::setGateway(const std::string& host, const std::string& address)
{
    ip(host, std::string(isIpv6(address) ? "-6 " : "") + "route add default via " + address);
}

void Lab::makeRouter(const std::string& host, const std::string& outside, Nat nat)
{
    run(host, [] {
        for (const char* name : {"ipv4/ip_forward", "ipv6/conf/all/forwarding"}) {
            std::ofstream file(std::string("/proc/sys/net/") + name);
            file << "1\n";
            if (!file.flush())
                throw std::runtime_error(std::string(name) + " can't be set");
        }
    });
    if (nat == Nat::None)
        return;
    const std::string translate = nat == Nat::Symmetric ? "masquerade fully-random" : "masquerade";
    must(QStringLiteral("ip"), split("netns exec " + nameOf(host) + " nft -f -"),
         "table inet filter {\n"
         " chain miniupnpd { }\n chain prerouting_miniupnpd { }\n chain postrouting_miniupnpd { }\n"
         " chain forward { type filter hook forward priority 0; policy drop; ct state established,related accept;\n"
         "  iifname != \"" + outside + "\" accept; jump miniupnpd; }\n"
         " chain input { type filter hook input priority 0; policy accept; meta l4proto ipv6-icmp accept;\n"
         "  iifname \"" + outside + "\" ct state new drop; }\n"
         " chain prerouting { type nat hook prerouting priority -100; policy accept; jump prerouting_miniupnpd; }\n"
         " chain postrouting { type nat hook postrouting priority 100; policy accept; jump postrouting_miniupnpd;\n"
         "  meta nfproto ipv4 oifname \"" + outside + "\" " + translate + "; }\n"
         "}\n");
}

void Lab::forwardPort(const std::string& host, const std::string& outside, int port, const std::string& inside)
{
    must(QStringLiteral("ip"), split("netns exec " + nameOf(host) + " nft -f -"),
         "add rule inet filter prerouting iifname \"" + outside + "\" tcp dport " + std::to_string(port) + " dnat ip to " + inside +
             "\nadd rule inet filter forward ct status dnat accept\n");
}

std::string Lab::portMapperSettings(const std::string& outside, const std::string& inside, const std::string& leaseFile) const
{
    return "ext_ifname=" + outside + "\nlistening_ip=" + inside +
           "\next_ip=11.0.0.1" // else it does nothing, as addresses for documentation are not of the world
           "\nenable_natpmp=yes\nenable_upnp=yes\nsecure_mode=yes\nsystem_uptime=yes\nmin_lifetime=120\nmax_lifetime=86400\n"
           "upnp_table_name=filter\nupnp_nat_table_name=filter\nupnp_forward_chain=miniupnpd\n"
           "upnp_nat_chain=prerouting_miniupnpd\nupnp_nat_postrouting_chain=postrouting_miniupnpd\n"
           "uuid=6d75746f-7363-4f70-8500-000000000001\nlease_file=" + leaseFile +
           "\nallow 1024-65535 0.0.0.0/0 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535\n";
}

void Lab::run(const std::string& host, const std::function<void()>& work) const
{
    std::exception_ptr failure;
    std::thread thread([&] {
        try {
            const int space = ::open(("/run/netns/" + nameOf(host)).c_str(), O_RDONLY | O_CLOEXEC);
            const bool entered = space >= 0 && ::setns(space, CLONE_NEWNET) == 0;
            ::close(space);
            if (!entered)
                throw std::runtime_error("the network namespace of " + host + " can't be entered");
            work();
        } catch (...) {
            failure = std::current_exception();
        }
    });
    thread.join();
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace mutoscope::test
