#include "terminal.h"

#include "text.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, DEFAULT_HEIGHT = 24, LEAST_WIDTH = 40, MOST_SIDE = 1000 };

/* The other screen, without cursor and line wrap; and back (xterm's control sequences, which all
 * terminals of today know). */
static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
static const char leave[] = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

static volatile sig_atomic_t is_entered, has_attributes;
static struct termios attributes;

static bool bytes_put(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

void terminal_enter(void)
{
    struct termios quiet;
    if (!is_entered && tcgetattr(STDIN_FILENO, &attributes) == 0) {
        quiet = attributes;
        quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        quiet.c_cc[VMIN] = 1;
        quiet.c_cc[VTIME] = 0;
        has_attributes = 1;
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    }
    is_entered = 1;
    (void)bytes_put(enter, sizeof enter - 1);
}

void terminal_leave(void)
{
    if (!is_entered)
        return;
    is_entered = 0;
    (void)bytes_put(leave, sizeof leave - 1);
    if (has_attributes)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes);
    has_attributes = 0;
}

static size_t side(unsigned short said, size_t least, size_t otherwise)
{
    size_t length = said == 0 ? otherwise : said;
    return length < least ? least : length > MOST_SIDE ? MOST_SIDE : length;
}

struct terminal_size terminal_size(void)
{
    struct winsize size = {0};
    (void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    return (struct terminal_size){side(size.ws_col, LEAST_WIDTH, DEFAULT_WIDTH),
                                  side(size.ws_row, 1, DEFAULT_HEIGHT)};
}

/* In one piece, so that no half of it is seen. A line is erased before it is put: behind a full one
 * its last character would go; the last one together with all below it. */
bool terminal_draw(const char *lines)
{
    struct arena none = {0};
    struct text text = {.arena = &none};
    text_put(&text, "\x1b[H");
    for (;;) {
        size_t length = strcspn(lines, "\n");
        text_put(&text, lines[length] == '\0' ? "\x1b[J" : "\x1b[K");
        text_put_bytes(&text, lines, length);
        if (lines[length] == '\0')
            break;
        text_put(&text, "\r\n");
        lines += length + 1;
    }
    bool done = bytes_put(text.bytes, text.length);
    text_free(&text);
    return done;
}
