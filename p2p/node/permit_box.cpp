#include "p2p/node/permit_box.h"

#include <algorithm>

#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/base/log.h"

namespace mutoscope::node
{

using base::ErrorCode;
using base::fail;

namespace
{

constexpr std::size_t maxPermits = 10'000;

std::string fileName(const wire::Permit& permit)
{
    return base::toHex(permit.content) + '-' + base::shortHex(permit.publisher) + ".permit";
}

} // namespace

base::Result<PermitBox> PermitBox::open(std::filesystem::path folder, std::string network, const base::PublicKey& viewer)
{
    PermitBox box;
    box.m_folder = std::move(folder);
    box.m_network = std::move(network);
    box.m_viewer = viewer;
    if (const auto made = base::makeFolder(box.m_folder); !made)
        return tl::unexpected(made.error());
    std::error_code error;
    for (std::filesystem::directory_iterator it(box.m_folder, error), end; !error && it != end && box.m_permits.size() < maxPermits; it.increment(error)) {
        if (it->path().extension() != ".permit")
            continue;
        const auto envelope = base::readFile(it->path(), wire::Permit::maxBytes);
        auto permit = envelope ? box.read(*envelope) : tl::unexpected(envelope.error());
        if (!permit) {
            qCWarning(logNode) << it->path().c_str() << "is not used:" << permit.error().message.c_str();
            continue;
        }
        const Key key(permit->message.content, permit->message.publisher);
        box.m_permits.insert_or_assign(key, std::move(*permit));
    }
    if (error)
        return fail(ErrorCode::Io, box.m_folder.string() + " can't be read: " + error.message());
    return box;
}

base::Result<wire::Signed<wire::Permit>> PermitBox::read(const std::string& envelope) const
{
    auto permit = wire::open<wire::Permit>(envelope, m_network, {wire::Role::Publisher});
    if (!permit)
        return fail(ErrorCode::Forbidden, "the permit can't be read, or is not signed by the one that it names");
    if (permit->message.viewer != m_viewer)
        return fail(ErrorCode::Forbidden, "the permit is for another viewer");
    return permit;
}

base::Result<wire::Permit> PermitBox::take(const std::string& envelope, base::UnixMs now)
{
    auto permit = read(envelope);
    if (!permit)
        return tl::unexpected(permit.error());
    const wire::Permit given = permit->message;
    if (given.expires <= now)
        return fail(ErrorCode::Forbidden, "the permit has expired");
    const Key key(given.content, given.publisher);
    const auto before = m_permits.find(key);
    if (before != m_permits.end() && before->second.message.expires >= given.expires)
        return before->second.message;
    if (before == m_permits.end() && m_permits.size() >= maxPermits)
        return fail(ErrorCode::Unavailable, "there are too many permits here already");
    if (const auto written = base::writeFileDurably(m_folder / fileName(given), envelope); !written)
        return tl::unexpected(written.error());
    m_permits.insert_or_assign(key, std::move(*permit));
    return given;
}

base::Result<void> PermitBox::remove(const base::ContentId& content)
{
    for (auto it = m_permits.lower_bound({content, {}}); it != m_permits.end() && it->first.first == content;) {
        std::error_code error;
        const auto file = m_folder / fileName(it->second.message);
        std::filesystem::remove(file, error);
        if (error)
            return fail(ErrorCode::Io, file.string() + " can't be removed: " + error.message());
        it = m_permits.erase(it);
    }
    return base::syncFolder(m_folder);
}

std::optional<std::string> PermitBox::find(const base::ContentId& content, const base::PublicKey& publisher) const
{
    const auto it = m_permits.find({content, publisher});
    return it == m_permits.end() ? std::nullopt : std::optional(it->second.bytes);
}

std::vector<wire::Permit> PermitBox::list() const
{
    std::vector<wire::Permit> all;
    all.reserve(m_permits.size());
    for (const auto& [key, permit] : m_permits)
        all.push_back(permit.message);
    std::ranges::stable_sort(all, {}, &wire::Permit::title);
    return all;
}

} // namespace mutoscope::node
