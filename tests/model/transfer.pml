/* Segments against receipts under one open contract: C (viewer), B (seeder) and the network between them.
 *
 * Checks of docs/protocol.md §7: 4 (receipts are monotone, C never signs lower), 5 (the credit window, C signs only what it
 * verified), and that the film always gets through once crashes stop.
 *
 * The network is the set of everything that was ever sent. Each element may be delivered never, late, repeatedly and in any
 * order, which is loss, duplication and reordering at once; asking again for what was lost adds nothing to the set.
 *
 * Bounds: SEGMENTS of equal size, a credit window of W, CRASHES of each party, a queue of two records at B's disk.
 * With CHEAT there is no C: anything that a key of C could sign may arrive at B at any time.
 */
#ifndef W
#define W 1
#endif
#ifndef SEGMENTS
#define SEGMENTS 3
#endif
#ifndef CAP
#define CAP SEGMENTS   /* in segments */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#define ALL ((1 << SEGMENTS) - 1)
#define NONE SEGMENTS  /* as an index: no segment */
#define UNSIGNED 255

#define bit(i) (1 << (i))
#define has(mask, i) (((mask) >> (i)) & 1)
#define within(a, b) (((a) & ~(b)) == 0)
#define count(m) (((m) & 1) + (((m) >> 1) & 1) + (((m) >> 2) & 1) + (((m) >> 3) & 1))

/* Never written: they give a violated assertion its name. */
hidden byte I3_receipts_of_what_was_sent, I4_receipts_monotone, I4_never_lower, I5_only_verified, I5_credit_window, I5_released_durably,
    I2_within_cap, I7_best_is_signed, L_film_gets_through;
#define must(name, condition) assert(name || (condition))

/* One receipt is its number and the set of segments that it reports. */

/* ---- on the wire ---- */
byte receipt[SEGMENTS + 1] = UNSIGNED; /* what the receipt with this number said when it left C */
byte asked[SEGMENTS + 1];              /* requests: with this receipt, for these segments; bit NONE: for nothing more */
byte sent;                             /* segments whose right bytes left B */

/* ---- C ---- */
byte cSeq, cMask;               /* its newest receipt, in memory */
byte cDurableSeq, cDurableMask; /* in its book */
bool cWriting;                  /* the newest one is on its way to the disk */
byte cStored;                   /* segments that it holds: it takes them for the film's */
byte cVerified;                 /* ghost: that really are */
byte cLeftSeq, cLeftMask;       /* ghost: the highest that left C */
byte cCrashes = CRASHES;

/* ---- B ---- */
byte bSeq = UNSIGNED, bMask;               /* the best receipt, in memory; UNSIGNED: none has come */
byte bOut;                                 /* released, not receipted */
byte bDurableSeq = UNSIGNED, bDurableMask; /* in its book */
byte bDurableReleased;
byte queued, qSeq[2], qMask[2], qIndex[2]; /* records that wait for the disk */
byte bToSend;                              /* released durably, the bytes have not left yet */
bool bClosed;
byte bCrashes = CRASHES;

/* ---- C's steps ---- */

inline leaves() {
    must(I5_only_verified, within(cMask, cVerified));
    must(I4_never_lower, cSeq >= cLeftSeq && within(cLeftMask, cMask));
    must(I4_receipts_monotone, receipt[cSeq] == UNSIGNED || receipt[cSeq] == cMask);
    receipt[cSeq] = cMask;
    cLeftSeq = cSeq;
    cLeftMask = cMask;
}

#ifdef M_SENT_BEFORE_DURABLE
#define cMaySend true
#else
#define cMaySend (!cWriting)
#endif

/* C asks for no more at once than the window allows, and for nothing above the cap. */
#define ASK(i) \
    :: d_step { cMaySend && !has(cMask, i) && !has(asked[cSeq], i) \
        && count((asked[cSeq] & ALL & ~cMask) | bit(i)) <= W && count(cMask) < CAP -> \
        leaves(); asked[cSeq] = asked[cSeq] | bit(i) }

#ifdef M_UNVERIFIED
#define WRONG_BYTES(i) \
    :: d_step { has(asked[cSeq], i) && !has(cStored, i) -> cStored = cStored | bit(i) }
