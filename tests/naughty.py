"""Strings that people and robots type: each is text like any other."""

NAUGHTY = {
    "markup": "<script>alert('x')</script>",
    "attribute": "\" onmouseover='alert(1)' x=\"",
    "template": "{{ 7 * 7 }}${7*7}{% raw %}",
    "sql": "'; DROP TABLE organisation; --",
    "right to left": "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{ARABIC LETTER ALEF}",
    "emoji": "👩‍⚕️🏥",
    "accents": "Čeček Ñandú Ångström ß İ",
    "CJK": "東京大学病院",
    "combining": "Z̸̡̛a̶l̷g̵o̷",
    "not a number": "NaN",
    "null": "null",
    "percent": "100%_\\x %s %(a)s",
    "entity": "Fish &amp; chips &#39;",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../etc/passwd",
}
#: What is dropped on the way in, and what is left.
DROPPED = {"NUL": ("a\0b", "ab"), "bell": ("a\x07b", "ab"), "blanks": ("  a  ", "a")}
LONG = "x" * 10_000
