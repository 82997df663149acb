"""From HTML to a tree, forgiving like a browser for the common mistakes."""

from html.parser import HTMLParser

from .element import VOID, Comment, Doctype, NavigableString, Tag

_CLOSED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "option": {"option"},
    "p": {"p"},
    "tbody": {"thead", "tbody", "tr", "td", "th"},
    "tfoot": {"tbody", "tr", "td", "th"},
}
_BLOCKS = {"div", "ul", "ol", "table", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "form", "hr"}
_LIST_ATTRIBUTES = {"class", "rel", "rev", "headers", "accesskey", "dropzone"}
_SCOPES = {"ul", "ol", "table", "dl", "select", "div", "body", "html"}


class _Builder(HTMLParser):
    def __init__(self, root, xml):
        super().__init__(convert_charrefs=True)
        self.root = root
        self.xml = xml
        self.open = [root]

    def _add(self, element):
        parent = self.open[-1]
        element.parent = parent
        parent.contents.append(element)

    def _close_implied(self, name):
        ends = _CLOSED_BY.get(name, set()) | ({"p"} if name in _BLOCKS else set())
        while len(self.open) > 1 and self.open[-1].name in ends:
            self.open.pop()
            if name in ("p", "li", "option") or self.open[-1].name in _SCOPES:
                break

    def handle_starttag(self, name, attrs):
        if not self.xml:
            self._close_implied(name)
        found = {}
        for key, value in attrs:
            value = "" if value is None else value
            found[key] = value.split() if key in _LIST_ATTRIBUTES and not self.xml else value
        tag = Tag(name, found)
        self._add(tag)
        if self.xml or name not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, name, attrs):
        self.handle_starttag(name, attrs)
        if self.open[-1].name == name and (self.xml or name not in VOID):
            self.open.pop()

    def handle_endtag(self, name):
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].name == name:
                del self.open[index:]
                return

    def handle_data(self, data):
        parent = self.open[-1]
        if parent.contents and type(parent.contents[-1]) is NavigableString:
            merged = NavigableString(parent.contents.pop() + data)
            self._add(merged)
        else:
            self._add(NavigableString(data))

    def handle_comment(self, data):
        self._add(Comment(data))

    def handle_decl(self, decl):
        self._add(Doctype(decl))


def build(root, markup, xml=False):
    builder = _Builder(root, xml)
    builder.feed(markup)
    builder.close()
