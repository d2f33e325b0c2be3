#pragma once

#include <functional>
#include <string>
#include <vector>

#include "p2p/base/executor.h"
#include "p2p/net/http.h"
#include "p2p/wire/description.h"

namespace mutoscope::viewer
{

/// Fetches what is free of a film from one seeder: all in one answer, or in parts from a seeder that does not know how, or has too much
/// for one. What comes back is the film's, whoever gave it. On the executor's thread; ends when it is destroyed.
class DescriptionFetch
{
public:
    struct Parts {
        net::HttpClient& http;
        base::Executor& executor;
        std::string network;
    };
    /// Errors: those of the network, NotFound, WrongData. It may destroy the fetch.
    using Done = std::function<void(base::Result<wire::Description>)>;

    /// `done` comes once, not before this has returned.
    DescriptionFetch(Parts parts, const base::ContentId& content, net::Endpoint seeder, Done done);
    ~DescriptionFetch();
    DescriptionFetch(const DescriptionFetch&) = delete;
    DescriptionFetch& operator=(const DescriptionFetch&) = delete;

    [[nodiscard]] const net::Endpoint& seeder() const { return m_seeder; }

private:
    using Got = std::function<void(base::Result<net::Body>)>;
    void get(const std::string& path, std::int64_t maxBody, Got got);
    void askForParts();
    void askForNextPlaylist();
    void end(base::Result<wire::Description> result);
    [[nodiscard]] bool isTheFilms(const wire::Signed<wire::Manifest>& manifest) const;

    Parts m_parts;
    const base::ContentId m_content;
    const net::Endpoint m_seeder;
    Done m_done;
    net::HttpClient::RequestId m_request = 0;
    wire::Description m_sofar; ///< of what comes in parts
};

} // namespace mutoscope::viewer
