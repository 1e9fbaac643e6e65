#include "workspace.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_true(const struct run *run, const char *name)
{
    const char *value = variable(run, name);
    return value != NULL && strcmp(value, "true") == 0;
}

bool workspace_is_github(const struct run *run)
{
    return is_true(run, "GITHUB_ACTIONS");
}

void workspace_find(const struct run *run, struct report *report)
{
    char path[PATH_MAX];
    const char *root = workspace_is_github(run)    ? variable(run, "GITHUB_WORKSPACE")
                       : is_true(run, "GITLAB_CI") ? variable(run, "CI_PROJECT_DIR")
                                                   : NULL;
    if (getcwd(path, sizeof path) != NULL)
        report->here = arena_strdup(run->arena, path);
    if (root != NULL && realpath(root, path) != NULL)
        report->root = arena_strdup(run->arena, path);
}
