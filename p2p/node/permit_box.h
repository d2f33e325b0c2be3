#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "p2p/wire/permit.h"

namespace mutoscope::node
{

/// The permits that this node was given, a file each: of a film's publisher the one that lasts longest. One thread.
class PermitBox
{
public:
    /// Files that hold no permit for this viewer are left alone and not looked at.
    [[nodiscard]] static base::Result<PermitBox> open(std::filesystem::path folder, std::string network, const base::PublicKey& viewer);

    /// Keeps it, durably, unless one is here that lasts longer. Forbidden with the reason where it is of no use to this viewer, Unavailable
    /// where there are too many.
    [[nodiscard]] base::Result<wire::Permit> take(const std::string& envelope, base::UnixMs now);
    /// Those for this film, durably.
    [[nodiscard]] base::Result<void> remove(const base::ContentId& content);
    [[nodiscard]] std::optional<std::string> find(const base::ContentId& content, const base::PublicKey& publisher) const;
    /// By title; some may have expired.
    [[nodiscard]] std::vector<wire::Permit> list() const;

private:
    using Key = std::pair<base::ContentId, base::PublicKey>;
    PermitBox() = default;
    [[nodiscard]] base::Result<wire::Signed<wire::Permit>> read(const std::string& envelope) const;

    std::filesystem::path m_folder;
    std::string m_network;
    base::PublicKey m_viewer;
    std::map<Key, wire::Signed<wire::Permit>> m_permits;
};

} // namespace mutoscope::node
