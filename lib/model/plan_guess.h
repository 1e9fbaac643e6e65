/*
 * Which provider's plan a server looks like: guessed from its host name and from what it said of
 * itself, with the reasons. A limit alone says little, since many plans have the same: then nobody
 * can know, and that is the answer. Pure.
 */
#ifndef PGSIZE_PLAN_GUESS_H
#define PGSIZE_PLAN_GUESS_H

#include "facts.h"
#include "plan.h"

struct plan_guess {
    const struct provider *provider;
    const struct plan *plan; /* NULL: it looks like the provider's, and like none of its plans */
    const char **reasons;    /* in words, the provider's first */
    size_t reason_count;
    int score; /* of no meaning but its order */
};

struct plan_guesses {
    struct plan_guess *items; /* best first; those of the best score are equally likely */
    size_t count, best_count; /* none: nothing points at a provider */
    bool is_sure;        /* of the best ones: a sign, or a host name that is the provider's alone */
    const char *unknown; /* why nobody can know, where best_count is 0, or more than one */
};

/* Whether what a server shows may point at the provider of this file: so that only such files are
 * read. Of others plan_guess() knows nothing but limits. */
bool plan_file_may_fit(struct arena *arena, const struct plan_file *file, const char *host,
                       const struct facts *facts);

/* `host` as a URL names it; NULL: not known, or a socket. `facts` may be unknown altogether. */
struct plan_guesses plan_guess(struct arena *arena, const char *host, const struct facts *facts,
                               const struct provider *providers, size_t count);

/* The guess that speaks for a plan which somebody names: of that plan, or else of its provider
 * where no figure speaks against it; NULL: none does. */
const struct plan_guess *plan_guess_for(const struct plan_guesses *guesses,
                                        const struct provider *provider, const struct plan *plan,
                                        const struct facts *facts);

/* One line of it: "aws-rds/db.t4g.micro (host is *.rds.amazonaws.com; ...)", or why not. */
const char *plan_guess_words(struct arena *arena, const struct plan_guesses *guesses);

#endif
