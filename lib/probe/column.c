#include "column.h"

#include "facts_read.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX_BYTES = 20 };

bool result_has_shape(const PGresult *result, int columns, int least_rows, int most_rows)
{
    int rows = PQntuples(result);
    return PQnfields(result) == columns && rows >= least_rows && rows <= most_rows;
}

const char *column_raw(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

const char *text_cut(struct arena *arena, const char *value)
{
    if (value == NULL)
        return NULL;
    size_t length = strnlen(value, FACTS_MAX_BYTES + 1);
    if (length > FACTS_MAX_BYTES) {
        length = FACTS_MAX_BYTES;
        while (length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80)
            length--;
    }
    return arena_strndup(arena, value, length);
}

const char *column_text(struct arena *arena, const PGresult *result, int row, int column)
{
    return text_cut(arena, column_raw(result, row, column));
}

bool column_integer(const PGresult *result, int row, int column, int64_t least, int64_t most,
                    int64_t *ret_integer)
{
    const char *value = PQgetvalue(result, row, column);
    if (PQgetisnull(result, row, column) || strnlen(value, NUMBER_MAX_BYTES) == NUMBER_MAX_BYTES)
        return false;
    size_t sign = value[0] == '-';
    if (value[sign] == '\0' || strspn(value + sign, "0123456789") != strlen(value + sign))
        return false;
    errno = 0;
    long long integer = strtoll(value, NULL, 10);
    if (errno != 0 || integer < least || integer > most)
        return false;
    *ret_integer = integer;
    return true;
}

bool column_boolean(const PGresult *result, int row, int column, bool *ret_boolean)
{
    const char *value = PQgetvalue(result, row, column);
    if (PQgetisnull(result, row, column) || (strcmp(value, "t") != 0 && strcmp(value, "f") != 0))
        return false;
    *ret_boolean = value[0] == 't';
    return true;
}
