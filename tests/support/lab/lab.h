#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mutoscope::test
{

/// Computers, routers and the cables between them, made of Linux network namespaces, for one process: nothing in it can reach
/// the world outside, and nothing outside can reach it. Needs root, iproute2 and nftables.
///
/// A host is a namespace, a network a switch (a bridge). Names are short lower-case words; in a host the interface to a
/// network has the network's name. What fails in making it throws std::runtime_error with the command and what it said: a
/// defect of the test. Functions from one thread.
class Lab
{
public:
    /// Empty where a lab can be made, else what is missing here, for QSKIP.
    [[nodiscard]] static std::string whyNot();

    Lab();
    /// Takes all of it down; programs that a test has started there must have ended.
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    void addHost(const std::string& host);
    void addNetwork(const std::string& network);
    /// Addresses with their prefix length: "192.0.2.1/24", "2001:db8::1/64".
    void attach(const std::string& host, const std::string& network, const std::vector<std::string>& addresses);
    /// The default route, IPv4 or IPv6 by the address.
    void setGateway(const std::string& host, const std::string& address);

    enum class Nat {
        None,           ///< forwards both ways
        PortPreserving, ///< outside the same port as inside where it is free, whoever is addressed; as most routers in homes
        Symmetric,      ///< another port, by chance, for each connection
    };
    /// Makes a router of the host. What comes from `outside` and nobody inside has asked for is dropped silently, IPv6 too,
    /// which is not translated; without a NAT all is forwarded. The chains of nftables are those that Debian's miniupnpd
    /// can work in: see portMapper().
    void makeRouter(const std::string& host, const std::string& outside, Nat nat);
    /// As a person does it in the router's settings: TCP to this port outside goes to the same port of an IPv4 address inside.
    void forwardPort(const std::string& host, const std::string& outside, int port, const std::string& inside);
    /// Configuration for Debian's miniupnpd (UPnP IGD and NAT-PMP) on such a router.
    [[nodiscard]] std::string portMapperSettings(const std::string& outside, const std::string& inside, const std::string& leaseFile) const;

    /// Runs the work in a thread of the host. Sockets that are made there stay there; threads that are started there belong to
    /// it, too. What it throws is thrown here.
    void run(const std::string& host, const std::function<void()>& work) const;
    /// Words to put before a command so that it runs on the host.
    [[nodiscard]] std::vector<std::string> prefix(const std::string& host) const;
    /// The namespace's name for `ip -n`.
    [[nodiscard]] std::string nameOf(const std::string& host) const;
    /// Runs `ip -n HOST …`.
    void ip(const std::string& host, const std::string& words) const;

private:
    std::string m_prefix;
    std::vector<std::string> m_namespaces;
    std::map<std::string, int> m_ports; ///< of each network's switch
};

} // namespace mutoscope::test
