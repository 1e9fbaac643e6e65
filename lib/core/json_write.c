#include "json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void newline(struct json_writer *writer)
{
    text_put_char(writer->text, '\n');
    for (unsigned i = 0; i < writer->depth; i++)
        text_put_bytes(writer->text, "  ", 2);
}

void json_write_key(struct json_writer *writer, const char *key)
{
    if (writer->has_members)
        text_put_char(writer->text, ',');
    writer->has_members = true;
    if (writer->depth > 0)
        newline(writer);
    if (key == NULL)
        return;
    text_put_json(writer->text, key);
    text_put_bytes(writer->text, ": ", 2);
}

void json_write_open(struct json_writer *writer, const char *key, char bracket)
{
    json_write_key(writer, key);
    text_put_char(writer->text, bracket);
    writer->depth++;
    writer->has_members = false;
}

void json_write_close(struct json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->has_members)
        newline(writer);
    text_put_char(writer->text, bracket);
    writer->has_members = true;
}

void json_write_string(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    text_put_json(writer->text, value);
}

void json_write_bool(struct json_writer *writer, const char *key, bool value)
{
    json_write_key(writer, key);
    text_put(writer->text, value ? "true" : "false");
}

void json_write_null(struct json_writer *writer, const char *key)
{
    json_write_key(writer, key);
    text_put(writer->text, "null");
}

void json_write_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_write_key(writer, key);
    text_put_int(writer->text, value);
}

void json_write_count(struct json_writer *writer, const char *key, int64_t value)
{
    if (value < 0)
        json_write_null(writer, key);
    else
        json_write_integer(writer, key, value);
}

/* The shortest notation that reads back as the same number. */
void json_write_real(struct json_writer *writer, const char *key, double value)
{
    char digits[40];
    if (!isfinite(value) || value < 0) {
        json_write_null(writer, key);
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) >= value && strtod(digits, NULL) <= value)
            break;
    }
    json_write_key(writer, key);
    text_put(writer->text, digits);
}

void json_write_thousandths(struct json_writer *writer, const char *key, int64_t thousandths)
{
    char digits[32];
    if (thousandths < 0) {
        json_write_null(writer, key);
        return;
    }
    int length = snprintf(digits, sizeof digits, "%" PRId64 ".%03" PRId64, thousandths / 1000,
                          thousandths % 1000);
    while (length > 0 && digits[length - 1] == '0' && digits[length - 2] != '.')
        length--;
    json_write_key(writer, key);
    text_put_bytes(writer->text, digits, (size_t)length);
}
