"""What prediction_test.py needs of queueing theory and statistics. It knows nothing of pools, of servers,
or of pgsize: its formulas are a second opinion, written from the books and not from lib/size.

How sure a measured share is: requests that wait come in clumps, since whoever follows one that waits
probably waits too, so the textbook's p (1 - p) / n is far too small. Two estimates are made, and the
larger one counts:
- batch means: the time is cut into batches longer than a clump; the error is that of their mean;
- compound Poisson: clumps come independently. One is the busy period of the queue M/M/1 at the load of the
  whole pool, rho = a / c, of E[k^2] / E[k] = (1 + rho^2) / (1 - rho)^2 requests as one of them sees it. This
  holds for waits beyond any level, because a wait that exceeds it begins again there. It keeps an interval
  honest where too few clumps were seen for their spread to be known.
"""
import math

def erlang_c(limit, load):
    """The share that waits in M/M/c. Worked: 5 connections, 4 Erlang: 0.5541."""
    if load >= limit:
        return 1.0
    states = [1.0]
    for busy in range(1, limit):
        states.append(states[-1] * load / busy)
    full = states[-1] * load / limit / (1 - load / limit)
    return full / (sum(states) + full)


def chance_beyond(limit, load, held_ms, wait_ms):
    """P(W > t) in M/M/c where nobody gives up. Worked: 5, 4 Erlang, t the time held: 0.2038."""
    if load >= limit:
        return 1.0
    return erlang_c(limit, load) * math.exp(-(limit - load) * wait_ms / held_ms)


def wait_exceeded_by(share, limit, load, held_ms):
    """The wait that this share exceeds. Worked: 5, 4 Erlang, 1 %: 4.01 times the time held."""
    return max(0.0, math.log(erlang_c(limit, load) / share) * held_ms / (limit - load))


def share_timed_out(limit, load, held_ms, timeout_ms):
    """The share that gives up where each waits no longer than the time-out; overloaded too.

    Source: Baccelli and Hebuterne, On queues with impatient customers, 1981 (M/M/c + D). What an arrival
    would have to wait has the density p[c-1] exp(-(c - a) t / S) a / S up to the time-out, since all join,
    and falls as exp(-c t / S) after it, since nobody does. Worked: 1 connection, 1 Erlang, a time-out of
    1 S: 1 / 3.
    """
    states = [1.0]
    for busy in range(1, limit):
        states.append(states[-1] * load / busy)
    tau, spare = timeout_ms / held_ms, limit - load
    joined = states[-1] * load * (tau if spare == 0 else (1 - math.exp(-spare * tau)) / spare)
    lost = states[-1] * load * math.exp(-spare * tau) / limit
    return lost / (sum(states) + joined + lost)


def mean(numbers):
    return sum(numbers) / len(numbers)


def clump_of_waits(limit, load):
    """Near the limit the formula has no bound; there the batches say more."""
    rho = min(load / limit, 0.9)
    return (1 + rho ** 2) / (1 - rho) ** 2


def share_error(batches, clump, expected):
    """Standard error of a share's difference from the prediction at the measured load.

    batches: of each (requests, of which counted, Erlang offered). expected: the predicted share. What the
    batches' own loads explain is taken out (a control variate: the slope of counted on offered), since the
    prediction is made for the load measured and not for the one ordered.
    """
    requests = sum(batch[0] for batch in batches)
    share = sum(batch[1] for batch in batches) / requests
    rest = [counted - share * number for number, counted, _ in batches]
    loads = [offered - mean([batch[2] for batch in batches]) for _, _, offered in batches]
    slope = sum(r * x for r, x in zip(rest, loads)) / (sum(x * x for x in loads) or 1)
    spread = sum((r - slope * x) ** 2 for r, x in zip(rest, loads)) / (len(rest) - 2)
    by_batches = math.sqrt(spread * len(rest)) / requests
    by_clumps = math.sqrt(expected * (1 - expected) * clump / requests)
    return max(by_batches, by_clumps)
