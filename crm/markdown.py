"""Markdown as people write it, made into HTML that no page has to fear."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

#: What a text of ours may be made of; a link leads out and tells nobody from where.
TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
_reader = MarkdownIt("commonmark", {"breaks": True, "html": False, "linkify": False}).enable(
    ["table", "strikethrough"]
)


@lru_cache(maxsize=2048)
def markdown(text: str | None) -> Markup:
    """The text as HTML: headings begin at the third level, images and raw HTML are left out."""
    if not text:
        return Markup()
    tokens = _reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    made = _reader.renderer.render(tokens, _reader.options, {})
    clean = nh3.clean(
        made, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return Markup(clean)  # noqa: S704 - cleaned
