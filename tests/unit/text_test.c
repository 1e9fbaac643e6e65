/* Text being built: sinks, every way of quoting, and what a screen gets to see. */
#include "text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

typedef void putter(struct text *, const char *);

static void check_put(putter *put, bool plain, const char *string, const char *expected)
{
    struct text text = {.arena = &arena, .plain = plain};
    put(&text, string);
    if (strcmp(text.bytes == NULL ? "" : text.bytes, expected) != 0)
        fail_msg("[%s], not [%s]", text.bytes, expected);
    text_free(&text);
}

static void json_strings(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "\"\""},
        {"plain text", "\"plain text\""},
        {"a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
        {"\xc2\x9b", "\"\\u009b\""}, /* CSI of one byte */
        {"caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x90\x98",
         "\"caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x90\x98\""},
        {"\xe2\x80\xae", "\"\\u202e\""},            /* right-to-left override */
        {"\xf0\x9d\x85\xb3", "\"\\ud834\\udd73\""}, /* U+1D173, invisible, as two units */
        {"##[add-mask]x ::add-mask::x #[", "\"##\\u005badd-mask]x ::add-mask::x #[\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
        {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* an overlong slash */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_json, false, rows[i][0], rows[i][1]);
    check_put(text_put_json, false, NULL, "null");
}

static void shell_words(void **state)
{
    (void)state;
    check_put(text_put_shell, false, "", "''");
    check_put(text_put_shell, false, "plain", "'plain'");
    check_put(text_put_shell, false, "$(rm -rf /) `x` \"y\" \\ \n!*",
              "'$(rm -rf /) `x` \"y\" \\ \n!*'");
    check_put(text_put_shell, false, "it's", "'it'\\''s'");
    check_put(text_put_shell, false, "'", "''\\'''");
}

/* https://yaml.org/spec/1.2.2/#57-escaped-characters: \uXXXX and \UXXXXXXXX are a character each.
 */
static void yaml_strings(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "\"\""},
        {"yes: #${x} %{y} *a &b", "\"yes: #${x} %{y} *a &b\""},
        {"a \"b\" \\ 'c'", "\"a \\\"b\\\" \\\\ 'c'\""},
        {"\n\r\t\b\x7f", "\"\\n\\r\\t\\u0008\\u007f\""},
        {"\xc2\x85 \xe2\x80\xa8", "\"\\u0085 \\u2028\""}, /* line breaks of YAML 1.1 */
        {"caf\xc3\xa9 \xf0\x9f\x90\x98", "\"caf\xc3\xa9 \xf0\x9f\x90\x98\""},
        {"\xe2\x80\xae\xef\xbf\xbe", "\"\\u202e\\ufffe\""},
        {"\xf0\x9d\x85\xb3", "\"\\U0001d173\""},
        {"##[a] ::b::", "\"##\\u005ba] ::b::\""},
        {"\xff", "\"\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_yaml, false, rows[i][0], rows[i][1]);
}

/* https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions: only the sign
 * right before a brace begins a template, and is one where it stands twice. */
static void hcl_strings(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "\"\""},
        {"yes # /* \\ \" \n", "\"yes # /* \\\\ \\\" \\n\""},
        {"${x} %{if}", "\"$${x} %%{if}\""},
        {"$${x} $%{ %${", "\"$$${x} $%%{ %$${\""},
        {"$ % $x {} $$ $", "\"$ % $x {} $$ $\""},
        {"\x01\f\xf0\x9d\x85\xb3", "\"\\u0001\\u000c\\U0001d173\""},
        {"##[a]", "\"##\\u005ba]\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_hcl, false, rows[i][0], rows[i][1]);
}

static void valid_utf8(void **state)
{
    (void)state;
    assert_true(utf8_is_valid(""));
    assert_true(utf8_is_valid("caf\xc3\xa9 \xf0\x9f\x90\x98"));
    assert_false(utf8_is_valid("caf\xc3"));
    assert_false(utf8_is_valid("\xff"));
    assert_false(utf8_is_valid("\xed\xa0\x80"));
}

/* What sh makes of the word must be the string itself. */
static void sql_names(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"app", "\"app\""},
        {"", "\"\""},
        {"Two Words", "\"Two Words\""},
        {"a\"; DROP ROLE x; --", "\"a\"\"; DROP ROLE x; --\""},
        {"back\\slash", "\"back\\slash\""}, /* no escape within plain quotes */
        {"caf\xc3\xa9 \xf0\x9f\x90\x98", "\"caf\xc3\xa9 \xf0\x9f\x90\x98\""},
        {"a\nb", "U&\"a\\000Ab\""},
        {"a\n\\\"b", "U&\"a\\000A\\\\\"\"b\""},
        {"\x1b[m\x7f", "U&\"\\001B[m\\007F\""},
        {"\xc2\x9b", "U&\"\\009B\""},            /* CSI of one byte */
        {"\xe2\x80\xae", "U&\"\\202E\""},        /* right-to-left override */
        {"\xf0\x9d\x85\xb3", "U&\"\\+01D173\""}, /* beyond four digits */
        {"\xff", "U&\"\\00FF\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_sql_identifier, false, rows[i][0], rows[i][1]);
    check_put(text_put_sql_identifier, true, "caf\xc3\xa9", "U&\"caf\\00E9\"");
}

static void shell_words_through_sh(void **state)
{
    static const char nasty[] = "a'b\"c$HOME`id`\\d\n*?~#&|;<>(){}[]! \t'";
    struct text command = {.arena = &arena};
    char back[200] = "";
    (void)state;
    text_put(&command, "printf %s ");
    text_put_shell(&command, nasty);
    FILE *shell = popen(command.bytes, "r"); /* NOLINT(cert-env33-c): sh is what is tested */
    assert_non_null(shell);
    back[fread(back, 1, sizeof back - 1, shell)] = '\0';
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(back, nasty);
    text_free(&command);
}

static void xml_text(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"plain text", "plain text"},
        {"<b a=\"1\" c='2'>&amp;</b>",
         "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;"},
        {"]]>", "]]&gt;"},
        {"a\tb\nc\rd", "a&#9;b&#10;c\\x0d"
                       "d"},
        {"\x01\x1b[31m\x1f", "\xef\xbf\xbd\xef\xbf\xbd[31m\xef\xbf\xbd"},
        {"\x7f\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\x7f\\x80\\x9b\\x9f\xc2\xa0"},
        {"caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x90\x98", "caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x90\x98"},
        {"\xe2\x80\xae\xf0\x9d\x85\xb3", "\\u202e\\U0001d173"},
        {"\xef\xbf\xbe\xef\xbf\xbf\xef\xb7\x90", /* U+FFFE, U+FFFF, U+FDD0: not characters */
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xff\xc0\xaf\xe6\xbc", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
        {"##[add-mask]x ::add-mask::x #[", "##&#91;add-mask]x &#58;:add-mask::x #["},
        {"##", "##"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_xml, false, rows[i][0], rows[i][1]);
    check_put(text_put_xml, true, "caf\xc3\xa9", "caf\xc3\xa9"); /* a file, whatever the screen */
}

/* https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
static void workflow_commands(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"", "", ""},
        {"a, b: 5 %", "a, b: 5 %25", "a%2C b%3A 5 %25"},
        {"a\r\nb\n\nc", "a%0D%0Ab%0A%0Ac", "a%0D%0Ab%0A%0Ac"},
        {"%0A::error::x", "%250A::error::x", "%250A%3A%3Aerror%3A%3Ax"},
        {"\x1b[31m\t\xe2\x80\xae\xff", "\\x1b[31m\\x09\\u202e\\xff", "\\x1b[31m\\x09\\u202e\\xff"},
        {"\xf0\x9f\x90\x98", "\xf0\x9f\x90\x98", "\xf0\x9f\x90\x98"},
        {"a\n::error::x", "a%0A\\x3a:error::x", "a%0A%3A%3Aerror%3A%3Ax"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_put(text_put_github_message, false, rows[i][0], rows[i][1]);
        check_put(text_put_github_property, false, rows[i][0], rows[i][2]);
    }
}

/* The same text comes back, and nothing else: tests/formats asks a renderer. */
static void markdown_text(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"plain text, 4 x 35 = 140; 56 % (3)", "plain text, 4 x 35 = 140; 56 % (3)"},
        {"over-budget pgsize.json:20", "over-budget pgsize.json:20"},
        {"\\ * _ ` { } [ ] < > & | ! ~ #",
         "\\\\ \\* \\_ \\` \\{ \\} \\[ \\] &lt; &gt; &amp; &#124; "
         "\\! \\~ \\#"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"[x](javascript:1)", "`[x](javascript:1)`"},
        {"a|b", "a&#124;b"},
        {"`a|b@c`d`", "\\`a&#124;`` b@c`d` ``"},
        {"- a", "\\- a"},
        {"1. a 2. b", "1\\. a 2. b"},
        {"12) a", "12\\) a"},
        {"max_connections _a_ a_ é_b", "max_connections \\_a\\_ a\\_ é\\_b"},
        {"# a", "\\# a"},
        {" a  b ", "&#32;a &#32;b&#32;"},
        {"@everyone a@b.c $x$", "`@everyone` `a@b.c` `$x$`"},
        {"see http://x.org/a?b or WWW.x.org", "see `http://x.org/a?b` or `WWW.x.org`"},
        {"#1 o/r#1 !2 %3 ~4 &5 GH-6 :tada:", "`#1` `o/r#1` `!2` `%3` `~4` `&5` `GH-6` `:tada:`"},
        {"deadbeef 123456", "`deadbeef` 123456"},
        {"a\nb\t\x1b[31m\x7f", "a\\\\x0ab\\\\x09\\\\x1b\\[31m\\\\x7f"},
        {"\xe2\x80\xae\xf0\x9d\x85\xb3\xff", "\\\\u202e\\\\U0001d173\\\\xff"},
        {"caf\xc3\xa9 \xf0\x9f\x90\x98", "caf\xc3\xa9 \xf0\x9f\x90\x98"},
    };
    static const char *const codes[][2] = {
        {"", "`  `"},
        {"a b|c*", "`a b|c*`"},
        {"a``b`", "``` a``b` ```"},
        {" a ", "`  a  `"},
        {"a\nb\xe2\x80\xae", "`a\\x0ab\\u202e`"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_markdown, false, rows[i][0], rows[i][1]);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        check_put(text_put_markdown_code, false, codes[i][0], codes[i][1]);
    check_put(text_put_markdown, true, "caf\xc3\xa9", "caf\xc3\xa9");
}

