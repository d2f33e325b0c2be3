/* Contracts across two trackers (docs/protocol.md §9): P, the one where the viewer pays from, and I, the one of the seeder's
 * income address. Checks that one's books follow the other's whatever is lost and whoever dies between the two halves:
 *   I9_once        a contract is charged once at P and credited once at I
 *   I9_follows     what I has credited is what P has moved, and never before
 *   I9_limit       what P owes I and has promised is within I's limit
 *   I1_both        each one's books sum to what they did: no tokens come from nowhere
 *   I3_receipted   what is charged is what a receipt of the viewer's says
 *   L_comes_even   where nothing can happen any more, both have settled with the same
 *
 * Two contracts with a cap of 2 each, a viewer with 3 tokens, and a limit of 3: both at once are too much for either. What was sent once
 * may arrive never, late, repeatedly and in any order: a message is a flag that stays. A transaction is one step, what it leads to
 * others; a crash loses what was decided and not committed, and what was asked and not answered. Of the receipts (amounts 0 to 2)
 * the seeder brings any to I; the viewer any to P, by itself; P's time may pass. How these come to be is transfer.pml's and
 * closing.pml's matter.
 *
 * CHEAT_P: P says anything to I that it can sign. CHEAT_I: I sends P whatever seeder and viewer have signed without looking at its
 * own books, and settles debts as often as it likes.
 */
#ifndef CRASHES
#define CRASHES 1
#endif
#define N 2
#define CAP 2
#define LIMIT 3
#define FUNDS 3
#define NONE 15

/* Never written: they give a violated assertion its name. */
hidden byte I9_once, I9_follows, I9_limit, I1_both, I3_receipted, L_comes_even;
#define must(name, condition) assert(name || (condition))

mtype = { unknown, reserved, open, closing, closed };

/* ---- between them, and from seeder and viewer ---- */
bool proposed[N];             /* both have signed it, and I has it */
bool toldOpen[N];             /* I has sent it to P */
bool question[N];             /* I's, where it stands */
bool promise[N];              /* P's word */
bool refusal[N];
bool signedReceipt[3 * N];    /* by the viewer */
bool brought[3 * N];          /* I has sent P this receipt, with both signatures */
bool word[3 * N];             /* P's, that it has settled with so much */
bool acknowledged;            /* I's, that one token of the debt was paid outside */
#define at(k, r) (3 * (k) + (r))

/* ---- P ---- */
mtype pState[N];
byte pBest[N];
short spend = FUNDS, pReserved, vostro, pOut; /* pOut: taken out of the world by settlements */
byte charges[N];              /* ghost */
byte charged[N];              /* ghost */
byte pJob = NONE;             /* decided and not committed: contract, or N for a settlement */
mtype = { doOpen, doClose, doExpire };
mtype pWhat;
byte pReceipt;
bool pSettled;                /* the acknowledgment stands in its books */
byte pCrashes = CRASHES;
bool over;                    /* close_until has passed at P */

/* ---- I ---- */
mtype iState[N];
bool iPromised[N];
byte iBest[N];
short income, nostro, iReserved, iOut;
byte credits[N];              /* ghost */
byte credited[N];             /* ghost */
byte iCrashes = CRASHES;
bool asking[N];               /* in memory: the outbox as I sees it */

inline booksOfP() {
    must(I1_both, spend + pReserved + vostro + pOut == FUNDS && spend >= 0 && vostro >= 0)
}
inline booksOfI() {
    must(I1_both, income + iReserved + nostro - iOut == 0 && nostro <= 0);
    must(I9_limit, -nostro <= LIMIT)
}

/* ---- P's steps ---- */

inline settleAtP(k, r) {
    charges[k]++;
    must(I9_once, charges[k] <= 1);
    charged[k] = r;
    must(I3_receipted, r == 0 || signedReceipt[at(k, r)]);
    pState[k] = closed;
    pReserved = pReserved - CAP;
    vostro = vostro + r;
    spend = spend + CAP - r;
    booksOfP()
}

