#include "app/common/node_options.h"

#include <QDir>
#include <QStandardPaths>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/wire/amount.h"
#include "p2p/wire/fields.h"

namespace mutoscope::app
{

using base::ErrorCode;
using base::fail;

namespace
{

/// More than is paid for, and two, nobody gets (wire/credit.h); with so many a line of 200 ms is full.
constexpr std::int64_t usualWindow = 8;
constexpr std::int64_t usualWindowBytes = 8 * 1024 * 1024; ///< more segments where they are small

constexpr std::size_t maxPassphraseFile = 4096;

/// The first line of it, which is wiped; null where that is empty.
crypto::SharedSecret takePassphrase(std::string& text)
{
    const std::string_view line = std::string_view(text).substr(0, text.find_first_of("\r\n"));
    crypto::SharedSecret passphrase;
    if (!line.empty())
        passphrase = std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(line));
    crypto::wipe(text.data(), text.size());
    return passphrase;
}

/// Port 0 is any; an IPv6 address stands in brackets.
std::optional<std::pair<std::string, std::uint16_t>> addressAndPort(const std::string& text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    const auto port = base::parseInteger(std::string_view(text).substr(colon + 1));
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (!port || *port > 65535 || host.empty())
        return std::nullopt;
    return std::pair(host, static_cast<std::uint16_t>(*port));
}

} // namespace

QList<QCommandLineOption> NodeOptions::all()
{
    QList<QCommandLineOption> options;
    const auto add = [&](const QString& name, const QString& help, const QString& value) { options << QCommandLineOption(name, help, value); };
    add(QStringLiteral("data"), QStringLiteral("Folder of the wallet, the contracts and the films."), QStringLiteral("folder"));
    add(QStringLiteral("key-store"), QStringLiteral("Where a new wallet's key rests: file or keychain (the desktop's)."), QStringLiteral("place"));
    add(QStringLiteral("passphrase-file"),
        QStringLiteral("The first line is the passphrase of the wallet's key; MUTOSCOPE_PASSPHRASE in the environment is another way."),
        QStringLiteral("file"));
    options << QCommandLineOption(QStringLiteral("no-passphrase"),
                                  QStringLiteral("A new wallet's key may lie in a file that whoever reads it can use."));
    add(QStringLiteral("network"), QStringLiteral("Network id; messages of other networks are refused."), QStringLiteral("id"));
    add(QStringLiteral("tracker"), QStringLiteral("Link of the wallet tracker, https://HOST:PORT/#key=…&pin=…"), QStringLiteral("link"));
    add(QStringLiteral("listen"), QStringLiteral("Serve viewers on this address, e.g. 0.0.0.0:7747; port 0 is any."), QStringLiteral("host:port"));
    add(QStringLiteral("advertise"), QStringLiteral("Where others reach this node; may be repeated."), QStringLiteral("host:port"));
    options << QCommandLineOption(QStringLiteral("no-port-mapping"), QStringLiteral("Never ask the router to pass the port on (NAT-PMP, UPnP)."));
    add(QStringLiteral("relay"), QStringLiteral("Where others call this node if they can't connect to it; by default the tracker's relay."), QStringLiteral("host:port"));
    options << QCommandLineOption(QStringLiteral("no-relay"), QStringLiteral("Never wait at a relay."));
    add(QStringLiteral("run-relay"), QStringLiteral("Be a relay for others on this address, e.g. [::]:7481."), QStringLiteral("host:port"));
    add(QStringLiteral("relay-free"), QStringLiteral("What it copies for one node in an hour for nothing; by default 1024, 0: it only introduces nodes."), QStringLiteral("MiB"));
    add(QStringLiteral("relay-price"), QStringLiteral("What it asks for each MiB beyond that; by default more is not copied. Needs --listen, where it is paid."),
        QStringLiteral("tokens"));
    add(QStringLiteral("credit-window"), QStringLiteral("Segments that a viewer gets ahead of paying, 1 to 64; by default 8, or 8 MiB where they are small. It begins with two, and one more for each that was paid."),
        QStringLiteral("segments"));
    options << QCommandLineOption(QStringLiteral("wait-for-tracker"),
                                        QStringLiteral("Send no segment before the tracker has opened the contract; viewers start later."));
    add(QStringLiteral("sources"),
        QStringLiteral("Where seeders are looked for as long as nothing else was chosen in the window: tracker, link, local, dht, with commas between them; by default tracker,link,local."),
        QStringLiteral("list"));
    add(QStringLiteral("dht-node"), QStringLiteral("First node of a private DHT instead of BitTorrent's; may be repeated."), QStringLiteral("host:port"));
    add(QStringLiteral("dht-port"), QStringLiteral("UDP port of this node in the DHT; by default any."), QStringLiteral("port"));
    add(QStringLiteral("quota"), QStringLiteral("Most disk for films, in MiB."), QStringLiteral("MiB"));
    return options;
}

