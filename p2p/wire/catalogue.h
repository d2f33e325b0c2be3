#pragma once

#include "p2p/wire/answers.h"
#include "p2p/wire/requests.h"

/// A tracker's catalogue, protocol §3 and §6: `search`, and `describe`, whose request is a Manifest with its publisher's
/// signature.
namespace mutoscope::wire
{

struct Search : Request {
    static constexpr std::string_view type = "mutoscope.search.v1";
    static constexpr std::int64_t maxLimit = 50;
    static constexpr MaxSize maxText{200};
    static constexpr MaxSize maxCursor{120};

    std::string text;   ///< words that the film must have; none: all films, newest first
    std::string cursor; ///< of the answer before, for the films behind its last; empty: from the beginning
    std::int64_t limit = maxLimit; ///< 1 … maxLimit

    template <class F>
    void fields(F& f)
    {
        Request::fields(f);
        f("text", text, maxText);
        f("cursor", cursor, maxCursor);
        f("limit", limit);
    }
};

/// A film that somebody seeds just now.
struct SearchHit {
    static constexpr std::size_t maxDescription = 500;

    base::ContentId content;
    std::string title;
    std::string description; ///< its beginning
    std::int64_t durationMs = 0;
    base::ByteCount segmentBytes; ///< of all segments together
    std::optional<base::Tokens> pricePerMiB; ///< the lowest; none where no seeder's price is known
    std::int64_t seeders = 0;
    std::optional<ObjectRef> poster; ///< to be had from a seeder

    template <class F>
    void fields(F& f)
    {
        f("content", content);
        f("title", title, MaxSize{300});
        f("description", description, MaxSize{maxDescription});
        f("duration_ms", durationMs);
        f("segment_bytes", segmentBytes);
        f("price_per_mib", pricePerMiB);
        f("seeders", seeders);
        f("poster", poster);
    }
    bool operator==(const SearchHit&) const = default;
};

struct SearchAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.search.answer.v1";
    static constexpr std::size_t maxBytes = 512 * 1024;

    std::vector<SearchHit> hits;
    std::string cursor; ///< for the next ones; empty where there are none

    template <class F>
    void fields(F& f)
    {
        Answer::fields(f);
        f("hits", hits, MaxSize{Search::maxLimit});
        f("cursor", cursor, Search::maxCursor);
    }
};

/// The film is in the catalogue as long as it is seeded.
struct DescribeAnswer : Answer {
    static constexpr std::string_view type = "mutoscope.describe.answer.v1";
};

} // namespace mutoscope::wire
