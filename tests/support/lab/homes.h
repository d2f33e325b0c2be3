#pragma once

#include "tests/support/lab/lab.h"

namespace mutoscope::test
{

/// Two homes and the world between them:
///
///     alice 192.168.10.2 ── router-a 198.51.100.10 ┐
///           2001:db8:10::2                          ├── world 198.51.100.1, .2, 2001:db8::1
///     bob   192.168.20.2 ── router-b 198.51.100.20 ┘
///           2001:db8:20::2
///
/// Carol lives with Alice, at 192.168.10.3.
struct Homes {
    Homes(Lab::Nat alices, Lab::Nat bobs)
    {
        lab.addNetwork("net");
        lab.addHost("world");
        lab.attach("world", "net", {"198.51.100.1/24", "198.51.100.2/24", "2001:db8::1/64"});
        home("router-a", "10", alices, {{"alice", "2"}, {"carol", "3"}});
        home("router-b", "20", bobs, {{"bob", "2"}});
        lab.ip("router-a", "-6 route add 2001:db8:20::/64 via 2001:db8::20");
        lab.ip("router-b", "-6 route add 2001:db8:10::/64 via 2001:db8::10");
        lab.makeRouter("world", "net", Lab::Nat::None); // knows the way to everybody
    }

    Lab lab;

private:
    void home(const std::string& router, const std::string& number, Lab::Nat nat,
              const std::vector<std::pair<std::string, std::string>>& people)
    {
        lab.addHost(router);
        lab.addNetwork("lan" + number);
        lab.attach(router, "net", {"198.51.100." + number + "/24", "2001:db8::" + number + "/64"});
        lab.attach(router, "lan" + number, {"192.168." + number + ".1/24", "2001:db8:" + number + "::1/64"});
        lab.makeRouter(router, "net", nat);
        lab.setGateway(router, "198.51.100.1");
        lab.ip("world", "-6 route add 2001:db8:" + number + "::/64 via 2001:db8::" + number);
        if (nat == Lab::Nat::None) // its addresses are known outside
            lab.ip("world", "route add 192.168." + number + ".0/24 via 198.51.100." + number);
        for (const auto& [host, last] : people) {
            lab.addHost(host);
            lab.attach(host, "lan" + number, {"192.168." + number + "." + last + "/24", "2001:db8:" + number + "::" + last + "/64"});
            lab.setGateway(host, "192.168." + number + ".1");
            lab.setGateway(host, "2001:db8:" + number + "::1");
        }
    }
};

} // namespace mutoscope::test
