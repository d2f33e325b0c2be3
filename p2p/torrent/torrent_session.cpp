#include "p2p/torrent/torrent_session.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <utility>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/disabled_disk_io.hpp>
#include <libtorrent/entry.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/kademlia/item.hpp>
#include <libtorrent/portmap.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/settings_pack.hpp>

#include "p2p/base/file.h"
#include "p2p/base/log.h"

namespace mutoscope::torrent
{

namespace
{

using namespace std::chrono_literals;

constexpr auto settle = 300ms;

/// Well-known entries of the public DHT, as other clients have them.
constexpr const char* publicNodes = "dht.libtorrent.org:25401,router.bittorrent.com:6881,dht.transmissionbt.com:6881,router.utorrent.com:6881";
/// With fewer nodes than a bucket has (BEP 5), searches may miss what was announced: others are looked for.
constexpr int enoughNodes = 8;
constexpr int eagerLooks = 20;
constexpr auto lookEagerly = 1s;
constexpr auto lookSeldom = 60s;
constexpr int looksBetweenKeeping = 10;
constexpr std::size_t maxNodesFile = 64 * 1024;

lt::sha1_hash hashOf(const TorrentSession::Key& key)
{
    return lt::sha1_hash(reinterpret_cast<const char*>(key.data()));
}

std::array<char, 32> bytesOf(const base::PublicKey& key)
{
    std::array<char, 32> bytes{};
    std::ranges::copy(key.raw(), bytes.begin());
    return bytes;
}

bool isOfTheWorld(const lt::address& address)
{
    if (address.is_v6()) {
        const auto bytes = address.to_v6().to_bytes();
        return (bytes[0] & 0xe0) == 0x20; // 2000::/3
    }
    const std::uint32_t bits = address.to_v4().to_uint();
    const auto in = [bits](std::uint32_t network, int length) { return bits >> (32 - length) == network >> (32 - length); };
    return !in(0x00000000, 8) && !in(0x0a000000, 8) && !in(0x64400000, 10) && !in(0x7f000000, 8) && !in(0xa9fe0000, 16) &&
           !in(0xac100000, 12) && !in(0xc0a80000, 16) && !in(0xe0000000, 3);
}

/// What BEP 44 signs.
std::string signedPart(const std::string& salt, std::int64_t number, const std::string& value)
{
    return (salt.empty() ? std::string() : "4:salt" + std::to_string(salt.size()) + ":" + salt) + "3:seqi" + std::to_string(number) +
           "e1:v" + std::to_string(value.size()) + ":" + value;
}

} // namespace

struct TorrentSession::Impl {
    Impl(base::Executor& anExecutor, Settings someSettings) : executor(anExecutor), settings(std::move(someSettings)) {}

