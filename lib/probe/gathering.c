#include "gathering.h"

#include "facts_read.h"

#include <libpq-fe.h>

enum { ANSWER_MOST_BYTES = 128 * 1024 * 1024 };

bool gathering_add(struct gathering *gathering, const PGresult *row)
{
    if (gathering->rows == NULL)
        gathering->rows = PQcopyResult(row, PG_COPYRES_ATTRS);
    if (gathering->rows == NULL)
        return false;
    int rows = PQntuples(gathering->rows);
    if (rows >= FACTS_MAX_CATALOG_ROWS)
        return false;
    for (int i = 0; i < PQnfields(row); i++) {
        int length = PQgetisnull(row, 0, i) ? -1 : PQgetlength(row, 0, i);
        gathering->bytes += length > 0 ? (size_t)length : 0;
        if (gathering->bytes > ANSWER_MOST_BYTES ||
            PQsetvalue(gathering->rows, rows, i, PQgetvalue(row, 0, i), length) == 0)
            return false;
    }
    return true;
}

const PGresult *gathering_rows(const struct gathering *gathering, const PGresult *last)
{
    return gathering->rows != NULL ? gathering->rows : last;
}

void gathering_clear(struct gathering *gathering)
{
    PQclear(gathering->rows);
    *gathering = (struct gathering){.rows = NULL};
}
