/*
 * Reading a JSON object into a struct by rows: one row a key, with its kind, bounds and place in
 * the struct. The same rows say what a wrong value should have been, guess which key was meant, and
 * print the JSON Schema. This file knows nothing of topologies.
 */
#ifndef PGSIZE_FIELD_H
#define PGSIZE_FIELD_H

#include "topology.h"

/* Where in the document the reader is; links live on the stack. */
struct path {
    const struct path *above; /* NULL: a member of the document itself */
    const char *name;
};

struct settings;

struct reader {
    struct arena *arena;
    const struct topology_input *input;
    const struct settings *settings;
    struct faults *faults;
    struct json_text *text;    /* being read */
    const struct path *base;   /* what `offset` is the place of; NULL: the document */
    size_t offset, key_offset; /* of the value and of the name of `base` */
};

enum field_kind {
    FIELD_STRING,      /* const char *; ${} expanded; not empty */
    FIELD_COUNT,       /* int64_t within the bounds */
    FIELD_AMOUNT,      /* struct amount: a count, or a share */
    FIELD_DURATION,    /* int64_t, milliseconds */
    FIELD_DURATION_US, /* int64_t, microseconds */
    FIELD_THOUSANDTHS, /* int64_t, thousandths of a decimal */
    FIELD_BOOL,        /* bool */
    FIELD_CHOICE,      /* enum: index in `choices` */
    FIELD_COUNTS,      /* struct named_count * and size_t behind it: an object of counts */
    FIELD_OBJECT,      /* fields of the same struct, below a key */
    FIELD_CUSTOM,      /* `read` */
    FIELD_LIST,        /* `read`: an array of objects of `fields` */
    FIELD_IGNORED,     /* has no meaning for the answer, any string ("$schema") */
    FIELD_UNSUPPORTED, /* is part of the format, but not built yet: refused */
};

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset; /* in the struct */
    int64_t minimum, maximum;
    bool required;
    const char *const *choices; /* ends with NULL */
    bool (*read)(struct reader *reader, const struct path *path, const struct json *value,
                 void *into);
    const struct field *fields;
    size_t field_count;
    const char *what;   /* one sentence, for the schema */
    const char *schema; /* FIELD_CUSTOM: the value's JSON Schema, without braces. It may be an
                           object of `fields` instead, or one of `choices` */
};

/* JSON Schemas of what several rows are. A string may hold ${NAME}, and then be anything. */
#define AMOUNT_SCHEMA                                                                              \
    "\"oneOf\": [{\"type\": \"integer\", \"minimum\": 0}, "                                        \
    "{\"type\": \"string\", \"pattern\": \"^([0-9]+(\\\\.[0-9]{1,3})?%|.*\\\\$\\\\{.*)$\"}]"
#define COUNTS_SCHEMA                                                                              \
    "{\"type\": \"object\", \"patternProperties\": {\"^//\": {}}, "                                \
    "\"additionalProperties\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 262143}}"

/* Reads every member of `value`; false when anything in it was wrong (and was reported). */
bool fields_read(struct reader *reader, const struct path *path, const struct json *value,
                 const struct field *fields, size_t count, void *into);

/* Which part of a member a fault is about. */
enum fault_part { FAULT_VALUE, FAULT_KEY };

/* Reports a fault at a path; always false. The hint may be NULL. */
bool fault_at(struct reader *reader, const struct path *path, enum fault_part part,
              const char *hint, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Reports a fault that no file made: options, the environment; always false. */
bool fault_usage(struct reader *reader, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether --set put what stands at this path, so that a fault between two keys is blamed on that
 * one. */
bool path_is_set(const struct reader *reader, const struct path *path);

/* The option that put what stands at this path, as it is called; NULL: the file did. */
const char *path_option(const struct reader *reader, const struct path *path);

/* Whether a further fault would only be counted, so that nobody need look for a hint. */
bool faults_full(const struct reader *reader);

/* Reports a fault at a byte of the text being read; always false. */
bool fault_at_offset(struct reader *reader, size_t offset, const char *hint, const char *message);

/* Reports what is not JSON, at its place; always false. */
bool fault_json(struct reader *reader, const struct json_error *error);

/* "must be WHAT, got ...", with the value unless it could be a URL, whose password must not be
 * shown. */
bool fault_wrong(struct reader *reader, const struct path *path, const struct json *value,
                 const char *what);

/* "did you mean ...?" in `buffer` when a candidate is near, else NULL. */
const char *guess_hint(const char *wrong, const char *const *candidates, size_t count,
                       size_t stride, char *buffer, size_t size);

/* The same; where nothing is near, "NOUNs here: ..." with the first names. NULL: there are none. */
const char *names_hint(const char *wrong, const char *noun, const char *const *names, size_t count,
                       char *buffer, size_t size);

/* services.api.instances.max */
const char *path_show(const struct path *path, char *buffer, size_t size);

/* A string with its ${NAME} replaced; NULL when one is missing (reported). It lives as long as
 * `value`: what is kept longer goes through string_keep(). Most strings are read and forgotten, and
 * services are many. */
const char *string_expand(struct reader *reader, const struct path *path, const struct json *value);

/* What is a name and no URL, whose password would be shown with it; false: reported. */
bool name_check(struct reader *reader, const struct path *path, enum fault_part part,
                const char *name);

/* As a fault shows a value: as written, but for what could hold a password. */
enum { VALUE_SHOWN_BYTES = 48 };
void value_show(const struct json *value, char shown[VALUE_SHOWN_BYTES]);

/* A copy that lives as long as the topology; NULL stays NULL. */
const char *string_keep(struct reader *reader, const char *string);

/* An object of names and counts, into the struct named_count * and size_t at the row's offset. */
bool counts_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       const struct field *field, void *object);

bool count_field_read(struct reader *reader, const struct path *path, const struct json *value,
                      int64_t minimum, int64_t maximum, int64_t *ret_count);
bool amount_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       struct amount *ret_amount);
bool choice_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       const char *const *choices, int *ret_choice);

/* Prints `"properties": {...}, "additionalProperties": false` of the rows, without braces. */
void fields_schema(const struct field *fields, size_t count, struct text *text, int indent);

#endif
