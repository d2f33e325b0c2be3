-- Chains in the journal, so that several processes may write (on engines that allow it), and fewer rows for the same books:
-- an entry has its document beside it, a contract is the account of its own reservation, and a spend account knows what is
-- reserved on it. Everything that exists is carried over with its numbers and hashes.
-- Constraints name values with OR: for a list of more than two SQLite builds a table whenever it looks. A posting added to
-- an old entry is found by the audit, as it changes the entry's hash; a trigger for it ran five times a contract.

CREATE TABLE accounts_2 (
    address        BLOB NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    kind           TEXT NOT NULL CHECK (kind = 'ordinary' OR kind = 'income' OR kind = 'spend' OR kind = 'issuance'),
    owner          BLOB CHECK (length(owner) = 32), -- public key; only of income and spend
    generation     INTEGER NOT NULL CHECK (generation >= 0),
    state          TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    balance        INTEGER NOT NULL CHECK (abs(balance) <= 9007199254740991),
    last_entry     INTEGER NOT NULL CHECK (last_entry >= 0),    -- number of the last entry that touched the account
    open_contracts INTEGER NOT NULL CHECK (open_contracts >= 0), -- not yet closed, paid from this account; only of spend
    reserved       INTEGER NOT NULL CHECK (reserved >= 0),       -- for them, and so not in the balance
    CHECK ((kind IN ('income', 'spend')) = (owner IS NOT NULL)),
    CHECK (CASE WHEN kind = 'issuance' THEN balance <= 0 ELSE balance >= 0 END),
    CHECK (state = 'open' OR (balance = 0 AND open_contracts = 0)),
    CHECK (kind = 'spend' OR (open_contracts = 0 AND reserved = 0))
) STRICT, WITHOUT ROWID;
INSERT INTO accounts_2
SELECT a.address, a.kind, a.owner, a.generation, a.state, a.balance,
       max(coalesce((SELECT max(p.entry) FROM postings p WHERE p.account = a.address), 0), coalesce(o.number, 0)),
       (SELECT count(*) FROM contracts c WHERE c.spend_address = a.address AND c.state <> 'closed'),
       coalesce((SELECT sum(c.cap) FROM contracts c WHERE c.spend_address = a.address AND c.state <> 'closed'), 0)
FROM accounts a
LEFT JOIN (SELECT subject, max(number) AS number FROM entries WHERE kind = 'address-opened' GROUP BY subject) o
       ON o.subject = a.address
WHERE a.kind <> 'contract';

