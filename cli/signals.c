#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum what { WHAT_STOP, WHAT_RESIZED, WHAT_SUSPEND, WHAT_RESUMED, WHAT_CHILD, WHAT_CRASH };

static const struct {
    int number;
    enum what what;
    bool of_screen;
} rows[] = {
    {SIGINT, WHAT_STOP, false},    {SIGTERM, WHAT_STOP, false},    {SIGHUP, WHAT_STOP, false},
    {SIGCHLD, WHAT_CHILD, false},  {SIGWINCH, WHAT_RESIZED, true}, {SIGTSTP, WHAT_SUSPEND, true},
    {SIGCONT, WHAT_RESUMED, true}, {SIGQUIT, WHAT_CRASH, true},    {SIGSEGV, WHAT_CRASH, true},
    {SIGBUS, WHAT_CRASH, true},    {SIGFPE, WHAT_CRASH, true},     {SIGILL, WHAT_CRASH, true},
    {SIGABRT, WHAT_CRASH, true},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static volatile sig_atomic_t came[WHAT_CRASH + 1];
static int wake[2] = {-1, -1};
static void (*before_death)(void);
static struct sigaction before[ROWS];

static void on_crash(int number)
{
    before_death();
    (void)raise(number); /* its handler is gone: SA_RESETHAND */
}

static void die(int number)
{
    before_death();
    (void)signal(number, SIG_DFL);
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(number);
}

static void on_signal(int number)
{
    int kept = errno;
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].number != number)
            continue;
        if (rows[i].what == WHAT_STOP && came[WHAT_STOP] != 0)
            die(number);
        came[rows[i].what] = 1;
    }
    (void)!write(wake[1], "", 1); /* full: it is woken anyhow */
    errno = kept;
}

static void handler_set(size_t row)
{
    bool is_crash = rows[row].what == WHAT_CRASH;
    struct sigaction action = {.sa_handler = is_crash ? on_crash : on_signal,
                               .sa_flags = is_crash ? (int)SA_RESETHAND : 0};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(rows[row].number, &action, &before[row]);
    /* Of a job in the background, or under nohup: it is not meant for this program. */
    if (rows[row].what == WHAT_STOP && before[row].sa_handler == SIG_IGN)
        (void)sigaction(rows[row].number, &before[row], NULL);
}

bool signals_begin(bool has_screen, void (*on_death)(void), struct fail *fail)
{
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        return fail_set(fail, FAIL_INTERNAL, "a pipe cannot be made: %s", strerror(errno));
    before_death = on_death;
    for (size_t i = 0; i < ROWS; i++)
        if (has_screen || !rows[i].of_screen)
            handler_set(i);
        else
            (void)sigaction(rows[i].number, NULL, &before[i]);
    return true;
}

void signals_end(void)
{
    for (size_t i = 0; i < ROWS; i++)
        (void)sigaction(rows[i].number, &before[i], NULL);
    (void)close(wake[0]);
    (void)close(wake[1]);
    wake[0] = wake[1] = -1;
}

int signals_fd(void)
{
    return wake[0];
}

static bool take(enum what what)
{
    bool has_come = came[what] != 0;
    came[what] = 0;
    return has_come;
}

struct signals signals_take(void)
{
    char bytes[64];
    while (read(wake[0], bytes, sizeof bytes) > 0)
        ;
    return (struct signals){
        .stop = came[WHAT_STOP] != 0,
        .resized = take(WHAT_RESIZED),
        .suspend = take(WHAT_SUSPEND),
        .resumed = take(WHAT_RESUMED),
        .child = take(WHAT_CHILD),
    };
}

void signals_suspend(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL}, ours;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTSTP, &action, &ours);
    (void)raise(SIGTSTP);
    (void)sigaction(SIGTSTP, &ours, NULL);
}
