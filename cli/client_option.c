#include "client_option.h"

#include "name.h"

bool client_option_read(const struct run *run, const struct client **ret_client, struct fail *fail)
{
    const char *id = option_value(&run->arguments, OPTION_CLIENT);
    *ret_client = id != NULL ? client_find(id) : NULL;
    if (id == NULL || *ret_client != NULL)
        return true;
    size_t count;
    const char *const *ids = client_ids(run->arena, &count);
    const char *guess = name_guess(id, ids, count, sizeof *ids);
    (void)fail_set(fail, FAIL_USAGE, "%s: there is no client \"%.40s\"",
                   option_label(&run->arguments, OPTION_CLIENT), id);
    if (guess != NULL)
        return fail_hint(fail, "did you mean %s?", guess);
    return fail_hint(fail, "pgsize list clients shows them");
}
