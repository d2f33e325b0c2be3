-- The ledger of one tracker on PostgreSQL; several of the tracker's processes write at once. Amounts are micro-tokens, times
-- Unix milliseconds, hashes, keys and addresses raw bytes. Rows are found by keys that the world outside knows or by the
-- writing process's own chain: no sequence, and no row that every transaction must change.

-- Whose ledger this is; one row.
CREATE TABLE identity (
    one     boolean NOT NULL PRIMARY KEY CHECK (one),
    network text NOT NULL,
    tracker bytea NOT NULL CHECK (length(tracker) = 32)
);

-- The balance is the sum of the account's postings, kept here so that it need not be summed; `check` compares the two.
CREATE TABLE accounts (
    address        bytea NOT NULL PRIMARY KEY CHECK (length(address) = 32),
    kind           text NOT NULL CHECK (kind IN ('ordinary', 'income', 'spend', 'issuance')),
    owner          bytea CHECK (length(owner) = 32), -- public key; only of income and spend
    generation     bigint NOT NULL CHECK (generation >= 0),
    state          text NOT NULL CHECK (state IN ('open', 'closed')),
    balance        bigint NOT NULL CHECK (abs(balance) <= 9007199254740991),
    last_entry     bigint NOT NULL CHECK (last_entry >= 0),     -- number of the last entry that touched the account
    open_contracts bigint NOT NULL CHECK (open_contracts >= 0), -- not yet closed, paid from this account; only of spend
    reserved       bigint NOT NULL CHECK (reserved >= 0),       -- for them, and so not in the balance
    CHECK ((kind IN ('income', 'spend')) = (owner IS NOT NULL)),
    CHECK (CASE WHEN kind = 'issuance' THEN balance <= 0 ELSE balance >= 0 END),
    CHECK (state = 'open' OR (balance = 0 AND open_contracts = 0)),
    CHECK (kind = 'spend' OR (open_contracts = 0 AND reserved = 0))
) WITH (fillfactor = 70); -- room for the balance's next version beside the row
CREATE UNIQUE INDEX accounts_of_owner ON accounts (owner, kind, generation) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX accounts_open ON accounts (owner, kind) WHERE owner IS NOT NULL AND state = 'open';

-- The journal: append-only, each entry's hash covers the one before it in its chain. `document` is the signed bytes that
-- caused the entry, `cause` their SHA-256.
CREATE TABLE entries (
    chain     bigint NOT NULL CHECK (chain >= 0),
    number    bigint NOT NULL CHECK (number > 0),
    time      bigint NOT NULL CHECK (time >= 0),
    kind      text NOT NULL CHECK (kind IN ('issue', 'transfer', 'address-opened', 'address-closed',
                                            'contract-opened', 'contract-closed')),
    subject   bytea NOT NULL CHECK (length(subject) = 32), -- contract id, or address opened or closed, or zeros
    memo      text NOT NULL,
    cause     bytea NOT NULL CHECK (length(cause) = 32),
    prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
    hash      bytea NOT NULL CHECK (length(hash) = 32),
    type      text NOT NULL,
    document  bytea NOT NULL,
    PRIMARY KEY (chain, number)
) WITH (toast_tuple_target = 8160); -- documents of usual size stay in the row

-- What an entry moves; sums to zero over each entry. Nobody asks for the history of a contract's own account, so only the
-- others are in the index.
CREATE TABLE postings (
    chain       bigint NOT NULL,
    number      bigint NOT NULL,
    account     bytea NOT NULL CHECK (length(account) = 32),
    amount      bigint NOT NULL CHECK (abs(amount) <= 9007199254740991),
    reservation boolean NOT NULL, -- the account is a contract
    PRIMARY KEY (chain, number, account)
);
CREATE INDEX postings_of_account ON postings (account, number) WHERE NOT reservation;