-- The journal: append-only, each entry's hash covers the one before it in its chain. `document` is the signed bytes that
-- caused the entry, `cause` their SHA-256.
CREATE TABLE entries_2 (
    chain     INTEGER NOT NULL CHECK (chain >= 0),
    number    INTEGER NOT NULL CHECK (number > 0),
    time      INTEGER NOT NULL CHECK (time >= 0),
    kind      TEXT NOT NULL CHECK (kind = 'contract-opened' OR kind = 'contract-closed' OR kind = 'transfer'
                                   OR kind = 'address-opened' OR kind = 'address-closed' OR kind = 'issue'),
    subject   BLOB NOT NULL CHECK (length(subject) = 32), -- contract id, or address opened or closed, or zeros
    memo      TEXT NOT NULL,
    cause     BLOB NOT NULL CHECK (length(cause) = 32),
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    type      TEXT NOT NULL,
    document  BLOB NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT;
INSERT INTO entries_2
SELECT 0, e.number, e.time, e.kind, e.subject, e.memo, e.cause, e.prev_hash, e.hash, d.type, d.bytes
FROM entries e JOIN documents d ON d.hash = e.cause ORDER BY e.number;

-- What an entry moves; sums to zero over each entry. Nobody asks for the history of a contract's own account, so only the
-- others are in the index.
CREATE TABLE postings_2 (
    chain       INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    account     BLOB NOT NULL CHECK (length(account) = 32),
    amount      INTEGER NOT NULL CHECK (abs(amount) <= 9007199254740991),
    reservation INTEGER NOT NULL CHECK (reservation IN (0, 1)), -- 1: the account is a contract
    PRIMARY KEY (chain, number, account)
) STRICT, WITHOUT ROWID;
INSERT INTO postings_2
SELECT 0, p.entry, p.account, p.amount, a.kind = 'contract'
FROM postings p JOIN accounts a ON a.address = p.account ORDER BY p.entry, p.account;

CREATE TABLE contracts_2 (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    state          TEXT NOT NULL CHECK (state = 'open' OR state = 'closing' OR state = 'closed'),
    account        BLOB CHECK (length(account) = 32), -- where the cap is reserved; null: at the contract's id
    opened_chain   INTEGER NOT NULL,                  -- the entry that opened it, whose document is the contract
    opened_number  INTEGER NOT NULL,
    content        BLOB NOT NULL CHECK (length(content) = 32),
    seeder         BLOB NOT NULL CHECK (length(seeder) = 32),
    income_address BLOB NOT NULL CHECK (length(income_address) = 32),
    viewer         BLOB NOT NULL CHECK (length(viewer) = 32),
    spend_address  BLOB NOT NULL CHECK (length(spend_address) = 32),
    price          INTEGER NOT NULL CHECK (price >= 0), -- per MiB
    cap            INTEGER NOT NULL CHECK (cap >= 0),
    opened         INTEGER NOT NULL,
    serve_until    INTEGER NOT NULL,
    close_until    INTEGER NOT NULL,
    settles        INTEGER,          -- while closing
    due            INTEGER NOT NULL, -- when the tracker settles by itself: settles, else close_until
    -- The best receipt so far. Its bytes stand here only until the contract is closed: they are the entry's document then.
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
INSERT INTO contracts_2
SELECT c.id, c.state, c.account, 0, e.number, c.content, c.seeder, c.income_address, c.viewer, c.spend_address, c.price, c.cap,
       c.opened, c.serve_until, c.close_until, c.settles, c.due, c.best_receipt, c.best_payload, c.best_seq, c.best_bytes,
       c.best_amount, c.paid, c.returned, c.closed
FROM contracts c JOIN entries e ON e.subject = c.id AND e.kind = 'contract-opened' ORDER BY e.number;

-- Requests that moved value, with their answers, so that a repeated request gets the same bytes.
CREATE TABLE requests_2 (
    node     BLOB NOT NULL CHECK (length(node) = 32),
    key      BLOB NOT NULL CHECK (length(key) IN (16, 32)), -- the request's nonce; a receipt has none: its id
    id       BLOB NOT NULL CHECK (length(id) = 32),
    chain    INTEGER, -- the entry that the request caused, whose document it is
    number   INTEGER,
    document BLOB,    -- the request, where it caused none
    time     INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    answer   BLOB NOT NULL,
    CHECK ((chain IS NULL) = (number IS NULL)),
    CHECK ((chain IS NULL) = (document IS NOT NULL))
) STRICT;
INSERT INTO requests_2
SELECT r.node, coalesce(r.nonce, r.id), r.id, CASE WHEN n.number IS NULL THEN NULL ELSE 0 END, n.number,
       CASE WHEN n.number IS NULL THEN (SELECT bytes FROM documents WHERE hash = r.cause) END, r.time, r.status, r.answer
FROM requests r LEFT JOIN (SELECT cause, min(number) AS number FROM entries GROUP BY cause) n ON n.cause = r.cause
ORDER BY r.rowid;

-- Two documents of one signer that an honest one would not have signed both. The first pair for each subject proves it.
CREATE TABLE evidence_2 (
    kind    TEXT NOT NULL CHECK (kind IN ('nonce', 'receipt')),
    subject BLOB NOT NULL, -- node and nonce, or contract id
    first   BLOB NOT NULL,
    second  BLOB NOT NULL,
    time    INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT;
INSERT INTO evidence_2
SELECT e.kind, e.subject, a.bytes, b.bytes, e.time
FROM evidence e JOIN documents a ON a.hash = e.first JOIN documents b ON b.hash = e.second;

-- Nothing may be lost on the way: this table refuses a row that says something was.
CREATE TABLE carried (what TEXT NOT NULL, before INTEGER NOT NULL, after INTEGER NOT NULL, CHECK (before = after)) STRICT;
INSERT INTO carried
SELECT 'accounts', (SELECT count(*) FROM accounts WHERE kind <> 'contract'), (SELECT count(*) FROM accounts_2)
UNION ALL SELECT 'entries', (SELECT count(*) FROM entries), (SELECT count(*) FROM entries_2)
UNION ALL SELECT 'postings', (SELECT count(*) FROM postings), (SELECT count(*) FROM postings_2)
UNION ALL SELECT 'contracts', (SELECT count(*) FROM contracts), (SELECT count(*) FROM contracts_2)
UNION ALL SELECT 'requests', (SELECT count(*) FROM requests), (SELECT count(*) FROM requests_2)
UNION ALL SELECT 'evidence', (SELECT count(*) FROM evidence), (SELECT count(*) FROM evidence_2);
DROP TABLE carried;

DROP TABLE evidence;
DROP TABLE requests;
DROP TABLE contracts;
DROP TABLE postings;
DROP TABLE entries;
DROP TABLE accounts;
DROP TABLE documents;
ALTER TABLE accounts_2 RENAME TO accounts;
ALTER TABLE entries_2 RENAME TO entries;
ALTER TABLE postings_2 RENAME TO postings;
ALTER TABLE contracts_2 RENAME TO contracts;
ALTER TABLE requests_2 RENAME TO requests;
ALTER TABLE evidence_2 RENAME TO evidence;

CREATE UNIQUE INDEX accounts_of_owner ON accounts (owner, kind, generation) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX accounts_open ON accounts (owner, kind) WHERE owner IS NOT NULL AND state = 'open';
CREATE INDEX postings_of_account ON postings (account, number) WHERE reservation = 0;
CREATE INDEX contracts_due ON contracts (due) WHERE state <> 'closed';
CREATE INDEX contracts_of_income ON contracts (income_address) WHERE state <> 'closed';
CREATE UNIQUE INDEX contracts_of_account ON contracts (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX requests_once ON requests (node, key);

CREATE TRIGGER entries_fixed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_fixed BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER postings_kept BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
    WHEN coalesce((SELECT number >= NEW.number OR hash <> NEW.prev_hash FROM entries WHERE chain = NEW.chain
                   ORDER BY number DESC LIMIT 1), 0)
    BEGIN SELECT RAISE(ABORT, 'an entry continues its chain'); END;
CREATE TRIGGER contracts_settle_once BEFORE UPDATE ON contracts WHEN OLD.state = 'closed'
    BEGIN SELECT RAISE(ABORT, 'a contract settles once'); END;
