#include "app/tracker/relay_shop.h"

#include <set>

#include <QSemaphore>

#include "p2p/base/log.h"
#include "p2p/crypto/hash.h"
#include "p2p/tracker/log_event.h"
#include "p2p/wire/relaying.h"

namespace mutoscope::app
{

using namespace std::chrono_literals;

namespace
{

constexpr auto payOnInterval = 10min;

} // namespace

/// Asks a handler in this process.
class RelayShop::Direct final : public net::HttpClient
{
public:
    Direct(net::RequestHandler& handler, base::Executor& executor) : m_handler(handler), m_executor(executor) {}

    RequestId send(const net::Endpoint&, net::HttpRequest request, net::RequestLimits, Callback callback) override
    {
        const RequestId id = ++m_last;
        m_underWay.insert(id);
        request.peer = "127.0.0.1";
        m_executor.post([this, alive = std::weak_ptr(m_alive), id, request = std::move(request), callback = std::move(callback)] {
            if (!alive.lock() || !m_underWay.contains(id))
                return;
            m_handler.handle(request, [this, alive, &executor = m_executor, id, callback](net::HttpResponse response) {
                executor.post([this, alive, id, callback, response = std::move(response)] {
                    if (alive.lock() && m_underWay.erase(id) > 0)
                        callback(response);
                });
            });
        });
        return id;
    }
    void cancel(RequestId request) override { m_underWay.erase(request); }

private:
    net::RequestHandler& m_handler;
    base::Executor& m_executor;
    RequestId m_last = 0;
    std::set<RequestId> m_underWay;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

RelayShop::RelayShop(Parts parts, Terms terms) : m_parts(std::move(parts)), m_terms(std::move(terms)), m_disk(new base::QtExecutor)
{
    m_diskThread.setObjectName(QStringLiteral("disk"));
    m_disk->moveToThread(&m_diskThread);
    m_diskThread.start();
}

base::Result<std::unique_ptr<RelayShop>> RelayShop::open(Parts parts, Terms terms, const std::filesystem::path& folder)
{
    std::unique_ptr<RelayShop> shop(new RelayShop(std::move(parts), std::move(terms)));
    const Parts& have = shop->m_parts;
    auto store = content::SegmentStore::open(folder / "films", {});
    if (!store)
        return tl::unexpected(store.error());
    shop->m_store = std::move(*store);
    auto library = content::Library::open(folder / "manifests", have.network, *shop->m_store);
    if (!library)
        return tl::unexpected(library.error());
    shop->m_library = std::move(*library);
    shop->m_http = std::make_unique<Direct>(have.service, have.executor);
    // In this process, whatever the host; but without one there would be no tracker to ask.
    const net::TrackerLink self{.endpoint = {.host = "127.0.0.1", .port = 0, .pin = {}}, .key = have.key.publicKey()};
    shop->m_tracker = std::make_unique<wallet::TrackerClient>(
        wallet::TrackerClient::Parts{*shop->m_http, have.executor, have.clock, have.random, have.key, have.network, self});
    shop->m_wallet = std::make_unique<wallet::Wallet>(*shop->m_tracker, have.executor, crypto::ordinaryAddress(have.key.publicKey()));
    auto seeder = seeder::Seeder::open({have.executor, *shop->m_disk, have.clock, have.key, have.network, *shop->m_tracker, *shop->m_wallet,
                                        *shop->m_library, *shop->m_store, {.creditWindow = 8}},
                                       folder / "served-contracts");
    if (!seeder)
        return tl::unexpected(seeder.error());
    shop->m_seeder = std::move(*seeder);
    shop->m_seeder->sellRelaying({.pricePerMiB = shop->m_terms.pricePerMiB,
                                  .port = have.relay.port(),
                                  .offered =
                                      [&relay = have.relay](const std::string& offer) {
                                          if (const auto told = relay.setTerms(offer); !told)
                                              qCWarning(logTracker, "%s", tracker::event("the relay's terms", {{"reason", told.error().message}}).c_str());
                                      },
                                  .allow = [&relay = have.relay](const auto& contract, const auto& node,
                                                                 std::uint32_t unit) { relay.allow(contract, node, unit, wire::relayedUnit); },
                                  .end = [&relay = have.relay](const auto& contract) { relay.end(contract); }});
    return shop;
}

RelayShop::~RelayShop()
{
    m_parts.executor.cancel(m_timer);
    m_disk->post([this] { m_diskThread.quit(); });
    m_diskThread.wait(); // what was queued is done, and nothing asks the seeder any more
    m_seeder.reset();
    delete m_disk;
}

void RelayShop::start(const std::string& endpoint, const base::Sha256& tlsPin)
{
    m_wallet->start();
    m_seeder->setReach({endpoint}, tlsPin);
    if (m_terms.payTo)
        payOnLater();
}

void RelayShop::stop(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_parts.executor.cancel(std::exchange(m_timer, 0));
    m_seeder->closeAll(deadline, std::move(done));
}

void RelayShop::payOnLater()
{
    m_timer = m_parts.executor.after(payOnInterval, [this] {
        payOn();
        payOnLater();
    });
}

/// What was paid out goes on; what was earned since is paid out, where no contract is open just now.
void RelayShop::payOn()
{
    const wallet::Accounts& accounts = m_wallet->accounts();
    const auto tell = [](const base::Result<void>& done) {
        if (!done)
            qCWarning(logTracker, "%s", tracker::event("the relay's income is not paid on", {{"reason", done.error().message}}).c_str());
    };
    if (accounts.ordinary && *accounts.ordinary > base::Tokens())
        m_wallet->send(*m_terms.payTo, *accounts.ordinary, "relay", tell);
    else if (accounts.income && *accounts.income > base::Tokens() && m_seeder->openContracts() == 0)
        m_wallet->payOutIncome(tell);
}

} // namespace mutoscope::app
