"""Pools under load, and when what was measured with them differs from a prediction. It knows how the
record of pool_load.js is read, and nothing of servers or of pgsize, whose predictions it is given.

When does a difference count? Beyond SIGMAS standard errors (queues.py says how they are found) plus an
allowance for what the model leaves out. Ten differences are judged. At 5 standard errors, each
estimated from a hundred batches, one of them is false in some 10 of a million runs, so in less than
one run in 10,000 any is. What is not left to chance:
- SHARE_ALLOWANCE, 1 in 100 requests, and WAIT_ALLOWANCE, 5 %: held times are a little more even than
  exponential ones (squared coefficient of variation 0.93 to 1: none is shorter than a round trip), and
  what a client has to do while it waits for a CPU comes in clumps. Both change waits by a few percent.
- WAIT_ALLOWANCE_MS: a timer fires up to 1 ms late, and to hand a connection over takes a turn of the
  client's event loop.
- WARM_MS: a client compiles its code in the first seconds, and the queue begins empty. Not judged.
- Seconds in which the client stood still for longer than STALL_MS, and those that the 10 held times after
  that reach into, are not judged: no request arrived meanwhile, and then all at once. That has nothing to
  do with how full the pools were. It is measured until enough seconds were calm. What this leaves out is
  real: stops of a busy client make p99 waits longer than predicted, and p99_with_stops_ms says how much.
"""
import collections
import functools

import queues

SIGMAS = 5
SHARE_ALLOWANCE = 0.01
WAIT_ALLOWANCE, WAIT_ALLOWANCE_MS = 0.05, 2
WARM_MS, SETTLED_MS = 3000, 15_000  # until the overloaded pools have all reached their time-out
WINDOW_MS = 1000
STALL_MS, AFTER_STALL_MS = 40, 400

# A request, as pool_load.js records it. held_ms is None where the pool gave up.
Request = collections.namedtuple("Request", "arrival_ms waited wait_ms held_ms")
# A measured number, and what chance and the allowances leave open.
Measured = collections.namedtuple("Measured", "value least most")


def holds(predicted, measured):
    return measured.least <= predicted <= measured.most


class Group:
    """Pools of one limit, and what was measured with them."""

    def __init__(self, limit, count, timeout_ms=None, from_ms=0, settled_ms=WARM_MS):
        self.limit, self.count, self.timeout_ms = limit, count, timeout_ms
        self.from_ms, self.settled_ms = from_ms, settled_ms

    def judge(self, pools, calm, predict):
        """pools: the requests of each. Only those in calm windows count, once the queue settled."""
        self.pools = pools
        self.by_batch = {(pool, window): [] for pool in range(self.count) for window in calm
                         if window * WINDOW_MS >= self.settled_ms}
        for number, pool in enumerate(pools):
            for request in pool:
                window = (self.from_ms + request.arrival_ms) // WINDOW_MS
                self.by_batch.get((number, window), []).append(request)
        self.requests = [request for batch in self.by_batch.values() for request in batch]
        waits = sorted(request.wait_ms for pool in pools for request in pool
                       if self.from_ms + request.arrival_ms >= self.settled_ms)
        self.p99_with_stops_ms = waits[int(len(waits) * 0.99)]
        self.judged_ms = len(self.by_batch) * WINDOW_MS
        self.held_ms = round(queues.mean([request.held_ms for request in self.requests
                                          if request.held_ms is not None]), 3)
        self.rate_per_s = round(len(self.requests) * 1000 / self.judged_ms, 3)
        self.load = self.rate_per_s * self.held_ms / 1000
        self.predicted = predict(self.limit, self.timeout_ms, self.rate_per_s, self.held_ms)

    def batches(self, counts):
        def offered_ms(batch):
            return sum(self.held_ms if request.held_ms is None else request.held_ms
                       for request in batch)

        return [(len(batch), sum(map(counts, batch)), offered_ms(batch) / WINDOW_MS)
                for batch in self.by_batch.values()]

    def open(self, counts, expected, clump):
        """What chance leaves open of a share."""
        return SIGMAS * queues.share_error(self.batches(counts), clump, expected)

    def share(self, counts, expected, clump):
        value = queues.mean([counts(request) for request in self.requests])
        either = self.open(counts, expected, clump) + SHARE_ALLOWANCE
        return Measured(value, max(0, value - either), min(1, value + either))

    @functools.cached_property
    def waits(self):
        return self.share(lambda request: request.waited, self.predicted.waits,
                          queues.clump_of_waits(self.limit, self.load))

    def timeouts(self, expected):
        """Those that give up come in clumps too, but of those alone that find a wait beyond the
        time-out, which then shrinks at once: 1 + a / c on average, 1 + 2 a / c as one of them sees
        it. Overloaded there are no clumps to be missed: nearly all the time somebody gives up."""
        clump = 1 + 2 * self.load / self.limit if self.load < self.limit else 0
        return self.share(lambda request: request.held_ms is None, expected, clump)

    @functools.cached_property
    def p99_ms(self):
        """The share beyond the predicted wait is 1 % but for chance: backwards, an interval of waits."""
        waits = sorted(request.wait_ms for request in self.requests)
        either = self.open(lambda request: request.wait_ms > self.predicted.p99_ms, 0.01,
                           queues.clump_of_waits(self.limit, self.load))

        def exceeded_by(share):
            return waits[min(len(waits) - 1, max(0, int(len(waits) * (1 - share))))]

        least = exceeded_by(0.01 + either) * (1 - WAIT_ALLOWANCE) - WAIT_ALLOWANCE_MS
        most = exceeded_by(0.01 - either) * (1 + WAIT_ALLOWANCE) + WAIT_ALLOWANCE_MS
        return Measured(exceeded_by(0.01), least, most if either < 0.01 else float("inf"))

    def first_timeout_s(self):
        """When the first request came that gave up.

        The work that has come, less what was done, is a random walk with the drift a - c and the
        variance 2 a S per time; the time until it reaches c x time-out is inverse Gaussian. It begins
        once all connections are busy, some held times later. The prediction's own load was measured
        at another time, with an error that counts too.
        """
        firsts = [next((request.arrival_ms for request in pool if request.held_ms is None),
                       pool[-1].arrival_ms) for pool in self.pools]
        value, drift, walk = queues.mean(firsts), self.load - self.limit, 2 * self.load * self.held_ms
        variance = self.limit * self.timeout_ms * walk / drift ** 3 / self.count
        variance += (value / drift) ** 2 * walk / self.judged_ms
        either = SIGMAS * variance ** 0.5
        return Measured(value / 1000, (value - either - 3 * self.held_ms) / 1000,
                        (value + either) / 1000)