#else
#define WRONG_BYTES(i) /* other bytes than the film's arrive, and change nothing */
#endif

#define ARRIVES(i) \
    :: d_step { has(sent, i) && !has(cStored, i) -> cStored = cStored | bit(i); cVerified = cVerified | bit(i) } \
    WRONG_BYTES(i)

#define SIGN(i) \
    :: d_step { !cWriting && has(cStored, i) && !has(cMask, i) -> cSeq++; cMask = cMask | bit(i); cWriting = true }

active proctype C()
{
#ifndef CHEAT
    do
    ASK(0) ASK(1) ASK(2)
#if SEGMENTS > 3
    ASK(3)
#endif
    ARRIVES(0) ARRIVES(1) ARRIVES(2)
#if SEGMENTS > 3
    ARRIVES(3)
#endif
    SIGN(0) SIGN(1) SIGN(2)
#if SEGMENTS > 3
    SIGN(3)
#endif
    :: d_step { cWriting -> cDurableSeq = cSeq; cDurableMask = cMask; cWriting = false }
    :: d_step { cMaySend && !has(asked[cSeq], NONE) -> leaves(); asked[cSeq] = asked[cSeq] | bit(NONE) } /* POST …/receipts */
    :: d_step { cCrashes > 0 -> cCrashes--;
        cWriting = false;
#ifdef M_LOWER_AFTER_RESTART
        cSeq = 0; cMask = 0
#else
        cSeq = cDurableSeq; cMask = cDurableMask
#endif
       }
    :: d_step { cCrashes > 0 -> cCrashes = 0 } /* no crash from here on */
    od
#else
    skip
#endif
}

/* ---- B's steps ---- */

#ifdef M_WINDOW_OFF_BY_ONE
#define windowIsFull (count(bOut) > W)
#else
#define windowIsFull (count(bOut) >= W)
#endif

#ifdef M_CAP_NOT_CHECKED
#define capIsReached false
#else
#define capIsReached (count(bMask) + count(bOut) + 1 > CAP)
#endif

/* Not refused, and not under way already. */
#define mayRelease(i) ((i) != NONE && !has(bMask, i) && \
    (has(bOut, i) -> !has(sent | bToSend, i) && !isQueued(i) : !windowIsFull && !capIsReached))
#define isQueued(i) ((queued > 0 && qIndex[0] == (i)) || (queued > 1 && qIndex[1] == (i)))

inline judge(seq, mask, index) {
    if
    :: bSeq != UNSIGNED && seq <= bSeq ->
        if
        :: seq == bSeq && mask != bMask -> bClosed = true /* two receipts with one number */
        :: else -> record(UNSIGNED, index)
        fi
    :: else ->
        if
#ifdef M_RECEIPT_FOR_UNSENT
        :: (bSeq == UNSIGNED || within(bMask, mask)) ->
#else
        :: (bSeq == UNSIGNED || within(bMask, mask)) && within(mask, bMask | bOut) ->
#endif
            bSeq = seq;
            bMask = mask;
            bOut = bOut & ~mask;
            record(seq, index)
        :: else -> bClosed = true
        fi
    fi
}

/* The receipt, if it is news, and the release of the segment, if it may be sent: one record. */
inline record(news, index) {
    if
    :: mayRelease(index) ->
        bOut = bOut | bit(index);
        qIndex[queued] = index;
#ifdef M_SENT_BEFORE_RELEASE_IS_DURABLE
        bToSend = bToSend | bit(index);
#endif
        qSeq[queued] = news; qMask[queued] = bMask; queued++
    :: !mayRelease(index) && news != UNSIGNED ->
        qIndex[queued] = NONE; qSeq[queued] = news; qMask[queued] = bMask; queued++
    :: else -> skip
    fi
}

