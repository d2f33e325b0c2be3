#include "p2p/viewer/description_fetch.h"

#include "p2p/base/encoding.h"
#include "p2p/crypto/hash.h"

namespace mutoscope::viewer
{

using namespace std::chrono_literals;
using base::ErrorCode;
using base::fail;

namespace
{

constexpr auto getTimeout = 10s;

} // namespace

DescriptionFetch::DescriptionFetch(Parts parts, const base::ContentId& content, net::Endpoint seeder, Done done)
    : m_parts(std::move(parts)), m_content(content), m_seeder(std::move(seeder)), m_done(std::move(done))
{
    get("/description", wire::Description::maxBytes, [this](const base::Result<net::Body>& body) {
        if (!body && (body.error().code == ErrorCode::NotFound || body.error().code == ErrorCode::TooLarge))
            return askForParts();
        if (!body)
            return end(tl::unexpected(body.error()));
        auto description = wire::readDescription(**body, m_parts.network);
        if (description && !isTheFilms(description->manifest))
            description = fail(ErrorCode::WrongData, "the seeder sent another film's description");
        end(std::move(description));
    });
}

DescriptionFetch::~DescriptionFetch()
{
    m_parts.http.cancel(m_request);
}

bool DescriptionFetch::isTheFilms(const wire::Signed<wire::Manifest>& manifest) const
{
    return wire::contentId(manifest) == m_content;
}

void DescriptionFetch::get(const std::string& path, std::int64_t maxBody, Got got)
{
    net::HttpRequest request{.method = "GET", .target = "/v1/content/" + base::toHex(m_content) + path, .body = {}, .peer = {}};
    // Pipelined: it goes along with the question for the offer, on the connection that the contract is then proposed on.
    m_request = m_parts.http.send(m_seeder, std::move(request), {.timeout = getTimeout, .maxBody = maxBody, .pipelined = true},
                                  [this, got = std::move(got)](const base::Result<net::HttpResponse>& response) {
                                      m_request = 0;
                                      if (!response)
                                          return got(tl::unexpected(response.error()));
                                      if (response->status != 200)
                                          return got(fail(ErrorCode::NotFound, "the seeder does not have this film any more"));
                                      got(response->body);
                                  });
}

void DescriptionFetch::askForParts()
{
    get("/manifest", wire::Manifest::maxBytes, [this](const base::Result<net::Body>& body) {
        if (!body)
            return end(tl::unexpected(body.error()));
        auto manifest = wire::open<wire::Manifest>(**body, m_parts.network, {wire::Role::Publisher});
        if (!manifest || !isTheFilms(*manifest))
            return end(fail(ErrorCode::WrongData, "the seeder sent another film's description"));
        m_sofar.manifest = std::move(*manifest);
        askForNextPlaylist();
    });
}

void DescriptionFetch::askForNextPlaylist()
{
    const auto& playlists = m_sofar.manifest.message.playlists;
    if (m_sofar.documents.size() == playlists.size())
        return end(std::move(m_sofar));
    const wire::PlaylistRef& wanted = playlists[m_sofar.documents.size()];
    get("/objects/" + base::toHex(wanted.sha256), wanted.bytes.value(), [this, hash = wanted.sha256](const base::Result<net::Body>& body) {
        if (!body)
            return end(tl::unexpected(body.error()));
        if (crypto::sha256(**body) != hash)
            return end(fail(ErrorCode::WrongData, "the seeder sent another playlist than the film's"));
        m_sofar.documents.push_back(**body);
        askForNextPlaylist();
    });
}

void DescriptionFetch::end(base::Result<wire::Description> result)
{
    const Done done = std::exchange(m_done, nullptr);
    done(std::move(result)); // it may destroy this
}

} // namespace mutoscope::viewer
