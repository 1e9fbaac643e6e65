#include "ratio.h"

static int64_t divisor_common(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

bool ratio_make(int64_t top, int64_t bottom, struct ratio *ret_ratio)
{
    if (bottom == 0 || top == INT64_MIN || bottom == INT64_MIN)
        return false;
    int64_t common = divisor_common(top, bottom);
    if (bottom < 0)
        common = -common;
    *ret_ratio = (struct ratio){top / common, bottom / common};
    return true;
}

/* a/b + c/d over the least common denominator. */
bool ratio_add(struct ratio a, struct ratio b, struct ratio *ret_sum)
{
    int64_t common = divisor_common(a.bottom, b.bottom), left, right, top, bottom;
    if (__builtin_mul_overflow(a.top, b.bottom / common, &left) ||
        __builtin_mul_overflow(b.top, a.bottom / common, &right) ||
        __builtin_add_overflow(left, right, &top) ||
        __builtin_mul_overflow(a.bottom / common, b.bottom, &bottom))
        return false;
    return ratio_make(top, bottom, ret_sum);
}

/* What the factors share is taken out first, so that only a product that is really too large is. */
bool ratio_multiply(struct ratio a, struct ratio b, struct ratio *ret_product)
{
    int64_t first = divisor_common(a.top, b.bottom), second = divisor_common(b.top, a.bottom);
    int64_t top, bottom;
    if (__builtin_mul_overflow(a.top / first, b.top / second, &top) ||
        __builtin_mul_overflow(a.bottom / second, b.bottom / first, &bottom))
        return false;
    return ratio_make(top, bottom, ret_product);
}

bool ratio_divide(struct ratio a, struct ratio b, struct ratio *ret_quotient)
{
    struct ratio inverse;
    return ratio_make(b.bottom, b.top, &inverse) && ratio_multiply(a, inverse, ret_quotient);
}

bool ratio_compare(struct ratio a, struct ratio b, int *ret_order)
{
    struct ratio difference;
    if (!ratio_add(a, (struct ratio){-b.top, b.bottom}, &difference))
        return false;
    *ret_order = (difference.top > 0) - (difference.top < 0);
    return true;
}

int64_t ratio_floor(struct ratio ratio)
{
    int64_t whole = ratio.top / ratio.bottom;
    return whole - (ratio.top % ratio.bottom < 0);
}
