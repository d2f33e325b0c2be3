#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <QThread>

#include "p2p/base/executor.h"
#include "p2p/content/library.h"
#include "p2p/net/relay_server.h"
#include "p2p/seeder/seeder.h"

namespace mutoscope::app
{

/// Sells what the tracker's relay copies (protocol §10). To its own tracker it is a seeder like others, under the tracker's key: it asks
/// over no network but the service itself. All on the executor's thread but handle(), which comes on the server's.
class RelayShop final : public net::RequestHandler
{
public:
    struct Parts {
        base::Executor& executor;
        const base::Clock& clock;
        crypto::Random& random;
        const crypto::NodeKey& key; ///< the tracker's
        std::string network;
        net::RequestHandler& service; ///< the tracker's methods
        net::RelayServer& relay;
    };
    struct Terms {
        base::Tokens pricePerMiB;
        std::optional<base::Address> payTo; ///< ordinary address that income is sent on to; none: it stays
    };

    [[nodiscard]] static base::Result<std::unique_ptr<RelayShop>> open(Parts parts, Terms terms, const std::filesystem::path& folder);
    ~RelayShop() override;

    /// Once the server listens there.
    void start(const std::string& endpoint, const base::Sha256& tlsPin);
    /// Closes the contracts that are open; `done` when they are settled, or not later than after `deadline`.
    void stop(std::chrono::milliseconds deadline, std::function<void()> done);
    /// What belongs to it and not to the tracker.
    [[nodiscard]] static bool knows(std::string_view target) { return target.starts_with("/v1/contracts") || target.starts_with("/v1/content/"); }
    void handle(net::HttpRequest request, Respond respond) override { m_seeder->handle(std::move(request), std::move(respond)); }
    /// Settled and receipted so far. For metrics.
    [[nodiscard]] base::Tokens earned() const { return m_seeder->relaying()->earned; }

private:
    class Direct;
    RelayShop(Parts parts, Terms terms);
    void payOnLater();
    void payOn();

    Parts m_parts;
    Terms m_terms;
    QThread m_diskThread;
    base::QtExecutor* m_disk; ///< lives in it
    std::unique_ptr<net::HttpClient> m_http;
    std::unique_ptr<content::SegmentStore> m_store; ///< without films
    std::unique_ptr<content::Library> m_library;
    std::unique_ptr<wallet::TrackerClient> m_tracker;
    std::unique_ptr<wallet::Wallet> m_wallet;
    std::unique_ptr<seeder::Seeder> m_seeder;
    base::Executor::TimerId m_timer = 0;
};

} // namespace mutoscope::app
