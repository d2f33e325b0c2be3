/* Opening contracts, with the first segment before T has answered (0-RTT) or only after: C (viewer), who may cheat, B (seeder),
 * T (tracker), and the network between them.
 *
 * Checks of docs/protocol.md §7: 1 (conservation: a cap is reserved once, and comes back), 5 (what B gave and got no receipt for
 * is at most the credit window under a contract, and besides what it risks by serving early), and 7 (contracts that were settled, or
 * that B has forgotten, and are proposed again).
 *
 * Two contracts of one C and one B, of which its spend address can pay for one at a time. What was sent once may arrive never,
 * late, repeatedly and in any order, as in transfer.pml. A receipt is given for the segment that was got, or not; how that goes on
 * is transfer.pml's matter. T's clock may close what is open at any time. W is 1.
 *
 * ZERO_RTT: B gives one segment under a contract that T has not opened yet, one such at a time, and no more of them after one was
 * lost. B counts the losses in memory only, so that they start again with it; how many there are in all is checked without crashes.
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#define CONTRACTS 2
#define CAP 2
#ifndef START
#define START 3
#endif
#define MAX_GIVEN 4  /* B's gifts are counted no further */

hidden byte I1_conservation, I2_reserved_once, I5_credit_window, I5_early_losses, I7_opened_twice;
#define must(name, condition) assert(name || (condition))

/* ---- on the wire ---- */
bool proposed[CONTRACTS];    /* C's proposal */
bool countersigned[CONTRACTS]; /* openContract, with both signatures */
bool refused[CONTRACTS];     /* T's refusal */

/* ---- B ---- */
mtype = { none, writing, opening, confirming, serving, closing };
mtype bPhase[CONTRACTS] = none;
bool bBook[CONTRACTS];       /* in its book: countersigned and not settled yet */
byte out[CONTRACTS];         /* given, not receipted; each is durable before it leaves */
byte losses;                 /* early segments lost, in memory */
byte bCrashes = CRASHES;

/* ---- ghosts ---- */
byte given[CONTRACTS], receipted[CONTRACTS]; /* durably */
byte lost; /* early segments */

/* ---- T ---- */
mtype = { unknown, opened, closed };
mtype tState[CONTRACTS] = unknown;
bool tAnswered[CONTRACTS];   /* has a stored answer, which says "open" for ever */
byte reservations[CONTRACTS];
short spend = START, reserved, income;

/* ---- C ---- */

active proctype C()
{
    do
    :: d_step { !proposed[0] -> proposed[0] = true }
    :: d_step { !proposed[1] -> proposed[1] = true }
    od
}

/* ---- B ---- */

#define unpaid(k) (given[k] - receipted[k])

#define isEarly(k) ((bPhase[k] == opening || bPhase[k] == confirming) && out[k] > 0)
#define EARLY_NOW (isEarly(0) || isEarly(1) -> 1 : 0)

inline give(k) {
    given[k]++;
    out[k]++;
    /* A contract that was settled may be proposed again: what is given early then is not lost yet, but will be. */
    must(I5_credit_window, out[k] <= 1);
    must(I5_credit_window, unpaid(k) <= 1 + lost + EARLY_NOW);
    must(I5_credit_window, unpaid(0) + unpaid(1) <= CONTRACTS + lost + EARLY_NOW)
}

inline forget(k) {
    bPhase[k] = none;
    bBook[k] = false;
    out[k] = 0
}

/* It was not opened, or B does not know. */
inline giveUp(k) {
    if
    :: out[k] > 0 -> losses++; lost++
    :: else -> skip
    fi;
    must(I5_early_losses, CRASHES > 0 || lost <= 1)
}

#ifdef M_ZERO_RTT_MORE_THAN_ONE
#define mayServeEarly(k) (out[k] < 2 && losses == 0 && !isEarly(1 - k))
#elif defined(M_ZERO_RTT_FOR_EACH_CONTRACT)
#define mayServeEarly(k) (out[k] < 1)
#else
#define mayServeEarly(k) (losses == 0 && !isEarly(0) && !isEarly(1))
#endif

#ifdef M_OPEN_ANSWER_BELIEVED
#define believes serving
#else
#define believes confirming
#endif

