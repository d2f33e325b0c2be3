#include "p2p/tracker/settings.h"

#include <algorithm>
#include <set>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/wire/amount.h"

namespace mutoscope::tracker
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

constexpr std::string_view white = " \t\r";
constexpr base::Tokens maxRelayPrice(1'000'000'000);

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

bool isHost(std::string_view text)
{
    return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == ':';
    });
}

std::string_view withoutBrackets(std::string_view host)
{
    return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

bool isLoopback(std::string_view host)
{
    return host == "::1" || host == "localhost" || host.starts_with("127.");
}

/// "not ADDRESS:PORT…", or empty.
std::string setEndpoint(std::string_view value, std::string& toHost, std::uint16_t& toPort)
{
    const auto colon = value.rfind(':');
    const auto host = value.substr(0, std::min(colon, value.size()));
    const auto port = base::parseInteger(value.substr(colon == std::string_view::npos ? value.size() : colon + 1));
    const bool bare = host.find(':') != std::string_view::npos && !host.starts_with('[');
    if (port.value_or(65'536) > 65'535 || bare || !isHost(withoutBrackets(host)))
        return "not ADDRESS:PORT; an IPv6 address stands in brackets";
    toHost = withoutBrackets(host);
    toPort = static_cast<std::uint16_t>(port.value_or(0));
    return {};
}

std::string setFlag(std::string_view value, bool& to)
{
    if (value != "yes" && value != "no")
        return "not yes or no";
    to = value == "yes";
    return {};
}

/// A whole number within 1 and `most`.
std::string setCount(std::string_view value, std::int64_t most, int& to)
{
    const auto number = base::parseInteger(value);
    if (!number || *number < 1 || *number > most)
        return "not a number within 1 and " + std::to_string(most);
    to = static_cast<int>(*number);
    return {};
}

/// LINK LIMIT
std::string addPeer(std::string_view value, std::vector<PeerSettings>& to)
{
    constexpr std::size_t maxPeers = 64;
    const auto space = value.find_first_of(white);
    const auto limit = base::parseInteger(trimmed(value.substr(std::min(space, value.size()))));
    auto link = net::parseTrackerLink(value.substr(0, space));
    if (!link)
        return "not LINK LIMIT: " + link.error().message;
    if (!link->key || !link->endpoint.pin)
        return "the link needs both key and pin, as the other tracker prints it";
    if (!limit)
        return "not LINK LIMIT: after the link the micro-tokens that this tracker may owe; 0 for none";
    if (to.size() == maxPeers)
        return "there are more than " + std::to_string(maxPeers);
    if (std::ranges::any_of(to, [&](const PeerSettings& each) { return each.key() == *link->key; }))
        return "this key stands there twice";
    to.push_back({std::move(*link), base::Tokens(*limit)});
    return {};
}

/// Empty where the value fits.
std::string setValue(Settings& settings, std::string_view key, std::string_view value)
{
    if (key == "network") {
        if (value.empty() || value.size() > 32)
            return "a network's name has 1 to 32 bytes";
        settings.network = value;
    } else if (key == "name") {
        if (value.size() > 100)
            return "the name has at most 100 bytes";
        settings.name = value;
    } else if (key == "listen") {
        return setEndpoint(value, settings.listenHost, settings.listenPort);
    } else if (key == "link_host") {
        if (!isHost(withoutBrackets(value)))
            return "not a host";
        settings.linkHost = withoutBrackets(value);
    } else if (key == "data") {
        if (value.empty())
            return "a folder is needed";
        settings.data = std::filesystem::path(value);
    } else if (key == "database") {
        if (value != "sqlite" && !value.starts_with("postgresql://"))
            return "neither sqlite nor postgresql://USER@HOST/NAME";
        settings.database = value == "sqlite" ? std::string() : std::string(value);
    } else if (key == "close_grace_ms") {
        const auto grace = base::parseInteger(value);
        if (!grace || *grace > 3'600'000)
            return "not a number of milliseconds up to 3600000";
        settings.closeGrace = std::chrono::milliseconds(*grace);
    } else if (key == "allow_short_grace") {
        return setFlag(value, settings.allowShortGrace);
    } else if (key == "max_connections") {
        return setCount(value, 100'000, settings.maxConnections);
    } else if (key == "max_connections_per_address") {
        return setCount(value, 100'000, settings.maxConnectionsPerAddress);
    } else if (key == "addresses_per_minute" || key == "searches_per_minute") {
        const auto count = base::parseInteger(value);
        if (!count || *count > 1'000'000)
            return "not a number up to 1000000";
        (key == "addresses_per_minute" ? settings.addressesPerMinute : settings.searchesPerMinute) = static_cast<int>(*count);
    } else if (key == "reserves_interval_s") {
        const auto interval = base::parseInteger(value);
        if (!interval || *interval > 31'536'000)
            return "not a number of seconds up to a year";
        settings.reservesInterval = std::chrono::seconds(*interval);
    } else if (key == "metrics") {
        return setEndpoint(value, settings.metricsHost, settings.metricsPort);
    } else if (key == "metrics_anywhere") {
        return setFlag(value, settings.metricsAnywhere);
    } else if (key == "relay") {
        return setEndpoint(value, settings.relayHost, settings.relayPort);
    } else if (key == "relay_mib_per_node_hour") {
        const auto amount = base::parseInteger(value);
        if (!amount || *amount > 1'000'000'000)
            return "not a number of MiB up to 1000000000";
        settings.relayMiBPerNodeHour = *amount;
    } else if (key == "relay_price") {
        const auto price = wire::parseTokens(value);
        if (!price || *price > maxRelayPrice)
            return "not a number of tokens up to 1000, such as 0.002";
        settings.relayPrice = *price;
    } else if (key == "relay_pay_to") {
        settings.relayPayTo = base::fixedFromHex<base::Address>(value);
        if (!settings.relayPayTo)
            return "not an address of 64 lower-case hex digits";
    } else if (key == "peer") {
        return addPeer(value, settings.peers);
    } else if (key == "log_format") {
        if (value != "text" && value != "json")
            return "not one of text, json";
        settings.logFormat = value == "json" ? LogFormat::Json : LogFormat::Text;
    } else if (key == "log") {
        if (value != "debug" && value != "info" && value != "warning")
            return "not one of debug, info, warning";
        settings.log = value == "debug" ? LogLevel::Debug : value == "info" ? LogLevel::Info : LogLevel::Warning;
    } else {
        return "there is no such key";
    }
    return {};
}

} // namespace

Result<Settings> parseSettings(std::string_view text, const std::filesystem::path& folder)
{
    Settings settings;
    std::set<std::string, std::less<>> seen;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#'))
            continue;
        const auto bad = [&](const std::string& why) {
            return fail(ErrorCode::Malformed, "line " + std::to_string(number) + ": " + why);
        };
        const auto equals = line.find('=');
        if (equals == std::string_view::npos)
            return bad("not of the form key = value");
        const std::string key(trimmed(line.substr(0, equals)));
        if (std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\t'; }))
            return bad("a control character");
        if (!base::isUtf8(line)) // it goes into messages, which are JSON
            return bad("not UTF-8");
        if (!seen.insert(key).second && key != "peer")
            return bad(key + " stands there twice");
        if (const auto why = setValue(settings, key, trimmed(line.substr(equals + 1))); !why.empty())
            return bad(key + ": " + why);
    }
    if (settings.data.empty())
        return fail(ErrorCode::Malformed, "the key 'data', a folder, is missing");
    if (settings.closeGrace < Settings::minGrace && !settings.allowShortGrace)
        return fail(ErrorCode::Malformed,
                    "close_grace_ms: less than " + std::to_string(Settings::minGrace.count()) +
                        " lets viewers cheat seeders, who ask every 5 s; where nobody can be late, on "
                        "one machine, say 'allow_short_grace = yes'");
    if (!settings.metricsHost.empty() && !isLoopback(settings.metricsHost) && !settings.metricsAnywhere)
        return fail(ErrorCode::Malformed,
                    "metrics: " + settings.metricsHost +
                        " is not a loopback address, and metrics are not for everybody; if it must "
                        "be, say 'metrics_anywhere = yes'");
    settings.data = folder / settings.data; // an absolute one stays as it is
    if (settings.linkHost.empty()) {
        const std::string& host = settings.listenHost; // nobody can connect to "any address"
        settings.linkHost = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
    }
    return settings;
}

Result<Settings> readSettings(const std::filesystem::path& file)
{
    const auto text = base::readFile(file, Settings::maxBytes);
    if (!text)
        return tl::unexpected(text.error());
    auto settings = parseSettings(*text, std::filesystem::absolute(file).parent_path());
    if (!settings)
        return fail(settings.error().code, file.string() + ", " + settings.error().message);
    return settings;
}

std::string_view settingsHelp()
{
    return "  data = FOLDER            ledger, key and TLS identity; must be given; relative to the configuration file\n"
           "  database = sqlite        in the data folder, or postgresql://USER@HOST/NAME, which several trackers may share\n"
           "  network = main           messages of another network are refused\n"
           "  name = Mutoscope tracker shown to people\n"
           "  listen = 127.0.0.1:7480  address and port, [::]:7480 for all addresses; port 0 takes any that is free\n"
           "  link_host = HOST         in the tracker's link; by default the address that it listens on\n"
           "  close_grace_ms = 30000   after a viewer asked to close, for the seeder's higher receipt\n"
           "  allow_short_grace = no   yes: a grace below 15000 ms, where all are on one machine\n"
           "  max_connections = 1024   open at once\n"
           "  max_connections_per_address = 64\n"
           "  addresses_per_minute = 120 requests for income and spend addresses, of one network; 0: no limit\n"
           "  searches_per_minute = 120  searches in the catalogue, of one network; 0: no limit\n"
           "  reserves_interval_s = 3600 between two proofs of reserves; 0: only the one at start\n"
           "  metrics = ADDRESS:PORT   /healthz and /metrics over plain HTTP; by default nowhere\n"
           "  metrics_anywhere = no    yes: also on an address that others reach\n"
           "  relay = ADDRESS:PORT     brings nodes together that can't connect to each other; by default there is none\n"
           "  relay_mib_per_node_hour = 1024 what it copies for one node in an hour for nothing\n"
           "  relay_price = TOKENS     for each MiB beyond that; by default more is not copied\n"
           "  relay_pay_to = ADDRESS   where the relay's income is sent on to; by default it stays with the tracker's key\n"
           "  peer = LINK LIMIT        another tracker with which contracts are taken, and the micro-tokens that it may owe\n"
           "                           here; one line for each\n"
           "  log = info               debug, info or warning, to standard error\n"
           "  log_format = text        text for people, json for one object a line\n"
           "SIGHUP reads it again: name, close_grace_ms, max_connections…, peer, log and log_format change at once.\n";
}

Settings reloaded(const Settings& current, const Settings& wanted, std::vector<std::string>& others)
{
    Settings result = current;
    result.name = wanted.name;
    result.closeGrace = wanted.closeGrace;
    result.allowShortGrace = wanted.allowShortGrace;
    result.maxConnections = wanted.maxConnections;
    result.maxConnectionsPerAddress = wanted.maxConnectionsPerAddress;
    result.peers = wanted.peers;
    result.log = wanted.log;
    result.logFormat = wanted.logFormat;
    const auto differ = [&](const char* key, bool different) {
        if (different)
            others.emplace_back(key);
    };
    differ("network", current.network != wanted.network);
    differ("listen", current.listenHost != wanted.listenHost || current.listenPort != wanted.listenPort);
    differ("link_host", current.linkHost != wanted.linkHost);
    differ("data", current.data != wanted.data);
    differ("database", current.database != wanted.database);
    differ("addresses_per_minute", current.addressesPerMinute != wanted.addressesPerMinute);
    differ("searches_per_minute", current.searchesPerMinute != wanted.searchesPerMinute);
    differ("reserves_interval_s", current.reservesInterval != wanted.reservesInterval);
    differ("metrics", current.metricsHost != wanted.metricsHost || current.metricsPort != wanted.metricsPort);
    differ("relay", current.relayHost != wanted.relayHost || current.relayPort != wanted.relayPort);
    differ("relay_mib_per_node_hour", current.relayMiBPerNodeHour != wanted.relayMiBPerNodeHour);
    differ("relay_price", current.relayPrice != wanted.relayPrice);
    differ("relay_pay_to", current.relayPayTo != wanted.relayPayTo);
    differ("metrics_anywhere", current.metricsAnywhere != wanted.metricsAnywhere);
    return result;
}

} // namespace mutoscope::tracker
