/* Closing and settling one open contract: C (viewer), B (seeder), T (tracker), T's clock, and the network between them.
 *
 * Checks of docs/protocol.md §7: 1 (conservation), 2 (settled once, within the cap, paid + returned = reserved), 3 (what is paid
 * is what a receipt of C's says), 6 (addresses with an open contract), 7 (B gets what it holds a durable receipt for, whatever
 * the network and a cheating C do; T's word is durable before it is out), and that tokens never stay locked.
 *
 * What was sent once may arrive never, late, repeatedly and in any order, as in transfer.pml. Receipts are numbers in the table
 * below; how C comes to sign them is transfer.pml's matter. Whoever has a receipt with C's signature may send it to T, so once
 * somebody has asked T with one, any that has left C may arrive there. Once T has settled, only T is looked at.
 *
 * Time: T's clock passes B's deadline (between serve_until and close_until) and then close_until; a grace ends some time after
 * it began. B and T are prompt: neither a grace nor close_until passes while B has something to do about it, or T has a request
 * of B's to answer. Where time passes all the same, as B was down or cut off, `late` is set, and then B may lose; nothing else
 * may break.
 *
 * CHEAT_C: C sends anything that it can sign to anybody at any time. CHEAT_B: B countersigns any receipt that has left C.
 * B_GONE, C_GONE: it does nothing at all. NO_EXPIRY: close_until never comes.
 */
#ifndef CRASHES
#define CRASHES 1
#endif

/* Receipts: 0…2 are C's first ones, 3 is its final one, after 2. A cheating C has more: 4 has the number of 1 and reports less, 5
 * has a high number and reports nothing, 6 is above the cap. */
#define FINAL 3
#define NONE 15
#define CAP 3
#define START 5 /* tokens on the spend address before the contract */
#define seqOf(r) ((r) == 4 -> 1 : ((r) == 5 -> 3 : ((r) == 6 -> 4 : (r))))
#define amountOf(r) ((r) <= 2 -> (r) : ((r) == 3 -> 2 : ((r) == 6 -> 9 : 0)))
#define isBetter(a, b) (amountOf(a) > amountOf(b) || (amountOf(a) == amountOf(b) && seqOf(a) > seqOf(b)))

/* Never written: they give a violated assertion its name. */
hidden byte I1_conservation, I2_settled_once, I2_within_cap, I2_paid_and_returned, I3_paid_is_receipted, I6_address_with_contract,
    I7_best_receipt, I7_seeder_is_paid, I7_word_before_deed, L_tokens_stay_locked;
#define must(name, condition) assert(name || (condition))

/* ---- C ---- */
byte cBest, cDurable;      /* its newest receipt, in memory and in its book; receipt 0 is signed anew at any time */
bool cWriting;             /* the newest is on its way to the disk */
byte cLeft = NONE;         /* the newest that has left C */
bool asked;                /* somebody has asked T to close, with C's signature alone */
byte cCrashes = CRASHES;

/* ---- B ---- */
mtype = { serving, closing };
mtype bPhase = serving;
byte bBest = NONE, bDurable = NONE;
bool bWriting;
byte bCloses = NONE;       /* what it has sent to T, with both signatures */
byte bCrashes = CRASHES;

/* ---- T ---- */
mtype = { opened, waiting, closed }; /* `waiting`: for the end of the grace */
mtype tState = opened;
byte tBest = NONE;
byte tHighest = NONE;      /* ghost: the best that it was given */
short tPaid, tReturned, spend = START - CAP, reserved = CAP, income, ordinaryB, ordinaryC;
bool spendOpen = true, incomeOpen = true;
byte settlements;          /* ghost */
mtype = { idle, closeByViewer, closeByBoth, timeIsOver, addressCloses };
mtype tJob = idle;         /* decided, not committed */
byte tReceipt;
bool told;                 /* T's word, with both signatures, that it is closed, and with what */
short toldPaid;
byte tCrashes = CRASHES;

/* ---- T's clock ---- */
mtype = { early, deadline, over };
mtype clock = early;
bool late;                 /* ghost */
bool calm;                 /* no crash from here on */

#define running (tState != closed)

/* ---- C's steps ---- */

active proctype C()
{
#if !defined(C_GONE) && !defined(CHEAT_C)
    do
    :: d_step { running && !cWriting && !asked && cBest < FINAL -> cBest++; cWriting = true }
    :: d_step { running && cWriting -> cDurable = cBest; cWriting = false }
    :: d_step { running && !cWriting && cLeft != cBest -> cLeft = cBest }
    :: d_step { running && !cWriting && !asked && cLeft == cBest -> asked = true }
    :: d_step { running && !calm && cCrashes > 0 -> cCrashes--; cBest = cDurable; cWriting = false }
    od
#else
    skip
#endif
}