static void visible_text(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"plain ~ text", "plain ~ text"},
        {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
        {"a\tb\nc\rd", "a\\x09b\\x0ac\\x0dd"},
        {"\x7f", "\\x7f"},
        {"\xc2\x80\xc2\x9b\xc2\x9f", "\\x80\\x9b\\x9f"},
        {"\xc2\xa0", "\xc2\xa0"}, /* the no-break space is a space */
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"\xe2\x80\xae"
         "evil",
         "\\u202eevil"},
        {"\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069"},
        {"\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf\xc2\xad", "\\u200b\\u200d\\ufeff\\u00ad"},
        {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
        {"\xf3\xa0\x81\x81", "\\U000e0041"}, /* a tag character */
        {"\xef\xbf\xbf", "\\uffff"},         /* not a character */
        {"\xff\xc3(\xe6\xbc", "\\xff\\xc3(\\xe6\\xbc"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
        {"\xe6\xbc\xa2\xf0\x9f\x90\x98", "\xe6\xbc\xa2\xf0\x9f\x90\x98"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_put(text_put_visible, false, rows[i][0], rows[i][1]);
    check_put(text_put_visible, true, "caf\xc3\xa9 \xf0\x9f\x90\x98", "caf\\u00e9 \\U0001f418");
}

/* A line of the screen can be a line of a job's log. */
static void visible_text_is_no_workflow_command(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"::stop-commands::x", "\\x3a:stop-commands::x"},
        {"a ::error file=b::c  ::", "a \\x3a:error file=b::c  \\x3a:"},
        {":::", "\\x3a::"},
        {"\xc2\xa0::a \xe3\x80\x80::b \xe2\x80\x83::c",
         "\xc2\xa0\\x3a:a \xe3\x80\x80\\x3a:b \xe2\x80\x83\\x3a:c"},
        {"\n::a", "\\x0a::a"},
        {"std::vector \xc3\xa9::x [::1] \"::1\"", "std::vector \xc3\xa9::x [::1] \"::1\""},
        {": a: :b", ": a: :b"},
        {"a##[stop-commands]x", "a##\\x5bstop-commands]x"},
        {"####[[#[a##", "####\\x5b[#[a##"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_put(text_put_visible, false, rows[i][0], rows[i][1]);
        assert_int_equal(text_width(rows[i][0], true), text_width(rows[i][1], true));
    }
}

/* No byte string whatever brings a control character to the screen. */
static void visible_text_of_any_bytes(void **state)
{
    (void)state;
    for (unsigned first = 1; first < 256; first++) {
        for (unsigned second = 1; second < 256; second++) {
            const char string[] = {(char)first, (char)second, '\0'};
            struct text text = {.arena = &arena};
            text_put_visible(&text, string);
            for (size_t i = 0; i < text.length; i++) {
                unsigned char byte = (unsigned char)text.bytes[i];
                assert_true(byte >= 0x20 && byte != 0x7f);
                if (byte >= 0x80) { /* then all of it is one character, and not one of C1 */
                    uint32_t code_point = 0;
                    assert_int_equal(utf8_read(text.bytes + i, text.length - i, &code_point), 2);
                    assert_true(code_point >= 0xa0);
                    i++;
                }
            }
            text_free(&text);
        }
    }
}

static void check_cell(const char *string, size_t width, enum text_side side, bool plain,
                       const char *expected)
{
    struct text text = {.arena = &arena, .plain = plain};
    text_put_cell(&text, string, width, side);
    if (strcmp(text.bytes, expected) != 0)
        fail_msg("[%s] in %zu: [%s], not [%s]", string, width, text.bytes, expected);
    assert_int_equal(text_width(text.bytes, plain), width);
    text_free(&text);
}

static void names_are_cut_in_the_middle(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t width;
        bool plain;
        const char *cell;
    } rows[] = {
        {"api", 5, false, "api  "},
        {"bouncer/core/api", 12, false, "bounc\xe2\x80\xa6re/api"},
        {"bouncer/core/app", 12, false, "bounc\xe2\x80\xa6re/app"},
        {"bouncer/core/api", 12, true, "bou...re/api"},
        {"service", 4, true, "s..."},
        {"service", 2, false, "s\xe2\x80\xa6"},
        {"service", 1, false, "\xe2\x80\xa6"},
        {"service", 0, false, ""},
        /* what would be a command to GitHub, as it is shown in the whole */
        {"a::b::c", 6, false, "a:\xe2\x80\xa6::c"},
        /* two columns each */
        {"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", 6, false,
         "\xe6\xbc\xa2\xe2\x80\xa6\xe5\xad\x97 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {.plain = rows[i].plain};
        text_put_name_cell(&text, rows[i].name, rows[i].width);
        assert_string_equal(text.length > 0 ? text.bytes : "", rows[i].cell);
        text_free(&text);
    }
}

static void cells(void **state)
{
    (void)state;
    check_cell("api", 5, TEXT_LEFT, false, "api  ");
    check_cell("api", 5, TEXT_RIGHT, false, "  api");
    check_cell("api", 3, TEXT_LEFT, false, "api");
    check_cell("", 2, TEXT_RIGHT, false, "  ");
    check_cell("service", 4, TEXT_LEFT, false, "ser\xe2\x80\xa6");
    check_cell("service", 5, TEXT_LEFT, true, "se...");
    check_cell("service", 1, TEXT_LEFT, false, "\xe2\x80\xa6");
    check_cell("service", 2, TEXT_LEFT, true, "se");
    check_cell("service", 0, TEXT_LEFT, false, "");
    /* two columns each; what does not fit is filled up */
    check_cell("\xe6\xbc\xa2\xe5\xad\x97", 6, TEXT_LEFT, false, "\xe6\xbc\xa2\xe5\xad\x97  ");
    check_cell("\xe6\xbc\xa2\xe5\xad\x97", 6, TEXT_RIGHT, false, "  \xe6\xbc\xa2\xe5\xad\x97");
    check_cell("\xe6\xbc\xa2\xe5\xad\x97", 3, TEXT_LEFT, false, "\xe6\xbc\xa2\xe2\x80\xa6");
    check_cell("\xe6\xbc\xa2\xe5\xad\x97", 2, TEXT_LEFT, false, "\xe2\x80\xa6 ");
    check_cell("\xf0\x9f\x90\x98", 3, TEXT_LEFT, false, "\xf0\x9f\x90\x98 ");
    /* a combining accent takes no column, and stays with its letter */
    check_cell("e\xcc\x81tat", 5, TEXT_LEFT, false, "e\xcc\x81tat ");
    check_cell("e\xcc\x81tat", 3, TEXT_LEFT, false, "e\xcc\x81t\xe2\x80\xa6");
    /* what is spelled out takes the columns of its spelling, and is not cut in two */
    check_cell("\x1b", 5, TEXT_LEFT, false, "\\x1b ");
    check_cell("a\x1b", 4, TEXT_LEFT, false, "a\xe2\x80\xa6  ");
    check_cell("caf\xc3\xa9", 10, TEXT_LEFT, true, "caf\\u00e9 ");
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(text_width("", false), 0);
    assert_int_equal(text_width("caf\xc3\xa9", false), 4);
    assert_int_equal(text_width("caf\xc3\xa9", true), 9);
    assert_int_equal(text_width("\xe6\xbc\xa2", false), 2);
    assert_int_equal(text_width("e\xcc\x81", false), 1);
    assert_int_equal(text_width("\xf0\x9f\x90\x98", false), 2);
    assert_int_equal(text_width("\x1b\xe2\x80\xae", false), 10);
}

/* Every code point, as RFC 3629 has them. */
static void utf8_of_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char bytes[4];
        size_t size = 0;
        if (c < 0x80) {
            bytes[size++] = (char)c;
        } else if (c < 0x800) {
            bytes[size++] = (char)(0xc0 | c >> 6);
        } else if (c < 0x10000) {
            bytes[size++] = (char)(0xe0 | c >> 12);
            bytes[size++] = (char)(0x80 | (c >> 6 & 0x3f));
        } else {
            bytes[size++] = (char)(0xf0 | c >> 18);
            bytes[size++] = (char)(0x80 | (c >> 12 & 0x3f));
            bytes[size++] = (char)(0x80 | (c >> 6 & 0x3f));
        }
        if (c >= 0x80)
            bytes[size++] = (char)(0x80 | (c & 0x3f));
        uint32_t read = 0;
        bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
        assert_int_equal(utf8_read(bytes, size, &read), is_surrogate ? 0 : size);
        if (!is_surrogate)
            assert_int_equal(read, c);
        assert_int_equal(utf8_read(bytes, size - 1, &read), 0);
    }
}

