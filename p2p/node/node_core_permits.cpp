#include "p2p/content/film_key.h"
#include "p2p/node/node_core.h"

// Permits: those that this node makes for its own films, and those that it was given.

namespace mutoscope::node
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr base::UnixMs clocksMayDiffer(10 * 60 * 1000);

} // namespace

void NodeCore::makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires)
{
    const auto made = m_problem.empty() ? permitLink(content, viewer, expires) : fail(ErrorCode::Unavailable, m_problem);
    Q_EMIT permitMade(content, made ? QString::fromStdString(*made) : QString(), made ? QString() : QString::fromStdString(made.error().message));
}

base::Result<std::string> NodeCore::permitLink(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) const
{
    const auto film = m_library->find(content);
    if (!film)
        return fail(ErrorCode::NotFound, "the film is not on this computer");
    const base::UnixMs now = m_tracker->now();
    if (expires <= now)
        return fail(ErrorCode::Unacceptable, "a permit must end later than now");
    const auto permit = content::makePermit(*film, viewer, now - clocksMayDiffer, expires, *m_key);
    if (!permit)
        return tl::unexpected(permit.error());
    auto link = linkTo(content);
    link.permit = permit->bytes;
    return discovery::toString(link);
}

void NodeCore::takePermit(const std::string& link)
{
    if (isOpening())
        return m_whenOpened.push_back([this, link] { takePermit(link); });
    const auto taken = [&]() -> base::Result<wire::Permit> {
        if (!m_problem.empty())
            return fail(ErrorCode::Unavailable, m_problem);
        const auto parsed = discovery::parseContentLink(link);
        if (!parsed)
            return tl::unexpected(parsed.error());
        if (!parsed->permit)
            return fail(ErrorCode::Unacceptable, "the link has no permit in it");
        return keepPermit(*parsed);
    }();
    Q_EMIT permitTaken(taken ? QString::fromStdString(taken->title) : QString(), taken ? QString() : QString::fromStdString(taken.error().message));
}

base::Result<wire::Permit> NodeCore::keepPermit(const discovery::ContentLink& link)
{
    auto taken = m_permits->take(*link.permit, m_tracker->now());
    if (taken && taken->content != link.content)
        return fail(ErrorCode::Unacceptable, "the permit is for another film than the link's");
    touch();
    return taken;
}

std::vector<HeldPermit> NodeCore::heldPermits() const
{
    std::vector<HeldPermit> all;
    for (const wire::Permit& permit : m_permits->list())
        all.push_back({.content = permit.content,
                       .title = permit.title,
                       .publisher = permit.publisher,
                       .expires = permit.expires,
                       .link = linkOf(permit.content)});
    return all;
}

} // namespace mutoscope::node