/* ---- B's steps ---- */

#ifdef CHEAT_C
#define hasLeft(r) true
#define wasAsked true
#else
#define hasLeft(r) (cLeft != NONE && (r) <= cLeft)
#define wasAsked asked
#endif

/* What fits the contract and is newer is kept; another one with the same number, or that reports less, ends it. */
#define TAKES(r) \
    :: d_step { running && bPhase == serving && !bWriting && hasLeft(r) && r != bBest && \
        !(bBest != NONE && seqOf(r) < seqOf(bBest)) -> \
        if \
        :: amountOf(r) > CAP || (bBest != NONE && (seqOf(r) == seqOf(bBest) || amountOf(r) < amountOf(bBest))) -> bPhase = closing \
        :: else -> bBest = r; bWriting = true \
        fi }

#ifdef M_SEEDER_CLOSES_WITH_OLDER
#define closesWith (bBest == 0 -> bBest : bBest - 1)
#else
#define closesWith bBest
#endif

/* Whether B is closing stands in its book before T hears of it. */
#ifdef M_CLOSING_NOT_DURABLE
#define CLOSING_IS_DURABLE false
#else
#define CLOSING_IS_DURABLE (bCloses != NONE)
#endif

active proctype B()
{
#ifndef B_GONE
    do
    TAKES(0) TAKES(1) TAKES(2) TAKES(3)
#ifdef CHEAT_C
    TAKES(4) TAKES(5) TAKES(6)
#endif
    :: d_step { running && bWriting -> bDurable = bBest; bWriting = false;
        if :: bBest == FINAL -> bPhase = closing :: else -> skip fi }
    :: d_step { running && bPhase == serving -> bPhase = closing } /* a timeout, a stop, its deadline, or it saw T's grace */
    :: d_step { running && bPhase == closing && !bWriting && bBest != NONE && bCloses == NONE -> bCloses = closesWith }
    /* After a restart what is open at T goes on, unless its time is over. */
    :: d_step { running && !calm && bCrashes > 0 -> bCrashes--; bBest = bDurable; bWriting = false;
        if
        :: tState == opened && clock == early && bBest != FINAL && !CLOSING_IS_DURABLE -> bPhase = serving
        :: else -> bPhase = closing
        fi }
    od
#else
    skip
#endif
}

/* ---- T's steps ---- */

inline settle() {
    must(I6_address_with_contract, spendOpen && incomeOpen);
    must(I2_settled_once, settlements == 0);
    settlements++;
    tState = closed;
#ifdef M_EXPIRY_PAYS_NOTHING
    tPaid = (tBest == NONE || clock == over -> 0 : amountOf(tBest));
#else
    tPaid = (tBest == NONE -> 0 : amountOf(tBest));
#endif
#ifdef M_REFUND_AND_PAY_IN_FULL
    tReturned = CAP;
#else
    tReturned = CAP - tPaid;
#endif
    must(I2_within_cap, tPaid >= 0 && tPaid <= CAP);
    must(I2_paid_and_returned, tPaid + tReturned == CAP);
    must(I3_paid_is_receipted, (tBest == NONE && tPaid == 0) || (tBest != NONE && tPaid == amountOf(tBest)));
    must(I7_best_receipt, tBest == tHighest);
#ifndef CHEAT_C
    must(I3_paid_is_receipted, tBest == NONE || (hasLeft(tBest) && tPaid <= amountOf(cDurable)));
#endif
#if !defined(CHEAT_B)
    must(I7_seeder_is_paid, late || bDurable == NONE || tPaid >= amountOf(bDurable));
#endif
    reserved = reserved - CAP;
    income = income + tPaid;
    spend = spend + tReturned
}

/* tReceipt, with C's signature or with both. */
inline close() {
    if
#ifndef M_TRACKER_IGNORES_CAP
    :: amountOf(tReceipt) > CAP -> skip /* 422 */
#endif
#ifndef M_CLOSED_TWICE
    :: tState == closed -> skip /* the same answer, or 409 */
#endif
    :: clock == over -> skip /* 410 */
    :: tBest != NONE && tBest != tReceipt && seqOf(tReceipt) == seqOf(tBest) && tJob == closeByViewer -> skip /* 409, evidence */
    :: else ->
        if
        :: tHighest == NONE || isBetter(tReceipt, tHighest) -> tHighest = tReceipt
        :: else -> skip
        fi;
        if
#ifdef M_LAST_INSTEAD_OF_BEST
        :: true -> tBest = tReceipt
#else
        :: tBest == NONE || isBetter(tReceipt, tBest) -> tBest = tReceipt
#endif
        :: else -> skip
        fi;
        if
#ifdef M_GRACE_SKIPPED
        :: true -> settle()
#else
        :: tJob == closeByBoth -> settle(); told = true; toldPaid = tPaid
#endif
        :: else -> tState = waiting
        fi
    fi
}