static void utf8_is_cut_between_characters(void **state)
{
    static const char string[] =
        "a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x90\x98z"; /* 1, 2, 3, 4 and 1 bytes */
    static const size_t cuts[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    (void)state;
    for (size_t most = 0; most < sizeof cuts / sizeof cuts[0]; most++)
        assert_int_equal(utf8_cut(string, strlen(string), most), cuts[most]);
    assert_int_equal(utf8_cut(string, strlen(string), 1000), 11);
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5),
                     5); /* not UTF-8: no character to spare */
}

static void numbers(void **state)
{
    static const struct {
        int64_t number;
        const char *shown;
    } rows[] = {{0, "0"},
                {-1, "-1"},
                {1234567, "1234567"},
                {INT64_MAX, "9223372036854775807"},
                {INT64_MIN, "-9223372036854775808"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {.arena = &arena};
        text_put_int(&text, rows[i].number);
        assert_string_equal(text.bytes, rows[i].shown);
        text_free(&text);
    }
}

static void formats_of_any_length(void **state)
{
    (void)state;
    for (int length = 500; length < 1100; length++) {
        struct text text = {.arena = &arena};
        text_put(&text, "<");
        text_printf(&text, "%*d>", length, 7);
        assert_int_equal(text.length, (size_t)length + 2);
        assert_string_equal(text.bytes + length, "7>");
        text_free(&text);
    }
}

struct sink {
    size_t calls, bytes, largest, accepts;
    uint64_t sum;
};

static bool sink_take(void *to, const char *bytes, size_t length)
{
    struct sink *sink = to;
    if (sink->calls++ >= sink->accepts)
        return false;
    sink->bytes += length;
    sink->largest = length > sink->largest ? length : sink->largest;
    for (size_t i = 0; i < length; i++)
        sink->sum = sink->sum * 31 + (unsigned char)bytes[i];
    return true;
}

static void sinks_get_everything_in_order(void **state)
{
    struct sink sink = {.accepts = 1000000};
    struct text text = {.arena = &arena, .sink = sink_take, .to = &sink};
    uint64_t sum = 0;
    size_t bytes = 0;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char line[32];
        int length = snprintf(line, sizeof line, "line %d\n", i);
        for (int k = 0; k < length; k++)
            sum = sum * 31 + (unsigned char)line[k];
        bytes += (size_t)length;
        text_put(&text, line);
    }
    assert_true(text_flush(&text));
    assert_true(text_flush(&text)); /* nothing left is no failure */
    assert_int_equal(sink.bytes, bytes);
    assert_int_equal(sink.sum, sum);
    assert_true(sink.largest <= 64 * 1024);
    assert_true(text.capacity <= 128 * 1024);
    text_free(&text);
}

