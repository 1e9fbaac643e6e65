#include "erlang.h"

#include <float.h>
#include <math.h>

/* Terms of the series below this share of the sum change no digit of it. */
static const double NEGLIGIBLE = 0x1p-60;

static bool in_domain(int64_t connections, double load)
{
    return connections >= 0 && connections <= ERLANG_MAX_CONNECTIONS && isfinite(load) && load >= 0;
}

/* One step of Erlang B. It shrinks the relative error of what it is given, so that 100,000 steps
 * cost no more than three roundings each. */
static double blocking_next(int64_t connections, double load, double below)
{
    double busy = load * below;
    double blocking = busy / ((double)connections + busy);
    return blocking < DBL_MIN ? 0 : blocking; /* the digits of a subnormal are not to be trusted */
}

/* 1 / B(c, a) = sum over k >= 0 of the products over j < k of (c - j) / a
 *
 * All terms are positive, and for c <= a + 1 they fall from the second on: some 9 sqrt(a) of them
 * count, where the recurrence takes a steps. Beyond, they would rise, and overflow. Source: Erlang
 * B divided by its last term. Domain: a > 0, 0 <= c <= floor(a) + 1. */
static double blocking_series(int64_t connections, double load)
{
    double term = 1, sum = 1;
    for (int64_t rest = connections; rest > 0; rest--) {
        if ((double)rest < load && term < NEGLIGIBLE * sum)
            break;
        term *= (double)rest / load;
        sum += term;
    }
    double blocking = 1 / sum;
    return blocking < DBL_MIN ? 0 : blocking;
}

/* c B / ((c - a) + a B): c - a comes first, where it is exact (a close to c). */
static double waiting_of(int64_t connections, double load, double blocking)
{
    double c = (double)connections;
    if (load >= c)
        return 1;
    double waiting = c * blocking / ((c - load) + load * blocking);
    return waiting > 1 ? 1 : waiting;
}

static void erlang_set(struct erlang *erlang, int64_t connections, double blocking)
{
    erlang->connections = connections;
    erlang->blocking = blocking;
    erlang->waiting = waiting_of(connections, erlang->load, blocking);
}

/* The smaller of `most` and floor(a) + 1. */
static int64_t smallest_pool(double load, int64_t most)
{
    return load >= (double)most ? most : (int64_t)load + 1;
}

bool erlang_find(int64_t connections, double load, struct erlang *ret_erlang)
{
    if (!in_domain(connections, load))
        return false;
    *ret_erlang = (struct erlang){.load = load};
    if (load == 0) {
        erlang_set(ret_erlang, connections, connections == 0);
        return true;
    }
    int64_t at = smallest_pool(load, connections);
    double blocking = blocking_series(at, load);
    while (at < connections && blocking > 0)
        blocking = blocking_next(++at, load, blocking);
    erlang_set(ret_erlang, connections, blocking);
    return true;
}

bool erlang_find_smallest(double load, struct erlang *ret_erlang)
{
    if (!in_domain(0, load) || load >= ERLANG_MAX_CONNECTIONS)
        return false;
    return erlang_find(smallest_pool(load, ERLANG_MAX_CONNECTIONS), load, ret_erlang);
}

bool erlang_grow(struct erlang *erlang)
{
    if (erlang->connections >= ERLANG_MAX_CONNECTIONS)
        return false;
    int64_t connections = erlang->connections + 1;
    erlang_set(erlang, connections, blocking_next(connections, erlang->load, erlang->blocking));
    return true;
}

/* B(c, a) is the product of its steps a / (k + a B(k-1, a)). The powers of two are counted apart:
 * those of a load below 1, and those taken out whenever the product becomes small. */
static double blocking_log10(int64_t connections, double load)
{
    int power = 0;
    double fraction = load < 1 ? frexp(load, &power) : load;
    double blocking = 1, product = 1;
    int64_t powers = power * connections;
    for (int64_t k = 1; k <= connections; k++) {
        product *= fraction / ((double)k + load * blocking);
        blocking = blocking_next(k, load, blocking);
        if (product < 0x1p-512) {
            product *= 0x1p512;
            powers -= 512;
        }
    }
    return log10(product) + (double)powers * log10(2);
}

bool erlang_b_log10(int64_t connections, double load, double *ret_log10)
{
    struct erlang erlang;
    if (!erlang_find(connections, load, &erlang) || (load == 0 && connections > 0))
        return false;
    *ret_log10 = erlang.blocking > 0 ? log10(erlang.blocking) : blocking_log10(connections, load);
    return true;
}