#ifdef M_ADDRESS_WITH_CONTRACT
#define addressMayClose true
#else
#define addressMayClose (tState == closed)
#endif

inline commit() {
    if
    :: tJob == closeByViewer || tJob == closeByBoth -> close()
    :: tJob == timeIsOver && tState != closed -> settle()
    :: tJob == addressCloses && addressMayClose ->
        spendOpen = false; ordinaryC = ordinaryC + spend; spend = 0;
        incomeOpen = false; ordinaryB = ordinaryB + income; income = 0
    :: else -> skip /* 409 */
    fi;
    must(I1_conservation, spend + reserved + income + ordinaryB + ordinaryC == START);
    tJob = idle;
    tReceipt = 0
}

/* Whether a receipt with C's signature alone would change anything; what would not is not looked at. */
#ifdef M_CLOSED_TWICE
#define isNews(r) (settlements < 2)
#elif defined(M_LAST_INSTEAD_OF_BEST)
#define isNews(r) (tState != closed && amountOf(r) <= CAP && r != tBest)
#else
#define isNews(r) (tState != closed && (tState == opened || isBetter(r, tBest)) && (amountOf(r) <= CAP || tState == opened))
#endif

#define BY_VIEWER(r) \
    :: d_step { tJob == idle && wasAsked && hasLeft(r) && clock != over && isNews(r) -> tJob = closeByViewer; tReceipt = r }
#ifdef CHEAT_B
#define isCountersigned(r) hasLeft(r)
#else
#define isCountersigned(r) (bCloses == (r))
#endif
#define BY_BOTH(r) \
    :: d_step { tJob == idle && isCountersigned(r) && clock != over && running -> tJob = closeByBoth; tReceipt = r; EARLY_WORD }
#ifdef M_ANSWER_BEFORE_COMMIT
#define EARLY_WORD told = true; toldPaid = amountOf(tReceipt)
#else
#define EARLY_WORD
#endif

/* B or T has something to do at once, for which time does not wait. */
#ifdef M_SEEDER_HAS_NO_DEADLINE
#define deadlineRings false
#else
#define deadlineRings (clock == deadline)
#endif
#ifdef M_SEEDER_DOES_NOT_LOOK
#define seesGrace false
#elif defined(M_SEEDER_LOOKS_TOO_LATE) /* only when it has something to lose already */
#define seesGrace (tState == waiting && bBest != NONE && amountOf(bBest) > 0)
#else
#define seesGrace (tState == waiting)
#endif
#ifdef B_GONE
#define isUrgent (tJob != idle)
#else
#define isUrgent (tJob != idle || bWriting || (bPhase == serving && (deadlineRings || seesGrace)) \
    || (bPhase == closing && bBest != NONE && running))
#endif

active proctype T()
{
    do
    BY_VIEWER(0) BY_VIEWER(1) BY_VIEWER(2) BY_VIEWER(3)
    BY_BOTH(0) BY_BOTH(1) BY_BOTH(2) BY_BOTH(3)
#ifdef CHEAT_C
    BY_VIEWER(4) BY_VIEWER(5) BY_VIEWER(6)
    BY_BOTH(4) BY_BOTH(5) BY_BOTH(6)
#endif
    :: d_step { tJob == idle && spendOpen && addressMayClose -> tJob = addressCloses }
    :: d_step { tJob == idle && clock == over && tState != closed -> tJob = timeIsOver }
    :: d_step { tJob != idle -> commit() }
    :: d_step { !calm && tCrashes > 0 && tJob != idle -> tCrashes--; tJob = idle; tReceipt = 0;
        must(I7_word_before_deed, !told || (tState == closed && tPaid == toldPaid)) }
    od
}

active proctype Clock()
{
    do
    :: d_step { clock == early && running -> clock = deadline }
#ifndef NO_EXPIRY
    :: d_step { clock == deadline && running -> late = late || isUrgent; clock = over }
#endif
    :: d_step { tJob == idle && tState == waiting -> late = late || isUrgent; tJob = timeIsOver }
    :: d_step { !calm -> calm = true }
    od
}

active proctype End()
{
    timeout ->
    must(L_tokens_stay_locked, tState == closed && reserved == 0 && settlements == 1)
}