#define B_STEPS(k) \
    :: d_step { proposed[k] && bPhase[k] == none && given[k] < MAX_GIVEN -> bPhase[k] = writing } \
    :: d_step { bPhase[k] == writing -> bBook[k] = true; bPhase[k] = opening; countersigned[k] = true } \
    :: d_step { bPhase[k] == opening && tAnswered[k] -> bPhase[k] = believes } \
    :: d_step { bPhase[k] == opening && refused[k] -> giveUp(k); forget(k) } \
    :: d_step { bPhase[k] == opening -> giveUp(k); bPhase[k] = closing } /* T's answer was lost */ \
    :: d_step { bPhase[k] == confirming && tState[k] == opened -> bPhase[k] = serving } \
    :: d_step { bPhase[k] == confirming && tState[k] == closed -> giveUp(k); forget(k) } \
    :: d_step { bPhase[k] == serving && out[k] < 1 && given[k] < MAX_GIVEN -> give(k) } \
    :: d_step { (bPhase[k] == serving || bPhase[k] == opening || bPhase[k] == confirming) && out[k] > 0 -> receipted[k]++; out[k]-- } \
    :: d_step { bPhase[k] == serving -> bPhase[k] = closing } \
    :: d_step { bPhase[k] == closing && tState[k] == closed -> forget(k) } \
    :: d_step { bPhase[k] == closing && tState[k] == unknown -> forget(k) } /* 404: it has nothing to bring there */ \
    ZERO_RTT_STEP(k)

#ifdef ZERO_RTT
#define ZERO_RTT_STEP(k) \
    :: d_step { bPhase[k] == opening && mayServeEarly(k) && given[k] < MAX_GIVEN -> give(k) }
#else
#define ZERO_RTT_STEP(k)
#endif

/* It asks T: what is open there goes on. */
inline restart(k) {
    if
    :: !bBook[k] -> bPhase[k] = none; out[k] = 0
    :: bBook[k] && tState[k] == opened -> bPhase[k] = opening
    :: bBook[k] && tState[k] == closed ->
        lost = lost + (bPhase[k] == closing -> 0 : out[k]); /* B does not count it */
        bPhase[k] = closing
    :: else -> giveUp(k); forget(k)
    fi
}

active proctype B()
{
    do
    B_STEPS(0)
    B_STEPS(1)
    :: d_step { bCrashes > 0 && (bPhase[0] != none || bPhase[1] != none) -> bCrashes--;
        losses = 0;
        restart(0);
        restart(1) }
    od
}

/* ---- T ---- */

inline checkBooks() {
    must(I1_conservation, spend + reserved + income == START && spend >= 0);
    must(I2_reserved_once, reserved == (tState[0] == opened -> CAP : 0) + (tState[1] == opened -> CAP : 0))
}

inline reserve(k) {
    must(I7_opened_twice, reservations[k] == 0);
    reservations[k]++;
    tState[k] = opened;
    tAnswered[k] = true;
    spend = spend - CAP;
    reserved = reserved + CAP;
    checkBooks()
}

/* With what was receipted, a token each: by B, by C, or by time. */
inline settle(k) {
    tState[k] = closed;
    reserved = reserved - CAP;
    income = income + (receipted[k] > CAP -> CAP : receipted[k]);
    spend = spend + CAP - (receipted[k] > CAP -> CAP : receipted[k]);
    checkBooks()
}

#ifdef M_OPEN_RESERVES_TWICE
#define isNew(k) (tState[k] != closed && reservations[k] < 2)
#elif defined(M_OPEN_AFTER_CLOSE)
#define isNew(k) (tState[k] != opened && reservations[k] < 2)
#else
#define isNew(k) (tState[k] == unknown)
#endif
#ifdef M_BALANCE_NOT_CHECKED
#define canPay true
#else
#define canPay (spend >= CAP)
#endif

#define T_STEPS(k) \
    :: d_step { countersigned[k] && isNew(k) && canPay -> reserve(k) } \
    :: d_step { countersigned[k] && tState[k] == unknown && !canPay && !refused[k] -> refused[k] = true } \
    :: d_step { tState[k] == opened -> settle(k) }

active proctype T()
{
    do
    T_STEPS(0)
    T_STEPS(1)
    od
}
