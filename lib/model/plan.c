#include "plan.h"

#include "name.h"
#include "plan_pattern.h"
#include "text.h"

#include <string.h>

/* How much of a list, and of what somebody typed, an error message holds. */
enum { LISTED_BYTES = 280, TYPED_BYTES = 60 };

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool plan_id_equal(const char *left, const char *right)
{
    while (*left != '\0' && lower(*left) == lower(*right)) {
        left++;
        right++;
    }
    return lower(*left) == lower(*right);
}

/* "scaleway.json" -> "scaleway" */
static const char *provider_id(struct arena *arena, const struct plan_file *file)
{
    const char *dot = strrchr(file->name, '.');
    return arena_strndup(arena, file->name,
                         dot != NULL ? (size_t)(dot - file->name) : strlen(file->name));
}

/* As many of the names as fit, then how many more there are. */
static const char *names_list(struct arena *arena, const char *const *names, size_t count)
{
    struct text list = {.arena = arena};
    size_t shown = 0;
    for (; shown < count && list.length + strlen(names[shown]) < LISTED_BYTES; shown++)
        text_printf(&list, "%s%s", shown > 0 ? ", " : "", names[shown]);
    if (shown < count)
        text_printf(&list, " and %zu more", count - shown);
    return text_keep(&list);
}

static bool provider_fail(struct arena *arena, const char *wanted, const char *const *ids,
                          const char *plan, struct fail *fail)
{
    const char *guess = name_guess(wanted, ids, plan_file_count, sizeof *ids);
    fail_set(fail, FAIL_INPUT, "no such provider: \"%.*s\"; there are %s", TYPED_BYTES, wanted,
             names_list(arena, ids, plan_file_count));
    if (guess != NULL)
        fail_hint(fail, "did you mean %s/%.*s?", guess, TYPED_BYTES, plan);
    return false;
}

static bool plan_fail(struct arena *arena, const struct provider *provider, const char *wanted,
                      struct fail *fail)
{
    const char **ids = ARENA_ARRAY(arena, provider->plan_count, const char *);
    for (size_t i = 0; i < provider->plan_count; i++)
        ids[i] = provider->plans[i].id;
    const char *guess = name_guess(wanted, ids, provider->plan_count, sizeof *ids);
    if (guess != NULL) {
        fail_set(fail, FAIL_INPUT, "%s has no plan \"%.*s\"", provider->id, TYPED_BYTES, wanted);
        return fail_hint(fail, "did you mean %s/%s?", provider->id, guess);
    }
    return fail_set(fail, FAIL_INPUT, "%s has no plan \"%.*s\"; there are %s", provider->id,
                    TYPED_BYTES, wanted, names_list(arena, ids, provider->plan_count));
}

/* The only provider whose id ends so: "rds" is "aws-rds". NULL: none, or several. */
static const struct plan_file *file_of_end(const char *wanted, const char *const *ids)
{
    const struct plan_file *found = NULL;
    size_t length = strlen(wanted);
    for (size_t i = 0; i < plan_file_count; i++) {
        size_t whole = strlen(ids[i]);
        if (whole <= length + 1 || ids[i][whole - length - 1] != '-' ||
            !plan_id_equal(ids[i] + whole - length, wanted))
            continue;
        if (found != NULL)
            return NULL;
        found = &plan_files[i];
    }
    return found;
}

static const struct plan_file *file_find(struct arena *arena, const char *wanted, const char *plan,
                                         struct fail *fail)
{
    const char **ids = ARENA_ARRAY(arena, plan_file_count, const char *);
    for (size_t i = 0; i < plan_file_count; i++) {
        ids[i] = provider_id(arena, &plan_files[i]);
        if (plan_id_equal(ids[i], wanted))
            return &plan_files[i];
    }
    const struct plan_file *found = file_of_end(wanted, ids);
    if (found == NULL)
        provider_fail(arena, wanted, ids, plan, fail);
    return found;
}

static bool form_fail(const char *name, struct fail *fail)
{
    fail_set(fail, FAIL_INPUT, "not a plan: \"%.*s\"", TYPED_BYTES, name);
    return fail_hint(fail, "write PROVIDER/PLAN, for example scaleway/db-gp-s; see `pgsize plans`");
}

bool plan_file_read(struct arena *arena, const struct plan_file *file,
                    struct provider *ret_provider, struct fail *fail)
{
    struct json_text text = {.name = arena_printf(arena, "plans/%s", file->name),
                             .bytes = file->bytes,
                             .length = file->length};
    return provider_read(arena, &text, ret_provider, fail);
}

bool providers_read(struct arena *arena, struct provider **ret_providers, size_t *ret_count,
                    struct fail *fail)
{
    *ret_count = plan_file_count;
    *ret_providers = ARENA_ARRAY(arena, plan_file_count, struct provider);
    for (size_t i = 0; i < plan_file_count; i++)
        if (!plan_file_read(arena, &plan_files[i], &(*ret_providers)[i], fail))
            return false;
    return true;
}

bool plan_find(struct arena *arena, const char *name, const struct provider **ret_provider,
               const struct plan **ret_plan, struct fail *fail)
{
    const char *slash = strchr(name, '/');
    if (slash == NULL || slash == name || slash[1] == '\0')
        return form_fail(name, fail);
    const char *wanted = arena_strndup(arena, name, (size_t)(slash - name));
    const struct plan_file *file = file_find(arena, wanted, slash + 1, fail);
    if (file == NULL)
        return false;
    struct provider *provider = ARENA_NEW(arena, struct provider);
    if (!plan_file_read(arena, file, provider, fail))
        return false;
    for (size_t i = 0; i < provider->plan_count; i++) {
        if (!plan_id_equal(provider->plans[i].id, slash + 1))
            continue;
        *ret_provider = provider;
        *ret_plan = &provider->plans[i];
        return true;
    }
    struct plan *made = ARENA_NEW(arena, struct plan);
    for (size_t i = 0; i < provider->plan_count; i++) {
        if (!plan_is_pattern(&provider->plans[i]) ||
            !plan_pattern_find(arena, provider, &provider->plans[i], slash + 1, made))
            continue;
        *ret_provider = provider;
        *ret_plan = made;
        return true;
    }
    return plan_fail(arena, provider, slash + 1, fail);
}
