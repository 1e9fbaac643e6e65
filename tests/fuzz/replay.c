/*
 * Runs a fuzz target over files instead of under libFuzzer: every file named as an argument, and
 * every file in a directory named so. One TAP test point for each; a crash or a sanitizer's report
 * ends the program.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static unsigned points;

static void point(bool passed, const char *path)
{
    points++;
    printf("%s %u - %s\n", passed ? "ok" : "not ok", points, path);
    (void)fflush(stdout); /* what ran last must be known after a crash */
}

/* A copy of exactly the file's size, so that the address sanitizer sees a read beyond its end. */
static uint8_t *file_read(const char *path, size_t *ret_length)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    uint8_t *bytes = NULL;
    if (fstat(fileno(file), &status) == 0 && status.st_size >= 0) {
        size_t length = (size_t)status.st_size;
        bytes = malloc(length > 0 ? length : 1);
        if (bytes != NULL && fread(bytes, 1, length, file) != length) {
            free(bytes);
            bytes = NULL;
        }
        *ret_length = length;
    }
    (void)fclose(file);
    return bytes;
}

static void file_replay(const char *path)
{
    size_t length = 0;
    uint8_t *bytes = file_read(path, &length);
    if (bytes == NULL) {
        perror(path);
        point(false, path);
        return;
    }
    point(LLVMFuzzerTestOneInput(bytes, length) == 0, path);
    free(bytes);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void directory_replay(const char *directory)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        if (length > 0 && (size_t)length < sizeof path)
            file_replay(path);
        free(entries[i]);
    }
    free(entries);
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        struct stat status;
        if (stat(arguments[i], &status) == 0 && S_ISDIR(status.st_mode))
            directory_replay(arguments[i]);
        else
            file_replay(arguments[i]);
    }
    printf("1..%u\n", points);
    return points > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