NodeOptions::NodeOptions(QCommandLineParser& parser) : m_parser(parser)
{
    parser.addOptions(all());
}

std::filesystem::path NodeOptions::dataFolder() const
{
    QString folder = m_parser.value(QStringLiteral("data"));
    if (folder.isEmpty())
        folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/mutoscope");
    return QDir(folder).absolutePath().toStdString();
}

base::Result<crypto::SharedSecret> readSecretFile(const QString& file)
{
    auto text = base::readFile(file.toStdString(), maxPassphraseFile);
    if (!text)
        return tl::unexpected(text.error());
    return takePassphrase(*text);
}

base::Result<crypto::SharedSecret> NodeOptions::passphrase() const
{
    if (m_passphrase)
        return *m_passphrase;
    m_passphrase.emplace(crypto::SharedSecret());
    if (m_parser.isSet(QStringLiteral("passphrase-file"))) {
        *m_passphrase = readSecretFile(m_parser.value(QStringLiteral("passphrase-file")));
        if (!*m_passphrase)
            *m_passphrase = fail(m_passphrase->error().code, "--passphrase-file: " + m_passphrase->error().message);
    } else if (QByteArray value = qgetenv("MUTOSCOPE_PASSPHRASE"); !value.isEmpty()) {
        qunsetenv("MUTOSCOPE_PASSPHRASE"); // not for programs that are started from here
        std::string text = value.toStdString();
        crypto::wipe(value.data(), static_cast<std::size_t>(value.size()));
        *m_passphrase = takePassphrase(text);
    }
    return *m_passphrase;
}

base::Result<node::KeyOptions> NodeOptions::keys() const
{
    node::KeyOptions keys;
    const std::string place = m_parser.value(QStringLiteral("key-store")).toStdString();
    if (!place.empty() && !wire::enumFromName(place, keys.place))
        return fail(ErrorCode::Malformed, "--key-store knows file and keychain");
    keys.plainFile = m_parser.isSet(QStringLiteral("no-passphrase"));
    auto given = passphrase();
    if (!given)
        return tl::unexpected(given.error());
    keys.passphrase = std::move(*given);
    keys.create = keys.passphrase || keys.plainFile || keys.place == node::KeyPlace::Keychain;
    return keys;
}

