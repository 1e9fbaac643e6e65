/* The live view's table: who holds the sessions. */
#include "live_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME_MOST = 40, NAME_LEAST = 24 /* for "(no application_name)" */ };

static const struct {
    const char *heading;
    size_t width;
} user_columns[] = {{"NOW", 5}, {"ACTIVE", 8}, {"IDLE", 6}, {"IN TRANSACTION", 16}, {"PEAK", 6}};
enum { USER_COLUMNS = sizeof user_columns / sizeof user_columns[0] };

/* The last columns but PEAK go where the screen is narrow. */
static bool column_shows(const struct drawing *drawing, size_t column)
{
    enum { LEAST = 56 };
    return column == 0 || column + 1 == USER_COLUMNS || drawing->live->report->width >= LEAST;
}

static size_t names_width(const struct drawing *drawing, const struct watched_user *const *users,
                          size_t count)
{
    size_t others = 0, widest = 4;
    for (size_t i = 0; i < USER_COLUMNS; i++)
        others += column_shows(drawing, i) ? user_columns[i].width : 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = text_width(users[i]->name, drawing->line.plain);
        widest = width > widest ? width : widest;
    }
    size_t room = drawing->live->report->width - others;
    widest = widest < NAME_MOST ? widest : NAME_MOST;
    widest = widest < NAME_LEAST ? NAME_LEAST : widest;
    return widest < room ? widest : room;
}

static void user_put(struct drawing *drawing, const struct watched_user *user, size_t width,
                     bool known)
{
    const int64_t counts[USER_COLUMNS] = {user->sessions, user->active, user->idle,
                                          user->idle_in_transaction, user->peak};
    const char *name = user->is_rest         ? "(all others)"
                       : *user->name == '\0' ? "(no application_name)"
                                             : user->name;
    char number[24];
    text_put_cell(&drawing->line, name, width, TEXT_LEFT);
    for (size_t i = 0; i < USER_COLUMNS; i++) {
        if (!column_shows(drawing, i))
            continue;
        (void)snprintf(number, sizeof number, "%" PRId64, counts[i]);
        /* What is not known now is no number. */
        text_put_cell(&drawing->line, known || i + 1 == USER_COLUMNS ? number : "-",
                      user_columns[i].width, TEXT_RIGHT);
    }
    drawing_line_end(drawing);
}

static void heading_put(struct drawing *drawing, size_t width)
{
    colour_on(drawing->live->report, &drawing->line, COLOUR_BOLD);
    text_put_cell(&drawing->line, "USER", width, TEXT_LEFT);
    for (size_t i = 0; i < USER_COLUMNS; i++)
        if (column_shows(drawing, i))
            text_put_cell(&drawing->line, user_columns[i].heading, user_columns[i].width,
                          TEXT_RIGHT);
    colour_off(drawing->live->report, &drawing->line, COLOUR_BOLD);
    drawing_line_end(drawing);
}

void drawing_users_put(struct drawing *drawing)
{
    const struct watched_user *users[WATCHED_MOST_USERS];
    size_t count = watched_users(drawing->live->watched, WATCHED_BY_SESSIONS, users);
    size_t height = drawing->live->height,
           left = height > drawing->lines ? height - drawing->lines : 0;
    if (count == 0 || left < 3)
        return;
    size_t width = names_width(drawing, users, count), shown = count;
    if (left > 8) {
        drawing_line_end(drawing);
        left--;
    }
    heading_put(drawing, width);
    left--;
    if (shown > left)
        shown = left - 1;
    for (size_t i = 0; i < shown; i++)
        user_put(drawing, users[i], width, drawing->live->sample.kind == SAMPLE_SEEN);
    if (shown < count) {
        drawing_words_put(
            drawing, 0, arena_printf(drawing->live->report->arena, "and %zu more", count - shown));
        drawing_line_end(drawing);
    }
}
