#include "p2p/torrent/torrent_session.h"

#include <chrono>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/portmap.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/settings_pack.hpp>

#include "p2p/base/log.h"

namespace mutoscope::torrent
{

namespace
{

constexpr std::chrono::milliseconds settle{300};

} // namespace

struct TorrentSession::Impl {
    explicit Impl(base::Executor& anExecutor) : executor(anExecutor) {}

    ~Impl() { executor.cancel(timer); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void drain();
    void mapSoon();
    void map();
    void report();

    base::Executor& executor;
    std::unique_ptr<lt::session> session;
    std::uint16_t port = 0;
    std::function<void(const std::optional<Mapping>&)> changed;
    std::set<lt::port_mapping_t> asked;
    std::map<lt::port_mapping_t, Mapping> granted;
    std::optional<Mapping> reported;
    std::string problem;
    bool listens = false; ///< before, there are no routers to ask
    base::Executor::TimerId timer = 0;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

TorrentSession::TorrentSession(base::Executor& executor, Settings settings) : m_impl(std::make_unique<Impl>(executor))
{
    if (!settings.mapsPorts)
        return;
    lt::settings_pack pack;
    pack.set_str(lt::settings_pack::user_agent, "Mutoscope"); // routers show it beside the mapping
    pack.set_str(lt::settings_pack::listen_interfaces, settings.listen);
    pack.set_str(lt::settings_pack::dht_bootstrap_nodes, "");
    pack.set_bool(lt::settings_pack::enable_dht, false);
    pack.set_bool(lt::settings_pack::enable_lsd, false);
    pack.set_bool(lt::settings_pack::enable_incoming_utp, false);
    pack.set_bool(lt::settings_pack::enable_outgoing_utp, false);
    pack.set_bool(lt::settings_pack::enable_natpmp, settings.mapsPorts);
    pack.set_bool(lt::settings_pack::enable_upnp, settings.mapsPorts);
    pack.set_int(lt::settings_pack::alert_mask,
                 static_cast<int>(static_cast<std::uint32_t>(lt::alert_category::port_mapping | lt::alert_category::status)));
    lt::session_params parameters(std::move(pack));
    parameters.extensions.clear(); // metadata and peer exchange are BitTorrent's
    m_impl->session = std::make_unique<lt::session>(std::move(parameters));
    m_impl->session->set_alert_notify([impl = m_impl.get(), &executor, alive = std::weak_ptr(m_impl->alive)] {
        executor.post([impl, alive] {
            if (alive.lock())
                impl->drain();
        });
    });
}

TorrentSession::~TorrentSession()
{
    m_impl->alive.reset();
    if (m_impl->session)
        m_impl->session->set_alert_notify({});
}

void TorrentSession::mapPort(std::uint16_t port, std::function<void(const std::optional<Mapping>&)> changed)
{
    if (!m_impl->session || m_impl->port != 0)
        return;
    m_impl->port = port;
    m_impl->changed = std::move(changed);
    if (m_impl->listens)
        m_impl->map();
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

void TorrentSession::Impl::drain()
{
    std::vector<lt::alert*> alerts;
    session->pop_alerts(&alerts);
    for (const lt::alert* const alert : alerts) {
        if (const auto* const mapped = lt::alert_cast<lt::portmap_alert>(alert)) {
            if (!asked.contains(mapped->mapping))
                continue; // of libtorrent's own port
            granted[mapped->mapping] = {static_cast<std::uint16_t>(mapped->external_port),
                                        mapped->map_transport == lt::portmap_transport::upnp ? Protocol::Upnp : Protocol::NatPmp};
        } else if (const auto* const failed = lt::alert_cast<lt::portmap_error_alert>(alert)) {
            granted.erase(failed->mapping);
            problem = failed->error.message();
            qCDebug(logNet, "%s", failed->message().c_str());
        } else if (const auto* const listening = lt::alert_cast<lt::listen_succeeded_alert>(alert)) {
            if (listening->socket_type == lt::socket_type_t::tcp) {
                listens = true;
                mapSoon();
            }
        }
    }
    report();
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

} // namespace mutoscope::torrent