#define P_OF(k) \
    :: d_step { pJob == NONE && toldOpen[k] && pState[k] == unknown && !refusal[k] -> pJob = k; pWhat = doOpen } \
    :: d_step { pJob == NONE && brought[at(k, 1)] && P_MAY_CLOSE(k) -> pJob = k; pWhat = doClose; pReceipt = 1; EARLY_WORD(k, 1) } \
    :: d_step { pJob == NONE && brought[at(k, 2)] && P_MAY_CLOSE(k) -> pJob = k; pWhat = doClose; pReceipt = 2; EARLY_WORD(k, 2) } \
    /* The viewer closes by itself, and the grace is over. */ \
    :: d_step { pJob == NONE && signedReceipt[at(k, 1)] && pState[k] == open -> pJob = k; pWhat = doClose; pReceipt = 1 } \
    :: d_step { pJob == NONE && over && pState[k] == open -> pJob = k; pWhat = doExpire } \
    :: d_step { pState[k] == closed && !word[at(k, charged[k])] && (question[k] || brought[at(k, 1)] || brought[at(k, 2)]) -> \
        word[at(k, charged[k])] = true }

#ifdef M_WORD_BEFORE_COMMIT
#define EARLY_WORD(k, r) word[at(k, r)] = true
#else
#define EARLY_WORD(k, r)
#endif
#ifdef M_ACKNOWLEDGMENT_COUNTS_OFTEN
#define P_TAKES_ACKNOWLEDGMENT (pOut < 2)
#else
#define P_TAKES_ACKNOWLEDGMENT (!pSettled)
#endif
#ifdef M_CHARGED_TWICE
#define P_MAY_CLOSE(k) (pState[k] == open || (pState[k] == closed && charges[k] < 2))
#else
#define P_MAY_CLOSE(k) (pState[k] == open)
#endif

active proctype P()
{
    byte k;
    pState[0] = unknown; pState[1] = unknown;
    do
    P_OF(0) P_OF(1)
    :: d_step { pJob < N ->
        k = pJob;
        if
        :: pWhat == doOpen && pState[k] == unknown && spend >= CAP ->
            pState[k] = open; spend = spend - CAP; pReserved = pReserved + CAP; promise[k] = true
        :: pWhat == doOpen && pState[k] == unknown && spend < CAP -> refusal[k] = true
        :: pWhat == doClose && P_MAY_CLOSE(k) -> settleAtP(k, pReceipt)
        :: pWhat == doExpire && pState[k] == open -> settleAtP(k, 0)
        :: else -> skip
        fi;
        pJob = NONE; pReceipt = 0; k = 0 }
    :: d_step { pJob == NONE && acknowledged && vostro > 0 && P_TAKES_ACKNOWLEDGMENT ->
        pSettled = true; vostro--; pOut++; booksOfP() }
    :: d_step { pCrashes > 0 && pJob != NONE -> pCrashes--; pJob = NONE; pReceipt = 0 }
#ifdef CHEAT_P
    :: d_step { toldOpen[0] && !word[at(0, 2)] -> word[at(0, 2)] = true }
    :: d_step { toldOpen[0] && !word[at(0, 0)] -> word[at(0, 0)] = true }
    :: d_step { toldOpen[0] && !refusal[0] -> refusal[0] = true }
    :: d_step { toldOpen[0] && !promise[0] -> promise[0] = true }
#endif
    od
}

/* ---- I's steps ---- */

inline settleAtI(k, r) {
    credits[k]++;
    must(I9_once, credits[k] <= 1);
    credited[k] = r;
#ifndef CHEAT_P
    must(I9_follows, charges[k] == 1 && charged[k] == r);
#endif
    iState[k] = closed;
    asking[k] = false;
    iReserved = iReserved - CAP;
    income = income + r;
    nostro = nostro + CAP - r;
    booksOfI()
}

#ifdef M_LIMIT_NOT_RESERVED /* looked at against what is owed by then */
#define fitsLimit(k) (nostro + iReserved - CAP >= -LIMIT)
#else
#define fitsLimit(k) (nostro - CAP >= -LIMIT)
#endif
#ifdef M_WORD_COUNTS_OFTEN
#define I_TAKES_WORD(k) (iState[k] != unknown && credits[k] < 2)
#else
#define I_TAKES_WORD(k) (iState[k] != unknown && iState[k] != closed)
#endif
#define mayReserve(k) (iState[k] == unknown && proposed[k])
/* What has to be asked stands in the ledger, and is asked again after a crash. */
#ifdef M_OUTBOX_IN_MEMORY
#define iAsks(k) asking[k]
#else
#define iAsks(k) (iState[k] != unknown && iState[k] != closed)
#endif
#ifdef CHEAT_I
#define I_CHEATS(k) \
    :: d_step { proposed[k] && !toldOpen[k] -> toldOpen[k] = true } \
    :: d_step { signedReceipt[at(k, 1)] && !brought[at(k, 1)] -> brought[at(k, 1)] = true } \
    :: d_step { signedReceipt[at(k, 2)] && !brought[at(k, 2)] -> brought[at(k, 2)] = true } \
    :: d_step { !acknowledged -> acknowledged = true }
