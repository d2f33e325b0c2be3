#include "p2p/ledger/sqlite_tables.h"

namespace mutoscope::ledger
{

namespace
{

// The columns of FilmFound, after those of FilmPlace that are not the film's.
const std::string columns =
    " f.content, f.title, f.description, f.duration_ms, f.bytes, f.poster, f.poster_bytes, f.listed,"
    " (SELECT count(*) FROM offers o WHERE o.content = f.content AND o.expires > ?),"
    " (SELECT min(price) FROM offers o WHERE o.content = f.content AND o.expires > ?)";
const std::string isSeeded = " EXISTS (SELECT 1 FROM offers o WHERE o.content = f.content AND o.expires > ?)";
const std::string filmsNewest = "SELECT 0," + columns + " FROM films f WHERE f.listed <= ? AND (f.listed < ? OR f.content > ?) AND" +
                                isSeeded + " ORDER BY f.listed DESC, f.content LIMIT ?";
// Those first that have all the words in their title.
const std::string filmsFound =
    "SELECT h.tier," + columns +
    " FROM (SELECT rowid AS id, CASE WHEN rowid IN (SELECT rowid FROM film_words WHERE film_words MATCH ?) THEN 0 ELSE 1 END AS tier"
    " FROM film_words WHERE film_words MATCH ?) h JOIN films f ON f.id = h.id"
    " WHERE (h.tier, -f.listed, f.content) > (?, ?, ?) AND" +
    isSeeded + " ORDER BY h.tier, f.listed DESC, f.content LIMIT ?";

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
        text += (text.empty() ? "\"" : " AND \"") + word + "\" *";
    return text;
}

FilmFound readFilm(Query& query)
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

bool SqliteStore::hasFilm(const base::ContentId& content)
{
    return Query(m_db, "SELECT 1 FROM films WHERE content = ?", content).next();
}

void SqliteStore::putFilm(const StoredFilm& film, const std::vector<std::string>& titleWords, const std::vector<std::string>& otherWords)
{
    Query(m_db,
          "INSERT INTO films (content, title, description, duration_ms, bytes, poster, poster_bytes, listed)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          film.content, film.title, film.description, film.durationMs, film.bytes,
          film.poster ? std::optional(film.poster->sha256) : std::nullopt,
          film.poster ? std::optional(film.poster->bytes) : std::nullopt, film.listed)
        .run();
    Query(m_db, "INSERT INTO film_words (rowid, title, description) SELECT id, ?, ? FROM films WHERE content = ?",
          joined(titleWords), joined(otherWords), film.content)
        .run();
}

std::vector<FilmFound> SqliteStore::films(const std::vector<std::string>& words, const std::optional<FilmPlace>& after, base::UnixMs now,
                                          std::int64_t limit)
{
    std::vector<FilmFound> films;
    const auto take = [&films](Query& query) {
        while (query.next())
            films.push_back(readFilm(query));
    };
    const FilmPlace from = after.value_or(FilmPlace{-1, base::UnixMs(base::maxInteger), base::ContentId()});
    if (words.empty()) {
        Query query(m_db, filmsNewest, now, now, from.listed, from.listed, from.content, now, limit);
        take(query);
        return films;
    }
    const std::string all = question(words);
    const std::string inTitle = "{title} : (" + all + ")";
    Query query(m_db, filmsFound, now, now, inTitle, all, from.tier, -from.listed.value(), from.content, now, limit);
    take(query);
    return films;
}

void SqliteStore::dropFilms(base::UnixMs expiredAt)
{
    // Of those that lose an offer now, the ones that have no other.
    Query(m_db,
          "DELETE FROM film_words WHERE rowid IN (SELECT id FROM films f WHERE f.content IN (SELECT content FROM offers WHERE expires <= ?)"
          " AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.content = f.content AND o.expires > ?))",
          expiredAt, expiredAt)
        .run();
    Query(m_db,
          "DELETE FROM films WHERE content IN (SELECT content FROM offers WHERE expires <= ?)"
          " AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.content = films.content AND o.expires > ?)",
          expiredAt, expiredAt)
        .run();
}

} // namespace mutoscope::ledger
