#pragma once

#include <memory>
#include <set>
#include <string>

#include "p2p/discovery/offer_source.h"
#include "p2p/net/http.h"

namespace mutoscope::discovery
{

/// Asks seeders whose address somebody has named for their signed offer, `GET /v1/content/{id}/offer`. Whoever answers there is
/// the seeder only if the offer's signature is right and its TLS pin is the certificate that was shown. One thread.
class OfferAsker
{
public:
    struct Parts {
        net::HttpClient& http;
        base::Executor& executor;
        OfferRules rules;
    };
    static constexpr std::size_t maxEndpoints = 32; ///< of one search
    static constexpr std::size_t atOnce = 8;

    explicit OfferAsker(Parts parts) : m_parts(std::move(parts)) {}

    /// One search: addresses come in as they are found, offers go out as they come. Ends after end(), once all have answered;
    /// destroying it takes nothing back that is under way.
    class Round : public std::enable_shared_from_this<Round>
    {
    public:
        Round(Parts parts, base::ContentId content, OfferSource::Found found)
            : m_parts(std::move(parts)), m_content(content), m_found(std::move(found))
        {
        }
        /// Each once; further ones than maxEndpoints are left out.
        void add(const net::Endpoint& endpoint);
        /// No more addresses come; where none has answered, `problem` says why there were none.
        void end(std::optional<base::Error> problem = {});
        [[nodiscard]] std::size_t asked() const { return m_known.size(); }

    private:
        void ask(const net::Endpoint& endpoint);
        void send(const std::shared_ptr<struct OfferQuestion>& question);
        void take(const net::Endpoint& endpoint, const base::Result<net::HttpResponse>& response);
        void finishIfDone();

        const Parts m_parts;
        const base::ContentId m_content;
        OfferSource::Found m_found;
        std::set<std::string> m_known;
        std::vector<net::Endpoint> m_waiting;
        std::size_t m_underWay = 0;
        bool m_ended = false;
        std::optional<base::Error> m_problem;
    };

    [[nodiscard]] std::shared_ptr<Round> begin(const base::ContentId& content, OfferSource::Found found)
    {
        return std::make_shared<Round>(m_parts, content, std::move(found));
    }

private:
    Parts m_parts;
};

/// The seeders that a link names.
class LinkSource final : public OfferSource
{
public:
    explicit LinkSource(OfferAsker::Parts parts) : m_asker(std::move(parts)) {}

    void find(const Wanted& wanted, Found found) override;

private:
    OfferAsker m_asker;
};

} // namespace mutoscope::discovery
