-- What is announced can be searched. Offers from before this schema say their price with the next announcement.

ALTER TABLE offers ADD COLUMN price bigint CHECK (price >= 0); -- per MiB

-- The films that somebody seeds, by their signed manifests; forgotten with their last offer, not part of the journal.
CREATE TABLE films (
    content      bytea NOT NULL PRIMARY KEY CHECK (length(content) = 32),
    title        text NOT NULL,
    description  text NOT NULL, -- its beginning
    duration_ms  bigint NOT NULL CHECK (duration_ms >= 0),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    poster       bytea CHECK (length(poster) = 32),
    poster_bytes bigint,
    listed       bigint NOT NULL, -- since when; never changes, so that pages stay where they are
    title_words  tsvector NOT NULL, -- as searchWords() makes them
    words        tsvector NOT NULL, -- of title and description
    CHECK ((poster IS NULL) = (poster_bytes IS NULL))
);
CREATE INDEX films_newest ON films (listed DESC, content);
CREATE INDEX films_words ON films USING gin (words);
