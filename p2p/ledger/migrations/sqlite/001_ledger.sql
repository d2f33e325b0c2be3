-- The ledger of one tracker. Amounts are micro-tokens, times Unix milliseconds, hashes, keys and addresses raw bytes.
-- Rows are found by keys that the world outside knows (addresses, hashes), not by counters, so that they can be spread
-- over machines; the only counter is the journal's, where order is the point.

-- Whose ledger this is; one row.
CREATE TABLE identity (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    network TEXT NOT NULL,
    tracker BLOB NOT NULL CHECK (length(tracker) = 32)
) STRICT;

-- The signed bytes that caused an entry, or prove something; by the SHA-256 of the bytes. Never changed.
CREATE TABLE documents (
    hash  BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    type  TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- The balance is the sum of the account's postings, kept here so that it need not be summed; `check` compares the two.
CREATE TABLE accounts (
    address    BLOB NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    kind       TEXT NOT NULL CHECK (kind IN ('ordinary', 'income', 'spend', 'contract', 'issuance')),
    owner      BLOB CHECK (length(owner) = 32), -- public key; only of income and spend
    generation INTEGER NOT NULL CHECK (generation >= 0),
    state      TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    balance    INTEGER NOT NULL CHECK (abs(balance) <= 9007199254740991),
    CHECK ((kind IN ('income', 'spend')) = (owner IS NOT NULL)),
    CHECK (CASE WHEN kind = 'issuance' THEN balance <= 0 ELSE balance >= 0 END),
    CHECK (state = 'open' OR balance = 0)
) STRICT;
CREATE UNIQUE INDEX accounts_of_owner ON accounts (owner, kind, generation) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX accounts_open ON accounts (owner, kind) WHERE owner IS NOT NULL AND state = 'open';

-- The journal: append-only, each entry's hash covers the one before it.
CREATE TABLE entries (
    number    INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    time      INTEGER NOT NULL CHECK (time >= 0),
    kind      TEXT NOT NULL CHECK (kind IN ('issue', 'transfer', 'address-opened', 'address-closed',
                                            'contract-opened', 'contract-closed')),
    subject   BLOB NOT NULL CHECK (length(subject) = 32), -- contract id, or address opened or closed, or zeros
    memo      TEXT NOT NULL,
    cause     BLOB NOT NULL REFERENCES documents (hash),
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash      BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What an entry moves; sums to zero over each entry.
CREATE TABLE postings (
    entry   INTEGER NOT NULL REFERENCES entries (number),
    account BLOB NOT NULL REFERENCES accounts (address),
    amount  INTEGER NOT NULL CHECK (abs(amount) <= 9007199254740991),
    PRIMARY KEY (entry, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_of_account ON postings (account, entry);

CREATE TRIGGER documents_fixed BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
CREATE TRIGGER documents_kept BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
CREATE TRIGGER entries_fixed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_fixed BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_kept BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
    WHEN NEW.number <> coalesce((SELECT max(number) FROM entries), 0) + 1
    BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;
CREATE TRIGGER postings_of_last BEFORE INSERT ON postings
    WHEN NEW.entry <> coalesce((SELECT max(number) FROM entries), 0)
    BEGIN SELECT RAISE(ABORT, 'postings belong to the newest entry'); END;

CREATE TABLE contracts (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    state          TEXT NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
    account        BLOB NOT NULL REFERENCES accounts (address), -- where the cap is reserved
    document       BLOB NOT NULL REFERENCES documents (hash),
    content        BLOB NOT NULL CHECK (length(content) = 32),
    seeder         BLOB NOT NULL CHECK (length(seeder) = 32),
    income_address BLOB NOT NULL REFERENCES accounts (address),
    viewer         BLOB NOT NULL CHECK (length(viewer) = 32),
    spend_address  BLOB NOT NULL REFERENCES accounts (address),
    price          INTEGER NOT NULL CHECK (price >= 0), -- per MiB
    cap            INTEGER NOT NULL CHECK (cap >= 0),
    opened         INTEGER NOT NULL,
    serve_until    INTEGER NOT NULL,
    close_until    INTEGER NOT NULL,
    settles        INTEGER,          -- while closing
    due            INTEGER NOT NULL, -- when the tracker settles by itself: settles, else close_until
    -- The best receipt so far. Its bytes stand here only until the contract is closed by a document of the journal.
    best_receipt   BLOB,
    best_payload   BLOB CHECK (length(best_payload) = 32),
    best_seq       INTEGER NOT NULL DEFAULT 0 CHECK (best_seq >= 0),
    best_bytes     INTEGER NOT NULL DEFAULT 0 CHECK (best_bytes >= 0),
    best_amount    INTEGER NOT NULL DEFAULT 0 CHECK (best_amount >= 0),
    paid           INTEGER NOT NULL DEFAULT 0 CHECK (paid >= 0),
    returned       INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
    closed         INTEGER,
    CHECK (best_amount <= cap),
    CHECK ((state = 'closing') = (settles IS NOT NULL)),
    CHECK ((state = 'closed') = (closed IS NOT NULL)),
    CHECK (CASE WHEN state = 'closed' THEN paid + returned = cap AND paid = best_amount ELSE paid = 0 AND returned = 0 END)
) STRICT;
CREATE INDEX contracts_due ON contracts (due) WHERE state <> 'closed';
CREATE INDEX contracts_of_spend ON contracts (spend_address) WHERE state <> 'closed';
CREATE INDEX contracts_of_income ON contracts (income_address) WHERE state <> 'closed';
CREATE TRIGGER contracts_settle_once BEFORE UPDATE ON contracts WHEN OLD.state = 'closed'
    BEGIN SELECT RAISE(ABORT, 'a contract settles once'); END;

-- Requests that moved value, with their answers, so that a repeated request gets the same bytes.
CREATE TABLE requests (
    id     BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    node   BLOB NOT NULL CHECK (length(node) = 32),
    nonce  BLOB CHECK (length(nonce) = 16), -- a receipt has none
    cause  BLOB NOT NULL REFERENCES documents (hash),
    time   INTEGER NOT NULL,
    status INTEGER NOT NULL,
    answer BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX requests_nonce ON requests (node, nonce) WHERE nonce IS NOT NULL;

-- Two documents of one signer that an honest one would not have signed both. The first pair for each subject proves it.
CREATE TABLE evidence (
    kind    TEXT NOT NULL CHECK (kind IN ('nonce', 'receipt')),
    subject BLOB NOT NULL, -- node and nonce, or contract id
    first   BLOB NOT NULL REFERENCES documents (hash),
    second  BLOB NOT NULL REFERENCES documents (hash),
    time    INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT;

-- Announced by seeders; forgotten when they expire, not part of the journal.
CREATE TABLE offers (
    content        BLOB NOT NULL CHECK (length(content) = 32),
    seeder         BLOB NOT NULL CHECK (length(seeder) = 32),
    announced      INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    signed_expires INTEGER NOT NULL, -- as the seeder wrote it, so that an older offer does not replace a newer one
    bytes          BLOB NOT NULL,
    PRIMARY KEY (content, seeder)
) STRICT;
CREATE INDEX offers_of_seeder ON offers (seeder);
CREATE INDEX offers_expire ON offers (expires);