static void sinks_get_what_is_larger_than_the_buffer(void **state)
{
    struct sink sink = {.accepts = 1000000};
    struct text text = {.arena = &arena, .sink = sink_take, .to = &sink};
    static char large[200000];
    (void)state;
    memset(large, 'x', sizeof large);
    text_put(&text, "before");
    text_put_bytes(&text, large, sizeof large);
    text_put(&text, "behind");
    assert_true(text_flush(&text));
    assert_int_equal(sink.bytes, sizeof large + 12);
    text_free(&text);
}

static void a_sink_that_fails_is_asked_once(void **state)
{
    struct sink sink = {.accepts = 1};
    struct text text = {.arena = &arena, .sink = sink_take, .to = &sink};
    (void)state;
    for (int i = 0; i < 100000; i++)
        text_put(&text, "some text that has to go somewhere\n");
    assert_true(text.failed);
    assert_false(text_flush(&text));
    assert_int_equal(sink.calls, 2);
    assert_true(text.capacity <= 128 * 1024); /* what is dropped takes no memory */
    text_free(&text);
}

static void without_a_sink_everything_stays(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    assert_true(text_flush(&text));
    text_repeat(&text, "ab", 100000);
    assert_true(text_flush(&text));
    assert_int_equal(text.length, 200000);
    assert_int_equal(strlen(text.bytes), 200000);
    text_put_bytes(&text, "", 0);
    text_put_char(&text, 'c');
    assert_string_equal(text.bytes + 199998, "abc");
    text_free(&text);
}