CREATE TABLE contracts (
    id             bytea NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    state          text NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
    account        bytea CHECK (length(account) = 32), -- where the cap is reserved; null: at the contract's id
    opened_chain   bigint NOT NULL,                    -- the entry that opened it, whose document is the contract
    opened_number  bigint NOT NULL,
    content        bytea NOT NULL CHECK (length(content) = 32),
    seeder         bytea NOT NULL CHECK (length(seeder) = 32),
    income_address bytea NOT NULL CHECK (length(income_address) = 32),
    viewer         bytea NOT NULL CHECK (length(viewer) = 32),
    spend_address  bytea NOT NULL CHECK (length(spend_address) = 32),
    price          bigint NOT NULL CHECK (price >= 0), -- per MiB
    cap            bigint NOT NULL CHECK (cap >= 0),
    opened         bigint NOT NULL,
    serve_until    bigint NOT NULL,
    close_until    bigint NOT NULL,
    settles        bigint,          -- while closing
    due            bigint NOT NULL, -- when the tracker settles by itself: settles, else close_until
    -- The best receipt so far. Its bytes stand here only until the contract is closed: they are the entry's document then.
    best_receipt   bytea,
    best_payload   bytea CHECK (length(best_payload) = 32),
    best_seq       bigint NOT NULL DEFAULT 0 CHECK (best_seq >= 0),
    best_bytes     bigint NOT NULL DEFAULT 0 CHECK (best_bytes >= 0),
    best_amount    bigint NOT NULL DEFAULT 0 CHECK (best_amount >= 0),
    paid           bigint NOT NULL DEFAULT 0 CHECK (paid >= 0),
    returned       bigint NOT NULL DEFAULT 0 CHECK (returned >= 0),
    closed         bigint,
    CHECK (best_amount <= cap),
    CHECK ((state = 'closing') = (settles IS NOT NULL)),
    CHECK ((state = 'closed') = (closed IS NOT NULL)),
    CHECK (CASE WHEN state = 'closed' THEN paid + returned = cap AND paid = best_amount ELSE paid = 0 AND returned = 0 END)
) WITH (fillfactor = 70);
CREATE INDEX contracts_due ON contracts (due) WHERE state <> 'closed';
CREATE INDEX contracts_of_income ON contracts (income_address) WHERE state <> 'closed';
CREATE UNIQUE INDEX contracts_of_account ON contracts (account) WHERE account IS NOT NULL;

-- Requests that moved value, with their answers, so that a repeated request gets the same bytes.
CREATE TABLE requests (
    node     bytea NOT NULL CHECK (length(node) = 32),
    key      bytea NOT NULL CHECK (length(key) IN (16, 32)), -- the request's nonce; a receipt has none: its id
    id       bytea NOT NULL CHECK (length(id) = 32),
    chain    bigint, -- the entry that the request caused, whose document it is
    number   bigint,
    document bytea,  -- the request, where it caused none
    time     bigint NOT NULL,
    status   bigint NOT NULL,
    answer   bytea NOT NULL,
    PRIMARY KEY (node, key),
    CHECK ((chain IS NULL) = (number IS NULL)),
    CHECK ((chain IS NULL) = (document IS NOT NULL))
) WITH (toast_tuple_target = 8160);

-- Two documents of one signer that an honest one would not have signed both. The first pair for each subject proves it.
CREATE TABLE evidence (
    kind    text NOT NULL CHECK (kind IN ('nonce', 'receipt')),
    subject bytea NOT NULL, -- node and nonce, or contract id
    first   bytea NOT NULL,
    second  bytea NOT NULL,
    time    bigint NOT NULL,
    PRIMARY KEY (kind, subject)
);

-- Announced by seeders; forgotten when they expire, not part of the journal.
CREATE TABLE offers (
    content        bytea NOT NULL CHECK (length(content) = 32),
    seeder         bytea NOT NULL CHECK (length(seeder) = 32),
    announced      bigint NOT NULL,
    expires        bigint NOT NULL,
    signed_expires bigint NOT NULL, -- as the seeder wrote it, so that an older offer does not replace a newer one
    bytes          bytea NOT NULL,
    PRIMARY KEY (content, seeder)
);
CREATE INDEX offers_of_seeder ON offers (seeder);
CREATE INDEX offers_expire ON offers (expires);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER entries_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the journal is append-only');
CREATE TRIGGER postings_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the journal is append-only');
CREATE TRIGGER contracts_settle_once BEFORE UPDATE ON contracts
    FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION refuse_change('a contract settles once');