inline written() {
    if
    :: qSeq[0] != UNSIGNED ->
#ifndef M_RECEIPT_NOT_WRITTEN
        bDurableSeq = qSeq[0]; bDurableMask = qMask[0];
#endif
        must(I3_receipts_of_what_was_sent, within(bDurableMask, bDurableReleased))
    :: else -> skip
    fi;
    if
    :: qIndex[0] != NONE -> bDurableReleased = bDurableReleased | bit(qIndex[0]);
#ifndef M_SENT_BEFORE_RELEASE_IS_DURABLE
        bToSend = bToSend | bit(qIndex[0])
#endif
    :: else -> skip
    fi;
    queued--;
    qSeq[0] = qSeq[1]; qMask[0] = qMask[1]; qIndex[0] = qIndex[1];
    qSeq[1] = 0; qMask[1] = 0; qIndex[1] = 0
}

/* 5: at most W segments are out that no durable receipt names, and each of them was released durably. */
#define SEND(i) \
    :: d_step { has(bToSend, i) -> bToSend = bToSend & ~bit(i); sent = sent | bit(i); \
        must(I5_credit_window, count(sent & ~bDurableMask) <= W); \
        must(I5_released_durably, within(sent, bDurableMask | bDurableReleased)); \
        must(I2_within_cap, count(sent) <= CAP) }

/* A request has an effect, or it isn't looked at: what changes nothing needs no step. */
#define DELIVERED(s, i) \
    :: d_step { !bClosed && queued < 2 && has(asked[s], i) \
        && (bSeq == UNSIGNED || s > bSeq || (s == bSeq && receipt[s] != bMask) || mayRelease(i)) -> judge(s, receipt[s], i) }
#if SEGMENTS > 3
#define DELIVERED_ALL(s) DELIVERED(s, 0) DELIVERED(s, 1) DELIVERED(s, 2) DELIVERED(s, 3) DELIVERED(s, 4)
#else
#define DELIVERED_ALL(s) DELIVERED(s, 0) DELIVERED(s, 1) DELIVERED(s, 2) DELIVERED(s, 3)
#endif

#define CLAIMED(s, m, i) :: d_step { !bClosed && queued < 2 -> judge(s, m, i) }
#define CLAIMED_INDEX(s, m) CLAIMED(s, m, 0) CLAIMED(s, m, 1) CLAIMED(s, m, 2) CLAIMED(s, m, 3)
#define CLAIMED_MASK(s) CLAIMED_INDEX(s, 0) CLAIMED_INDEX(s, 1) CLAIMED_INDEX(s, 2) CLAIMED_INDEX(s, 3) \
    CLAIMED_INDEX(s, 4) CLAIMED_INDEX(s, 5) CLAIMED_INDEX(s, 6) CLAIMED_INDEX(s, 7)

active proctype B()
{
    do
#ifdef CHEAT
    CLAIMED_MASK(0) CLAIMED_MASK(1) CLAIMED_MASK(2) CLAIMED_MASK(3)
#else
    DELIVERED_ALL(0) DELIVERED_ALL(1) DELIVERED_ALL(2) DELIVERED_ALL(3)
#if SEGMENTS > 3
    DELIVERED_ALL(4)
#endif
#endif
    :: d_step { queued > 0 -> written() }
    SEND(0) SEND(1) SEND(2)
#if SEGMENTS > 3
    SEND(3)
#endif
    :: d_step { bCrashes > 0 -> bCrashes--;
        queued = 0; qSeq[0] = 0; qMask[0] = 0; qIndex[0] = 0; qSeq[1] = 0; qMask[1] = 0; qIndex[1] = 0;
        bToSend = 0;
        bSeq = bDurableSeq; bMask = bDurableMask;
#ifdef M_RELEASES_FORGOTTEN
        bOut = 0
#else
        bOut = bDurableReleased & ~bDurableMask
#endif
       }
    :: d_step { bCrashes > 0 -> bCrashes = 0 }
#ifdef MAY_CLOSE
    :: d_step { !bClosed -> bClosed = true } /* it may stop at any time */
#endif
    od
}

/* Nothing can happen any more: the film went through up to the cap, unless B has closed. And what B would close with is a
 * receipt that C signed. */
active proctype End()
{
    timeout ->
#ifndef CHEAT
    must(L_film_gets_through, bClosed || (count(cDurableMask) == CAP && bDurableMask == cDurableMask));
    must(I7_best_is_signed, bSeq == UNSIGNED || receipt[bSeq] == bMask);
#endif
    must(I7_best_is_signed, bSeq == bDurableSeq && bMask == bDurableMask)
}
