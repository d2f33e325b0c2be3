-- Contracts across two trackers: accounts of other trackers, what a contract knows of the other one, settlements between
-- the two. Constraints name values with OR, see 002. Everything that exists is carried over as it is.

CREATE TABLE accounts_3 (
    address        BLOB NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    kind           TEXT NOT NULL CHECK (kind = 'ordinary' OR kind = 'income' OR kind = 'spend' OR kind = 'issuance'
                                        OR kind = 'nostro' OR kind = 'vostro'),
    owner          BLOB CHECK (length(owner) = 32), -- public key; of nostro and vostro the other tracker's
    generation     INTEGER NOT NULL CHECK (generation >= 0),
    state          TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    balance        INTEGER NOT NULL CHECK (abs(balance) <= 9007199254740991),
    last_entry     INTEGER NOT NULL CHECK (last_entry >= 0),    -- number of the last entry that touched the account
    open_contracts INTEGER NOT NULL CHECK (open_contracts >= 0), -- not yet closed, paid from this account; spend and nostro
    reserved       INTEGER NOT NULL CHECK (reserved >= 0),       -- for them, and so not in the balance
    CHECK ((kind = 'ordinary' OR kind = 'issuance') = (owner IS NULL)),
    CHECK (CASE WHEN kind = 'issuance' OR kind = 'nostro' THEN balance <= 0 ELSE balance >= 0 END),
    CHECK (state = 'open' OR (balance = 0 AND open_contracts = 0)),
    CHECK (kind = 'spend' OR kind = 'nostro' OR (open_contracts = 0 AND reserved = 0))
) STRICT, WITHOUT ROWID;
INSERT INTO accounts_3 SELECT * FROM accounts;

CREATE TABLE entries_3 (
    chain     INTEGER NOT NULL CHECK (chain >= 0),
    number    INTEGER NOT NULL CHECK (number > 0),
    time      INTEGER NOT NULL CHECK (time >= 0),
    kind      TEXT NOT NULL CHECK (kind = 'contract-opened' OR kind = 'contract-closed' OR kind = 'transfer'
                                   OR kind = 'address-opened' OR kind = 'address-closed' OR kind = 'issue'
                                   OR kind = 'settlement'),
    subject   BLOB NOT NULL CHECK (length(subject) = 32), -- contract id, or address opened or closed, or zeros
    memo      TEXT NOT NULL,
    cause     BLOB NOT NULL CHECK (length(cause) = 32),
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    type      TEXT NOT NULL,
    document  BLOB NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT;
INSERT INTO entries_3 SELECT * FROM entries ORDER BY chain, number;

-- Nothing may be lost on the way: this table refuses a row that says something was.
CREATE TABLE carried (what TEXT NOT NULL, before INTEGER NOT NULL, after INTEGER NOT NULL, CHECK (before = after)) STRICT;
INSERT INTO carried
SELECT 'accounts', (SELECT count(*) FROM accounts), (SELECT count(*) FROM accounts_3)
UNION ALL SELECT 'entries', (SELECT count(*) FROM entries), (SELECT count(*) FROM entries_3);
DROP TABLE carried;

DROP TABLE accounts;
DROP TABLE entries;
ALTER TABLE accounts_3 RENAME TO accounts;
ALTER TABLE entries_3 RENAME TO entries;
CREATE UNIQUE INDEX accounts_of_owner ON accounts (owner, kind, generation) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX accounts_open ON accounts (owner, kind) WHERE owner IS NOT NULL AND state = 'open';
CREATE TRIGGER entries_fixed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
    WHEN coalesce((SELECT number >= NEW.number OR hash <> NEW.prev_hash FROM entries WHERE chain = NEW.chain
                   ORDER BY number DESC LIMIT 1), 0)
    BEGIN SELECT RAISE(ABORT, 'an entry continues its chain'); END;

-- At most one of the two is there: it is paid from a spend address at paying_tracker, or to an income address at
-- income_tracker. In place of that address stands the other tracker's account here.
ALTER TABLE contracts ADD COLUMN paying_tracker BLOB CHECK (length(paying_tracker) = 32);
ALTER TABLE contracts ADD COLUMN income_tracker BLOB CHECK (length(income_tracker) = 32);
ALTER TABLE contracts ADD COLUMN promise BLOB; -- the paying tracker's signed word that it has reserved the cap
CREATE INDEX contracts_elsewhere ON contracts (opened) WHERE paying_tracker IS NOT NULL AND state <> 'closed';

-- What this tracker has acknowledged to have got from another one that owed it, until that one has it in its books.
CREATE TABLE settlements (
    id       BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32), -- SHA-256 of the payload
    tracker  BLOB NOT NULL CHECK (length(tracker) = 32),        -- who owed it
    document BLOB NOT NULL,
    taken    INTEGER NOT NULL CHECK (taken IN (0, 1))
) STRICT;
CREATE INDEX settlements_to_tell ON settlements (tracker) WHERE taken = 0;

CREATE TABLE evidence_3 (
    kind    TEXT NOT NULL CHECK (kind IN ('nonce', 'receipt', 'tracker')),
    subject BLOB NOT NULL, -- node and nonce, or contract id
    first   BLOB NOT NULL,
    second  BLOB NOT NULL,
    time    INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT;
INSERT INTO evidence_3 SELECT * FROM evidence;
DROP TABLE evidence;
ALTER TABLE evidence_3 RENAME TO evidence;
