"""Stand-in for Beautiful Soup: trees from html.parser, searching, CSS selectors, texts.

Every parser name gives the same lenient parser. Not there: changing of documents beyond `decompose`, `extract`,
`replace_with`, `unwrap` and `string`, and the formatters of output.
"""

import re

from .element import Comment, NavigableString, PageElement, ResultSet, Tag
from .tree import build

__version__ = "4.13.4"


class FeatureNotFound(ValueError):
    pass


class SoupStrainer:
    def __init__(self, name=None, attrs=None, string=None, **kwargs):
        self.name = name
        self.attrs = {**(attrs or {}), **kwargs}


class BeautifulSoup(Tag):
    def __init__(self, markup="", features=None, parse_only=None, from_encoding=None, **_):
        super().__init__("[document]", {})
        if hasattr(markup, "read"):
            markup = markup.read()
        if isinstance(markup, (bytes, bytearray)):
            markup = _decoded(bytes(markup), from_encoding)
        self.original_encoding = from_encoding
        build(self, markup, xml=features in ("xml", "lxml-xml"))

    def new_tag(self, name, attrs=None, **kwargs):
        return Tag(name, {**(attrs or {}), **kwargs})

    def new_string(self, text):
        return NavigableString(text)


def _decoded(data, encoding):
    found = re.search(rb"""<meta[^>]{0,200}?charset=["']?([\w-]{1,40})""", data[:2048], re.I)
    for name in (encoding, found.group(1).decode() if found else None, "utf-8"):
        if name:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError):
                continue
    return data.decode("utf-8", "replace")


__all__ = ["BeautifulSoup", "Comment", "FeatureNotFound", "NavigableString", "PageElement", "ResultSet", "SoupStrainer", "Tag"]