#else
#define I_CHEATS(k)
#endif
#ifdef M_CREDITED_ON_THE_RECEIPT
#define CREDIT_EARLY(k) :: d_step { iState[k] == closing && iPromised[k] && credits[k] == 0 -> settleAtI(k, iBest[k]) }
#else
#define CREDIT_EARLY(k)
#endif
#ifdef M_OWN_TIME_SETTLES
#define SETTLE_BY_TIME(k) :: d_step { over && iState[k] == open -> settleAtI(k, 0) }
#else
#define SETTLE_BY_TIME(k)
#endif
#define takesRefusal(k) (iState[k] == reserved && !iPromised[k])

#define I_OF(k) \
    :: d_step { mayReserve(k) && fitsLimit(k) -> \
        iState[k] = reserved; asking[k] = true; nostro = nostro - CAP; iReserved = iReserved + CAP; booksOfI() } \
    :: d_step { iAsks(k) && !toldOpen[k] && iState[k] == reserved -> toldOpen[k] = true } \
    :: d_step { iAsks(k) && !question[k] && iPromised[k] -> question[k] = true } \
    :: d_step { promise[k] && iState[k] == reserved && !iPromised[k] -> iPromised[k] = true; iState[k] = open } \
    :: d_step { refusal[k] && takesRefusal(k) -> \
        iState[k] = closed; asking[k] = false; iReserved = iReserved - CAP; nostro = nostro + CAP; booksOfI() } \
    /* The seeder closes with the newest that it has. */ \
    :: d_step { iState[k] == open && signedReceipt[at(k, 1)] && !over -> iState[k] = closing; iBest[k] = (signedReceipt[at(k, 2)] -> 2 : 1) } \
    :: d_step { iAsks(k) && iState[k] == closing && !brought[at(k, iBest[k])] -> brought[at(k, iBest[k])] = true } \
    :: d_step { word[at(k, 0)] && I_TAKES_WORD(k) -> settleAtI(k, 0) } \
    :: d_step { word[at(k, 1)] && I_TAKES_WORD(k) -> settleAtI(k, 1) } \
    :: d_step { word[at(k, 2)] && I_TAKES_WORD(k) -> settleAtI(k, 2) } \
    CREDIT_EARLY(k) SETTLE_BY_TIME(k) I_CHEATS(k)

active proctype I()
{
    iState[0] = unknown; iState[1] = unknown;
    do
    I_OF(0) I_OF(1)
    /* One token of what is owed and not only reserved was paid outside. */
    :: d_step { !acknowledged && -nostro - iReserved > 0 -> acknowledged = true; nostro++; iOut++; booksOfI() }
    :: d_step { iCrashes > 0 -> iCrashes--; asking[0] = false; asking[1] = false }
    od
}

/* ---- seeder, viewer, and time ---- */

#define PEOPLE_OF(k) \
    :: d_step { !proposed[k] -> proposed[k] = true } \
    :: d_step { iState[k] == open && !signedReceipt[at(k, 1)] -> signedReceipt[at(k, 1)] = true } \
    :: d_step { signedReceipt[at(k, 1)] && !signedReceipt[at(k, 2)] && pState[k] != closed -> signedReceipt[at(k, 2)] = true }

active proctype People()
{
    do
    PEOPLE_OF(0) PEOPLE_OF(1)
    :: d_step { !over -> over = true }
    od
}

#define even(k) (iState[k] == unknown || (iState[k] == closed && credited[k] == charged[k] && pState[k] != open))

active proctype End()
{
    timeout ->
#ifdef CHEAT_P
    must(I9_limit, -nostro <= LIMIT)
#else
#ifdef CHEAT_I
    must(I3_receipted, charged[0] <= CAP && charged[1] <= CAP)
#else
    must(L_comes_even, even(0) && even(1) && iReserved == 0 && vostro == -nostro)
#endif
#endif
}
