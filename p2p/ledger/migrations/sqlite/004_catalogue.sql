-- What is announced can be searched. Offers from before this schema say their price with the next announcement.

ALTER TABLE offers ADD COLUMN price INTEGER CHECK (price >= 0); -- per MiB

-- The films that somebody seeds, by their signed manifests; forgotten with their last offer, not part of the journal.
CREATE TABLE films (
    id           INTEGER NOT NULL PRIMARY KEY, -- of its words
    content      BLOB NOT NULL UNIQUE CHECK (length(content) = 32),
    title        TEXT NOT NULL,
    description  TEXT NOT NULL, -- its beginning
    duration_ms  INTEGER NOT NULL CHECK (duration_ms >= 0),
    bytes        INTEGER NOT NULL CHECK (bytes >= 0),
    poster       BLOB CHECK (length(poster) = 32),
    poster_bytes INTEGER,
    listed       INTEGER NOT NULL, -- since when; never changes, so that pages stay where they are
    CHECK ((poster IS NULL) = (poster_bytes IS NULL))
) STRICT;
CREATE INDEX films_newest ON films (listed DESC, content);

-- The words of title and description as searchWords() makes them.
CREATE VIRTUAL TABLE film_words USING fts5 (title, description, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
