// The parts of Ledger that find films: what is announced, by the words of its manifest.
#include "p2p/base/encoding.h"
#include "p2p/ledger/ledger.h"
#include "p2p/ledger/search_words.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;

namespace
{

constexpr std::size_t mostWordsOfFilm = 400;
constexpr std::size_t mostWordsOfSearch = 8;

std::string textOf(const FilmPlace& place)
{
    return std::to_string(place.tier) + "." + std::to_string(place.listed.value()) + "." + base::toHex(place.content);
}

std::optional<FilmPlace> placeOf(std::string_view text)
{
    const auto first = text.find('.');
    const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const auto tier = base::parseInteger(text.substr(0, first));
    const auto listed = base::parseInteger(text.substr(first + 1, second - first - 1));
    const auto content = base::fixedFromHex<base::ContentId>(text.substr(second + 1));
    if (!tier || *tier > 1 || !listed || !content)
        return std::nullopt;
    return FilmPlace{*tier, base::UnixMs(*listed), *content};
}

} // namespace

Result<void> Ledger::describe(const wire::Signed<wire::Manifest>& manifest)
{
    const base::ContentId content = wire::contentId(manifest);
    const base::UnixMs now = m_clock.now();
    if (m_store->offers(content, now, 1).empty())
        return fail(ErrorCode::NotFound, "nobody has announced this film");
    if (m_store->hasFilm(content))
        return unlessFailed(0).map([](int) {});
    const wire::Manifest& film = manifest.message;
    const StoredFilm stored{.content = content,
                            .title = film.title,
                            .description = base::utf8Prefix(film.description, wire::SearchHit::maxDescription),
                            .durationMs = film.durationMs,
                            .bytes = film.segmentBytes,
                            .poster = film.poster,
                            .listed = now};
    m_store->putFilm(stored, searchWords(film.title, mostWordsOfFilm), searchWords(film.description, mostWordsOfFilm));
    return unlessFailed(0).map([](int) {});
}

Result<Ledger::Films> Ledger::search(std::string_view text, std::string_view cursor, std::int64_t limit)
{
    const std::vector<std::string> words = searchWords(text, mostWordsOfSearch);
    std::optional<FilmPlace> after;
    if (!cursor.empty()) {
        after = placeOf(cursor);
        if (!after)
            return fail(ErrorCode::Unacceptable, "the cursor is none of this tracker's");
    }
    Films films;
    const bool nothingToFind = words.empty() && text.find_first_not_of(" \t\r\n") != std::string_view::npos; // "?!"
    if (nothingToFind)
        return films;
    auto found = m_store->films(words, after, m_clock.now(), limit + 1);
    if (static_cast<std::int64_t>(found.size()) > limit) {
        found.pop_back();
        films.cursor = textOf(found.back().place());
    }
    for (FilmFound& each : found) {
        wire::SearchHit& hit = films.hits.emplace_back();
        hit.content = each.film.content;
        hit.title = std::move(each.film.title);
        hit.description = std::move(each.film.description);
        hit.durationMs = each.film.durationMs;
        hit.segmentBytes = each.film.bytes;
        hit.pricePerMiB = each.lowestPrice;
        hit.seeders = each.seeders;
        hit.poster = each.film.poster;
    }
    return unlessFailed(std::move(films));
}

} // namespace mutoscope::ledger
