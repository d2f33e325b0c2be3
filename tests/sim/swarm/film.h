#pragma once

#include <filesystem>

#include "tests/sim/contract/world.h"

namespace mutoscope::test::swarm
{

/// A film of few small segments: published once, then linked into the folders of those who seed it.
struct SmallFilm {
    std::filesystem::path folder; ///< of a node that has it
    base::ContentId id;
    content::Stream stream;

    /// Number 0 … Plan::films − 1, each of another size. `folder` is for the first call that asks for it.
    [[nodiscard]] static SmallFilm publish(int number, const std::filesystem::path& folder);
    void linkInto(const std::filesystem::path& node) const;
};

} // namespace mutoscope::test::swarm
