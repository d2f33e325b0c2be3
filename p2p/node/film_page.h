#pragma once

#include <optional>
#include <string>
#include <vector>

#include "p2p/base/types.h"
#include "p2p/wire/content.h"

namespace mutoscope::node
{

/// A film that can be watched, as the tracker's catalogue knows it.
struct FoundFilm {
    base::ContentId content;
    std::string title;
    std::string description; ///< its beginning
    std::int64_t durationMs = 0;
    base::ByteCount size;
    std::optional<base::Tokens> price; ///< for all of it, at the cheapest seeder
    std::int64_t seeders = 0;
    std::optional<wire::ObjectRef> poster; ///< to be had by Node::fetchPoster
    std::string link;                      ///< mutoscope: link that opens it
};

/// What a search has found.
struct FilmPage {
    std::string text;    ///< what was looked for
    std::string cursor;  ///< where this page begins; empty for the first
    std::vector<FoundFilm> films;
    std::string next;    ///< the next page's cursor; empty where there is none
    std::string problem; ///< why nothing could be looked up, one sentence; empty if all is well
};

} // namespace mutoscope::node
