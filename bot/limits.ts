const secondMs = 1000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs

/** Every bound of the handler, its unit last. */
export const limits = {
  /** Changing commands of one person are counted over this span; the policy's key names it. */
  countingSpanMs: 10 * minuteMs,
  /** A comment that reached the bot later than this is told so; who asked has long gone on. */
  commentAgeMaxMs: dayMs,
  /**
   * From the claim to the dispatch, as the claiming process measures it. Well below `orphanAfterMs`, so
   * that a card that was given up can never be followed by a dispatch, even of a process that slept.
   */
  dispatchWithinMs: minuteMs,
  /** A card without a run is given up after this: nobody is going to dispatch for it any more. */
  orphanAfterMs: 2 * minuteMs,
  /** Waits before each look for a run whose dispatch was not answered with one. */
  runLookupWaitsMs: [secondMs, 2 * secondMs, 4 * secondMs],
  /** A run shows with a time of GitHub's clock, the card's with another of its servers. */
  clockSkewMaxMs: 5 * minuteMs,
  /** GitHub's: how long a run waits for reviewers. */
  waitingMaxMs: 30 * dayMs,
  /** GitHub's: how long a run may live. No request is open for longer. */
  requestAgeMaxMs: 35 * dayMs,
  /** Readings of a card to see that no other writer undid what was written. */
  writesMax: 3,
  /** Open requests that one `/status` looks up. */
  reconciledMax: 10,
} as const