base::Result<node::NodeConfig> NodeOptions::config(const QString& otherTracker, Without without) const
{
    node::NodeConfig config;
    config.dataFolder = dataFolder();
    auto keyOptions = keys();
    if (!keyOptions)
        return tl::unexpected(keyOptions.error());
    config.keys = std::move(*keyOptions);
    if (m_parser.isSet(QStringLiteral("network")))
        config.network = m_parser.value(QStringLiteral("network")).toStdString();
    if (config.network.empty() || config.network.size() > wire::maxNetwork.value)
        return fail(ErrorCode::Malformed, "--network is empty or too long");
    const QString link = tracker().isEmpty() ? otherTracker : tracker();
    if (link.isEmpty() && without == Without::IsAnError)
        return fail(ErrorCode::Malformed, "--tracker is missing: the link that mutoscope-tracker prints when it starts");
    if (!link.isEmpty()) {
        auto tracker = net::parseTrackerLink(link.toStdString());
        if (!tracker)
            return fail(ErrorCode::Malformed, "--tracker can't be read: " + tracker.error().message);
        config.tracker = std::move(*tracker);
    }
    if (m_parser.isSet(QStringLiteral("listen"))) {
        config.listen = addressAndPort(m_parser.value(QStringLiteral("listen")).toStdString());
        if (!config.listen)
            return fail(ErrorCode::Malformed, "--listen is not HOST:PORT");
    }
    if (m_parser.isSet(QStringLiteral("run-relay"))) {
        config.runRelay = addressAndPort(m_parser.value(QStringLiteral("run-relay")).toStdString());
        if (!config.runRelay)
            return fail(ErrorCode::Malformed, "--run-relay is not HOST:PORT");
    }
    if (m_parser.isSet(QStringLiteral("relay-free"))) {
        const auto mebibytes = base::parseInteger(m_parser.value(QStringLiteral("relay-free")).toStdString());
        if (!mebibytes || *mebibytes > (base::maxInteger >> 20))
            return fail(ErrorCode::Malformed, "--relay-free is not a number of MiB");
        config.relayFreeBytes = base::ByteCount(*mebibytes << 20);
    }
    if (m_parser.isSet(QStringLiteral("relay-price"))) {
        const auto price = wire::parseTokens(m_parser.value(QStringLiteral("relay-price")).toStdString());
        if (!price || !config.runRelay || !config.listen)
            return fail(ErrorCode::Malformed, price ? "--relay-price needs --run-relay, and --listen, where it is paid"
                                                    : "--relay-price is not a number of tokens such as 0.002");
        config.relayPrice = *price;
    }
    config.mapPorts = !m_parser.isSet(QStringLiteral("no-port-mapping"));
    config.useRelay = !m_parser.isSet(QStringLiteral("no-relay"));
    if (m_parser.isSet(QStringLiteral("relay"))) {
        auto relay = net::parseEndpoint("https://" + m_parser.value(QStringLiteral("relay")).toStdString());
        if (!relay || relay->pin || relay->relayed)
            return fail(ErrorCode::Malformed, "--relay is not HOST:PORT");
        config.relay = std::move(*relay);
    }
    for (const QString& address : m_parser.values(QStringLiteral("advertise"))) {
        if (!net::parseEndpoint("https://" + address.toStdString()))
            return fail(ErrorCode::Malformed, "--advertise is not HOST:PORT");
        config.advertise.push_back(address.toStdString());
    }
    config.seeding.creditWindow = usualWindow;
    config.seeding.creditBytes = usualWindowBytes;
    if (m_parser.isSet(QStringLiteral("credit-window"))) {
        const auto window = base::parseInteger(m_parser.value(QStringLiteral("credit-window")).toStdString());
        if (!window || *window < 1 || *window > wire::maxCreditWindow)
            return fail(ErrorCode::Malformed, "--credit-window is not a number of segments from 1 to 64");
        config.seeding.creditWindow = *window;
        config.seeding.creditBytes = 0;
    }
    config.seeding.serveWhileOpening = !m_parser.isSet(QStringLiteral("wait-for-tracker"));
    for (const QString& address : m_parser.values(QStringLiteral("dht-node"))) {
        auto node = net::parseEndpoint("https://" + address.toStdString());
        if (!node || node->pin || node->relayed)
            return fail(ErrorCode::Malformed, "--dht-node is not HOST:PORT");
        config.dhtNodes.push_back(std::move(*node));
    }
    if (m_parser.isSet(QStringLiteral("dht-port"))) {
        const auto port = base::parseInteger(m_parser.value(QStringLiteral("dht-port")).toStdString());
        if (!port || *port < 1 || *port > 65'535)
            return fail(ErrorCode::Malformed, "--dht-port is not a port from 1 to 65535");
        config.dhtPort = static_cast<std::uint16_t>(*port);
    }
    // Not the DHT, unless asked: it tells strangers everywhere which films this address has, and looks for.
    config.sources = {discovery::SourceKind::Tracker, discovery::SourceKind::Link, discovery::SourceKind::LocalNetwork};
    if (m_parser.isSet(QStringLiteral("sources"))) {
        config.sources.clear();
        for (const QString& name : m_parser.value(QStringLiteral("sources")).split(u',', Qt::SkipEmptyParts)) {
            discovery::SourceKind kind{};
            if (!wire::enumFromName(name.trimmed().toStdString(), kind))
                return fail(ErrorCode::Malformed, "--sources knows tracker, link, local and dht");
            config.sources.insert(kind);
        }
    }
    if (m_parser.isSet(QStringLiteral("quota"))) {
        const auto mebibytes = base::parseInteger(m_parser.value(QStringLiteral("quota")).toStdString());
        if (!mebibytes || *mebibytes > (base::maxInteger >> 20))
            return fail(ErrorCode::Malformed, "--quota is not a number of MiB");
        config.quota = base::ByteCount(*mebibytes << 20);
    }
    return config;
}

} // namespace mutoscope::app