    ~Impl()
    {
        keepNodes();
        alive.reset();
        executor.cancel(timer);
        executor.cancel(lookTimer);
        if (session)
            session->set_alert_notify({});
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void begin();
    void drain();
    void mapSoon();
    void map();
    void report();
    void takeMapping(const lt::portmap_alert& alert);
    void takeMappingProblem(const lt::portmap_error_alert& alert);

    [[nodiscard]] int alerts() const;
    void chooseAlerts();
    void look();
    [[nodiscard]] lt::dht::dht_state keptNodes() const;
    void keepNodes() const;
    void searchAgain() const;
    void lookFurther() const;
    void takePeers(const lt::dht_get_peers_reply_alert& alert);
    void takeItem(const lt::dht_mutable_item_alert& alert);
    void takeStats(const lt::dht_stats_alert& alert);

    struct PeerSearch {
        lt::sha1_hash key;
        std::function<void(const std::vector<Peer>&)> found;
    };
    struct ItemSearch {
        base::PublicKey key;
        std::string salt;
        std::int64_t number = -1; ///< of the newest that came
        std::function<void(const std::string&)> found;
    };

    base::Executor& executor;
    const Settings settings;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    std::unique_ptr<lt::session> session;

    std::uint16_t port = 0;
    std::function<void(const std::optional<Mapping>&)> changed;
    std::set<lt::port_mapping_t> asked;
    std::map<lt::port_mapping_t, Mapping> granted;
    std::optional<Mapping> reported;
    std::string problem;
    base::Executor::TimerId timer = 0;

    bool dht = false;
    int nodes = 0;
    int looks = 0;
    int looksToKeeping = 0;
    base::Executor::TimerId lookTimer = 0;
    SearchId lastSearch = 0;
    std::map<SearchId, PeerSearch> peerSearches;
    std::map<SearchId, ItemSearch> itemSearches;
};

TorrentSession::TorrentSession(base::Executor& executor, Settings settings)
    : m_impl(std::make_unique<Impl>(executor, std::move(settings)))
{
}

TorrentSession::~TorrentSession() = default;

void TorrentSession::Impl::begin()
{
    if (session)
        return;
    lt::settings_pack pack;
    pack.set_str(lt::settings_pack::user_agent, "Mutoscope"); // routers show it beside the mapping
    pack.set_str(lt::settings_pack::listen_interfaces, settings.listen);
    pack.set_str(lt::settings_pack::dht_bootstrap_nodes, "");
    for (const int off : {lt::settings_pack::enable_dht, lt::settings_pack::enable_lsd, lt::settings_pack::enable_incoming_tcp,
                          lt::settings_pack::enable_outgoing_tcp, lt::settings_pack::enable_incoming_utp, lt::settings_pack::enable_outgoing_utp})
        pack.set_bool(off, false);
    pack.set_int(lt::settings_pack::alert_mask, alerts()); // at once: what it begins with is said right away
    pack.set_bool(lt::settings_pack::enable_natpmp, port != 0);
    pack.set_bool(lt::settings_pack::enable_upnp, port != 0);
    lt::session_params parameters(std::move(pack));
    parameters.extensions.clear(); // metadata and peer exchange are BitTorrent's
    parameters.disk_io_constructor = lt::disabled_disk_io_constructor;
    parameters.dht_state = keptNodes();
    session = std::make_unique<lt::session>(std::move(parameters));
    session->set_alert_notify([this, &to = executor, weak = std::weak_ptr(alive)] {
        to.post([this, weak] {
            if (weak.lock())
                drain();
        });
    });
}

/// Each that is posted wakes this program, and the DHT's own category has one for each question of a stranger.
int TorrentSession::Impl::alerts() const
{
    lt::alert_category_t mask{};
    if (port != 0)
        mask |= lt::alert_category::port_mapping | lt::alert_category::status;
    if (dht)
        mask |= lt::alert_category::dht_operation;
    if (!itemSearches.empty())
        mask |= lt::alert_category::dht;
    return static_cast<int>(static_cast<std::uint32_t>(mask));
}

void TorrentSession::Impl::chooseAlerts()
{
    lt::settings_pack pack;
    pack.set_int(lt::settings_pack::alert_mask, alerts());
    session->apply_settings(std::move(pack));
}

void TorrentSession::Impl::drain()
{
    if (!session)
        return;
    std::vector<lt::alert*> alerts; // theirs, until the next call
    session->pop_alerts(&alerts);
    const std::weak_ptr weak(alive);
    const lt::session* const whose = session.get();
    for (const lt::alert* const alert : alerts) {
        if (const auto* const mapped = lt::alert_cast<lt::portmap_alert>(alert))
            takeMapping(*mapped);
        else if (const auto* const failed = lt::alert_cast<lt::portmap_error_alert>(alert))
            takeMappingProblem(*failed);
        else if (const auto* const peers = lt::alert_cast<lt::dht_get_peers_reply_alert>(alert))
            takePeers(*peers);
        else if (const auto* const item = lt::alert_cast<lt::dht_mutable_item_alert>(alert))
            takeItem(*item);
        else if (const auto* const stats = lt::alert_cast<lt::dht_stats_alert>(alert))
            takeStats(*stats);
        else if (const auto* const listening = lt::alert_cast<lt::listen_succeeded_alert>(alert);
                 listening != nullptr && listening->socket_type == lt::socket_type_t::tcp && port != 0) {
            mapSoon(); // before, there are no routers to ask
        }
        if (weak.expired() || session.get() != whose)
            return; // a callback has ended it
    }
    report();
}

// ---- port mapping ----

void TorrentSession::mapPort(std::uint16_t port, std::function<void(const std::optional<Mapping>&)> changed)
{
    if (!m_impl->settings.mapsPorts || m_impl->port != 0)
        return;
    m_impl->port = port; // routers are asked from now on, not before
    m_impl->changed = std::move(changed);
    if (!m_impl->session)
        return m_impl->begin();
    lt::settings_pack pack;
    pack.set_bool(lt::settings_pack::enable_natpmp, true);
    pack.set_bool(lt::settings_pack::enable_upnp, true);
    m_impl->session->apply_settings(std::move(pack));
    m_impl->chooseAlerts();
    m_impl->mapSoon(); // the DHT listens already
}

const std::string& TorrentSession::mappingProblem() const
{
    return m_impl->problem;
}

/// Interfaces come one after the other, and each has a router that knows nothing yet.
void TorrentSession::Impl::mapSoon()
{
    executor.cancel(timer);
    timer = executor.after(settle, [this] {
        timer = 0;
        if (port != 0)
            map();
    });
}

void TorrentSession::Impl::map()
{
    for (const lt::port_mapping_t each : std::exchange(asked, {}))
        session->delete_port_mapping(each);
    granted.clear();
    for (const lt::port_mapping_t each : session->add_port_mapping(lt::portmap_protocol::tcp, port, port))
        asked.insert(each);
}

void TorrentSession::Impl::takeMapping(const lt::portmap_alert& alert)
{
    if (asked.contains(alert.mapping)) // the others are of libtorrent's own port
        granted[alert.mapping] = {static_cast<std::uint16_t>(alert.external_port),
                                  alert.map_transport == lt::portmap_transport::upnp ? Protocol::Upnp : Protocol::NatPmp};
}

void TorrentSession::Impl::takeMappingProblem(const lt::portmap_error_alert& alert)
{
    granted.erase(alert.mapping);
    problem = alert.error.message();
    qCDebug(logNet, "%s", alert.message().c_str());
}

void TorrentSession::Impl::report()
{
    std::optional<Mapping> now;
    if (!granted.empty())
        now = granted.begin()->second;
    if (now)
        problem.clear();
    if (now == reported)
        return;
    reported = now;
    if (changed)
        changed(now);
}

// ---- the DHT ----

void TorrentSession::switchDht(bool on)
{
    if (std::exchange(m_impl->dht, on) == on)
        return;
    if (!on)
        m_impl->keepNodes();
    m_impl->nodes = 0;
    m_impl->looks = 0;
    m_impl->looksToKeeping = 0;
    m_impl->peerSearches.clear();
    m_impl->itemSearches.clear();
    m_impl->executor.cancel(std::exchange(m_impl->lookTimer, 0));
    if (!on && m_impl->port == 0) {
        m_impl->session->set_alert_notify({});
        m_impl->session.reset();
        return;
    }
    m_impl->begin();
    m_impl->chooseAlerts();
    const bool isPrivate = m_impl->settings.privateDht.has_value();
    lt::settings_pack pack;
    pack.set_str(lt::settings_pack::dht_bootstrap_nodes, on && !isPrivate ? publicNodes : "");
    for (const int wary : {lt::settings_pack::dht_restrict_routing_ips, lt::settings_pack::dht_restrict_search_ips,
                           lt::settings_pack::dht_prefer_verified_node_ids, lt::settings_pack::dht_ignore_dark_internet})
        pack.set_bool(wary, !isPrivate);
    if (isPrivate)
        pack.set_int(lt::settings_pack::dht_block_ratelimit, 1'000); // few nodes answer for all
    pack.set_bool(lt::settings_pack::enable_dht, on);
    m_impl->session->apply_settings(std::move(pack));
    if (on)
        m_impl->look();
}

int TorrentSession::dhtNodes() const
{
    return m_impl->nodes;
}

/// How many nodes there are; takeStats() goes on.
void TorrentSession::Impl::look()
{
    lookTimer = 0;
    if (looks == 0)
        lookFurther();
    session->post_dht_stats();
    const bool eagerly = nodes < enoughNodes && ++looks <= eagerLooks;
    lookTimer = executor.after(eagerly ? std::chrono::milliseconds(lookEagerly) : std::chrono::milliseconds(lookSeldom), [this] { look(); });
}

void TorrentSession::Impl::takeStats(const lt::dht_stats_alert& alert)
{
    const int before = std::exchange(nodes, 0);
    for (const lt::dht_routing_bucket& bucket : alert.routing_table)
        nodes += bucket.num_nodes;
    if (!dht)
        return;
    if (before == 0 && nodes > 0)
        searchAgain();
    if (nodes < enoughNodes)
        return lookFurther();
    if (looksToKeeping-- > 0)
        return;
    looksToKeeping = looksBetweenKeeping;
    keepNodes();
}

/// What was asked for before anybody was there to be asked.
void TorrentSession::Impl::searchAgain() const
{
    for (const auto& [id, search] : peerSearches)
        session->dht_get_peers(search.key);
    for (const auto& [id, search] : itemSearches)
        session->dht_get_item(bytesOf(search.key), search.salt);
}

void TorrentSession::Impl::keepNodes() const
{
    if (settings.nodesFile.empty() || !session || !dht || nodes < enoughNodes) // few would replace many
        return;
    const std::vector<char> bytes = lt::write_session_params_buf(session->session_state(lt::session_handle::save_dht_state), lt::session_handle::save_dht_state);
    if (const auto written = base::writeFileDurably(settings.nodesFile, {bytes.data(), bytes.size()}); !written)
        qCWarning(logNet) << "the DHT's nodes can't be kept:" << written.error().message.c_str();
}

/// None where they can't be read: the well-known ones are always there.
lt::dht::dht_state TorrentSession::Impl::keptNodes() const
{
    if (settings.nodesFile.empty())
        return {};
    const auto bytes = base::readFile(settings.nodesFile, maxNodesFile);
    if (!bytes)
        return {};
    try {
        return lt::read_session_params({bytes->data(), static_cast<std::ptrdiff_t>(bytes->size())}, lt::session_handle::save_dht_state).dht_state;
    } catch (const std::exception& error) {
        qCInfo(logNet) << "the DHT's nodes of the last start are not used:" << error.what();
        return {};
    }
}

/// libtorrent asks one neighbour in five seconds whether it is there, and its entries into a network never come into its table. So a
/// young network, and a node whose first datagrams were lost, would stay small for minutes: a search for anything meets many at once.
void TorrentSession::Impl::lookFurther() const
{
    if (settings.privateDht) {
        for (const Peer& node : *settings.privateDht)
            session->add_dht_node({node.host, node.port});
    }
    std::random_device random;
    Key anything{};
    std::ranges::generate(anything, [&random] { return static_cast<std::uint8_t>(random()); });
    session->dht_get_peers(hashOf(anything));
}

TorrentSession::Key TorrentSession::keyOf(std::string_view text)
{
    const lt::sha1_hash hash = lt::hasher(text.data(), static_cast<int>(text.size())).final();
    Key key{};
    std::copy(hash.begin(), hash.end(), key.begin());
    return key;
}

void TorrentSession::announce(const Key& key, std::uint16_t port)
{
    if (m_impl->dht)
        m_impl->session->dht_announce(hashOf(key), port);
}

TorrentSession::SearchId TorrentSession::findPeers(const Key& key, std::function<void(const std::vector<Peer>&)> found)
{
    const SearchId id = ++m_impl->lastSearch;
    if (m_impl->dht) {
        m_impl->peerSearches[id] = {hashOf(key), std::move(found)};
        m_impl->session->dht_get_peers(hashOf(key));
    }
    return id;
}

void TorrentSession::askAgain(SearchId search)
{
    if (const auto it = m_impl->peerSearches.find(search); it != m_impl->peerSearches.end())
        m_impl->session->dht_get_peers(it->second.key);
}

void TorrentSession::Impl::takePeers(const lt::dht_get_peers_reply_alert& alert)
{
    std::vector<Peer> peers;
    for (const lt::tcp::endpoint& peer : alert.peers()) {
        if (settings.privateDht || isOfTheWorld(peer.address()))
            peers.push_back({peer.address().to_string(), peer.port()});
    }
    std::vector<std::function<void(const std::vector<Peer>&)>> callbacks; // which may begin and forget searches
    for (const auto& [id, search] : peerSearches) {
        if (search.key == alert.info_hash && !peers.empty())
            callbacks.push_back(search.found);
    }
    for (const auto& found : callbacks)
        found(peers);
}

void TorrentSession::putItem(const Item& item, std::function<base::Signature(std::string_view)> sign)
{
    if (!m_impl->dht || item.value.size() > Item::maxValue || item.salt.size() > Item::maxSalt)
        return;
    // What is there already comes in, and the new one goes out.
    const auto fill = [sign = std::move(sign), value = item.value](lt::entry& entry, std::array<char, 64>& signature, std::int64_t& number,
                                                                 const std::string& salt) {
        const bool same = entry.type() == lt::entry::string_t && entry.string() == value;
        if (!same || number == 0) // the same again keeps its number, so that nodes that have it take it as a refreshment
            ++number;
        entry = value;
        std::ranges::copy(sign(signedPart(salt, number, value)).raw(), signature.begin());
    };
    m_impl->session->dht_put_item(bytesOf(item.key), fill, item.salt);
}

TorrentSession::SearchId TorrentSession::findItem(const base::PublicKey& key, const std::string& salt, std::function<void(const std::string&)> found)
{
    const SearchId id = ++m_impl->lastSearch;
    if (m_impl->dht) {
        m_impl->itemSearches[id] = {key, salt, -1, std::move(found)};
        m_impl->chooseAlerts();
        m_impl->session->dht_get_item(bytesOf(key), salt);
    }
    return id;
}

void TorrentSession::Impl::takeItem(const lt::dht_mutable_item_alert& alert)
{
    if (alert.item.type() != lt::entry::string_t)
        return; // none, or not ours
    std::vector<std::function<void(const std::string&)>> callbacks;
    for (auto& [id, search] : itemSearches) {
        if (std::string_view(alert.key.data(), alert.key.size()) != search.key.raw() || alert.salt != search.salt || alert.seq <= search.number)
            continue;
        search.number = alert.seq;
        callbacks.push_back(search.found);
    }
    const std::string value = alert.item.string();
    for (const auto& found : callbacks)
        found(value);
}

void TorrentSession::forget(SearchId search)
{
    m_impl->peerSearches.erase(search);
    if (m_impl->itemSearches.erase(search) > 0 && m_impl->itemSearches.empty())
        m_impl->chooseAlerts();
}

} // namespace mutoscope::torrent
