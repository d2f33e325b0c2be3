#include "p2p/ledger/postgresql_tables.h"

namespace mutoscope::ledger
{

namespace
{

// The columns of FilmFound; $1 is now, $2 … $4 the place behind which they are wanted, $5 how many.
const std::string columns = " f.content, f.title, f.description, f.duration_ms, f.bytes, f.poster, f.poster_bytes, f.listed,"
                            " (SELECT count(*) FROM offers o WHERE o.content = f.content AND o.expires > $1),"
                            " (SELECT min(price) FROM offers o WHERE o.content = f.content AND o.expires > $1)";
const std::string isSeeded = " EXISTS (SELECT 1 FROM offers o WHERE o.content = f.content AND o.expires > $1)";
const std::string filmsNewest = "SELECT 0::bigint," + columns +
                                " FROM films f WHERE $2::bigint IS NOT NULL AND f.listed <= $3 AND (f.listed < $3 OR f.content > $4) AND" +
                                isSeeded + " ORDER BY f.listed DESC, f.content LIMIT $5";
// Those first that have all the words in their title.
const std::string tier = "(CASE WHEN f.title_words @@ $6::text::tsquery THEN 0 ELSE 1 END)::bigint";
const std::string filmsFound = "SELECT " + tier + "," + columns + " FROM films f WHERE f.words @@ $6::text::tsquery AND (" + tier +
                               ", -f.listed, f.content) > ($2, -$3::bigint, $4) AND" + isSeeded + " ORDER BY 1, f.listed DESC, f.content LIMIT $5";

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Each word may go on where the film's does: "moto" finds "motoscope". Words are letters and digits only.
std::string question(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "'" : " & '") + word + "':*";
    return text;
}

FilmFound readFilm(PgQuery& query)
{
    FilmFound found;
    query.read(found.tier);
    query.read(found.film.content);
    query.read(found.film.title);
    query.read(found.film.description);
    query.read(found.film.durationMs);
    query.read(found.film.bytes);
    const auto poster = query.get<std::optional<base::Sha256>>();
    const auto posterBytes = query.get<std::optional<base::ByteCount>>();
    if (poster && posterBytes)
        found.film.poster = wire::ObjectRef{*poster, *posterBytes};
    query.read(found.film.listed);
    query.read(found.seeders);
    query.read(found.lowestPrice);
    return found;
}

} // namespace

bool PgStore::hasFilm(const base::ContentId& content)
{
    return PgQuery(m_db, "SELECT 1 FROM films WHERE content = $1", content).next();
}

void PgStore::putFilm(const StoredFilm& film, const std::vector<std::string>& titleWords, const std::vector<std::string>& otherWords)
{
    const std::string title = joined(titleWords);
    const std::string all = joined(otherWords) + (titleWords.empty() || otherWords.empty() ? "" : " ") + title;
    // Another process may have been faster; then it is the same film.
    change("INSERT INTO films (content, title, description, duration_ms, bytes, poster, poster_bytes, listed, title_words, words)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, array_to_tsvector(string_to_array($9, ' ')),"
           " array_to_tsvector(string_to_array($10, ' '))) ON CONFLICT (content) DO NOTHING",
           film.content, film.title, film.description, film.durationMs, film.bytes,
           film.poster ? std::optional(film.poster->sha256) : std::nullopt,
           film.poster ? std::optional(film.poster->bytes) : std::nullopt, film.listed, title, all);
}

std::vector<FilmFound> PgStore::films(const std::vector<std::string>& words, const std::optional<FilmPlace>& after, base::UnixMs now,
                                      std::int64_t limit)
{
    std::vector<FilmFound> films;
    const auto take = [&films](PgQuery& query) {
        while (query.next())
            films.push_back(readFilm(query));
    };
    const FilmPlace from = after.value_or(FilmPlace{-1, base::UnixMs(base::maxInteger), base::ContentId()});
    if (words.empty()) {
        PgQuery query(m_db, filmsNewest, now, from.tier, from.listed, from.content, limit);
        take(query);
        return films;
    }
    const std::string wanted = question(words);
    PgQuery query(m_db, filmsFound, now, from.tier, from.listed, from.content, limit, wanted);
    take(query);
    return films;
}

void PgStore::dropFilms(base::UnixMs expiredAt)
{
    // Of those that lose an offer now, the ones that have no other.
    change("DELETE FROM films WHERE content IN (SELECT content FROM offers WHERE expires <= $1)"
           " AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.content = films.content AND o.expires > $1)",
           expiredAt);
}

} // namespace mutoscope::ledger
