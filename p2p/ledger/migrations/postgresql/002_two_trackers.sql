-- Contracts across two trackers: accounts of other trackers, what a contract knows of the other one, settlements between
-- the two.

ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check;
ALTER TABLE accounts DROP CONSTRAINT accounts_check;  -- who has an owner
ALTER TABLE accounts DROP CONSTRAINT accounts_check1; -- the balance's sign
ALTER TABLE accounts DROP CONSTRAINT accounts_check3; -- who reserves
ALTER TABLE accounts
    ADD CONSTRAINT accounts_kind CHECK (kind IN ('ordinary', 'income', 'spend', 'issuance', 'nostro', 'vostro')),
    ADD CONSTRAINT accounts_owner CHECK ((kind IN ('ordinary', 'issuance')) = (owner IS NULL)), -- of nostro and vostro the other tracker
    ADD CONSTRAINT accounts_sign CHECK (CASE WHEN kind IN ('issuance', 'nostro') THEN balance <= 0 ELSE balance >= 0 END),
    ADD CONSTRAINT accounts_reserved CHECK (kind IN ('spend', 'nostro') OR (open_contracts = 0 AND reserved = 0));

ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind CHECK (kind IN ('issue', 'transfer', 'address-opened', 'address-closed',
                                                                'contract-opened', 'contract-closed', 'settlement'));

ALTER TABLE evidence DROP CONSTRAINT evidence_kind_check;
ALTER TABLE evidence ADD CONSTRAINT evidence_kind CHECK (kind IN ('nonce', 'receipt', 'tracker'));

-- At most one of the two is there: it is paid from a spend address at paying_tracker, or to an income address at
-- income_tracker. In place of that address stands the other tracker's account here.
ALTER TABLE contracts
    ADD COLUMN paying_tracker bytea CHECK (length(paying_tracker) = 32),
    ADD COLUMN income_tracker bytea CHECK (length(income_tracker) = 32),
    ADD COLUMN promise bytea; -- the paying tracker's signed word that it has reserved the cap
CREATE INDEX contracts_elsewhere ON contracts (opened) WHERE paying_tracker IS NOT NULL AND state <> 'closed';

-- What this tracker has acknowledged to have got from another one that owed it, until that one has it in its books.
CREATE TABLE settlements (
    id       bytea NOT NULL PRIMARY KEY CHECK (length(id) = 32), -- SHA-256 of the payload
    tracker  bytea NOT NULL CHECK (length(tracker) = 32),        -- who owed it
    document bytea NOT NULL,
    taken    boolean NOT NULL
);
CREATE INDEX settlements_to_tell ON settlements (tracker) WHERE NOT taken;