/* Rules: what stands between the colon behind a scheme and the last @, or behind password=, is not
 * shown; nor what could be it where the end is cut off. */
static void passwords_are_masked(void **state)
{
    static const char *const rows[][2] = {
        {"nothing to hide", "nothing to hide"},
        {"\"postgresql://u:p@h/d\"", "\"postgresql://u:***@h/d\""},
        {"postgresql://u@h:5432/d", "postgresql://u@h:5432/d"},
        {"postgresql://h:5432/d", "postgresql://h:5432/d"},
        {"postgresql://u:p w\"x@h/d", "postgresql://u:***@h/d"},
        {"postgresql://u:p@ss@h/d", "postgresql://u:***@h/d"},
        {"a://u:p@h and b://u:p@h", "a://u:***@h and b://u:***@h"},
        {"got \"postgresql://u:secr\"; x", "got \"postgresql://u:***\"; x"},
        {"got \"postgresql://u:1234\"", "got \"postgresql://u:***\""},
        {"postgresql://u:", "postgresql://u:***"},
        {"host=h password=p user=u", "host=h password=*** user=u"},
        {"host=h PASSWORD='p w' user=u", "host=h PASSWORD=*** user=u"},
        {"x://h/d?password=p&sslmode=require", "x://h/d?password=***&sslmode=require"},
        {"postgresql://USER:PASSWORD@HOST:5432/DATABASE",
         "postgresql://USER:PASSWORD@HOST:5432/DATABASE"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {.arena = &arena};
        text_put_masked(&text, rows[i][0]);
        assert_string_equal(text.bytes, rows[i][1]);
        text_free(&text);
    }
}

static void nouns_follow_their_number(void **state)
{
    (void)state;
    assert_string_equal(plural(1, "process", "processes"), "process");
    assert_string_equal(plural(0, "process", "processes"), "processes");
    assert_string_equal(plural(2, "process", "processes"), "processes");
    assert_string_equal(plural(-1, "process", "processes"), "processes");
}

static void what_is_kept(void **state)
{
    (void)state;
    struct text text = {.arena = &arena};
    assert_string_equal(text_keep(&text), "");
    text_put_bytes(&text, "a\0b", 3);
    text.length = 1; /* taken back: what stands behind it is not kept */
    const char *kept = text_keep(&text);
    assert_string_equal(kept, "a");
    assert_null(text.bytes);
    text_put(&text, "again");
    text.length = 0;
    assert_string_equal(text_keep(&text), "");
    assert_null(text.bytes);
    assert_string_equal(kept, "a");
    arena_free(&arena);
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        (void)fprintf(stderr, "the locale C.UTF-8 is needed\n");
        return EXIT_FAILURE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_masked),
        cmocka_unit_test(nouns_follow_their_number),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(shell_words),
        cmocka_unit_test(yaml_strings),
        cmocka_unit_test(hcl_strings),
        cmocka_unit_test(valid_utf8),
        cmocka_unit_test(shell_words_through_sh),
        cmocka_unit_test(sql_names),
        cmocka_unit_test(xml_text),
        cmocka_unit_test(markdown_text),
        cmocka_unit_test(workflow_commands),
        cmocka_unit_test(visible_text),
        cmocka_unit_test(visible_text_is_no_workflow_command),
        cmocka_unit_test(visible_text_of_any_bytes),
        cmocka_unit_test(cells),
        cmocka_unit_test(names_are_cut_in_the_middle),
        cmocka_unit_test(widths),
        cmocka_unit_test(utf8_of_every_code_point),
        cmocka_unit_test(utf8_is_cut_between_characters),
        cmocka_unit_test(numbers),
        cmocka_unit_test(formats_of_any_length),
        cmocka_unit_test(sinks_get_everything_in_order),
        cmocka_unit_test(sinks_get_what_is_larger_than_the_buffer),
        cmocka_unit_test(a_sink_that_fails_is_asked_once),
        cmocka_unit_test(without_a_sink_everything_stays),
        cmocka_unit_test(what_is_kept),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
