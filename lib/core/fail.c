#include "fail.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

bool fail_set(struct fail *fail, enum fail_kind kind, const char *format, ...)
{
    if (fail == NULL || fail->kind != FAIL_NONE)
        return false;
    fail->kind = kind;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fail->message, sizeof fail->message, format, arguments);
    va_end(arguments);
    return false;
}

bool fail_hint(struct fail *fail, const char *format, ...)
{
    if (fail == NULL || fail->hint[0] != '\0')
        return false;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fail->hint, sizeof fail->hint, format, arguments);
    va_end(arguments);
    return false;
}
