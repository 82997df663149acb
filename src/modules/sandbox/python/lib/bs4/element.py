"""Nodes of the tree."""

import html

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
_SILENT = {"script", "style", "template"}


class ResultSet(list):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(f'ResultSet object has no attribute "{name}". You\'re probably treating a list of elements like a single element. Did you call find_all() when you meant to call find()?')


class PageElement:
    parent = None

    def _place(self):
        return next(i for i, item in enumerate(self.parent.contents) if item is self)

    def _near(self, step):
        if self.parent is None:
            return None
        place = self._place() + step
        return self.parent.contents[place] if 0 <= place < len(self.parent.contents) else None

    @property
    def next_sibling(self):
        return self._near(1)

    @property
    def previous_sibling(self):
        return self._near(-1)

    @property
    def next_siblings(self):
        item = self.next_sibling
        while item is not None:
            yield item
            item = item.next_sibling

    @property
    def previous_siblings(self):
        item = self.previous_sibling
        while item is not None:
            yield item
            item = item.previous_sibling

    @property
    def parents(self):
        item = self.parent
        while item is not None:
            yield item
            item = item.parent

    @property
    def next_element(self):
        return next(iter(self.next_elements), None)

    @property
    def next_elements(self):
        root = self
        while root.parent is not None:
            root = root.parent
        seen = False
        for item in root.descendants:
            if seen:
                yield item
            elif item is self:
                seen = True

    def _first(self, items, name, attrs, string, kwargs):
        return next((i for i in items if matches(i, name, attrs, string, kwargs)), None)

    def find_next_sibling(self, name=None, attrs=None, string=None, **kwargs):
        return self._first(self.next_siblings, name, attrs, string, kwargs)

    def find_previous_sibling(self, name=None, attrs=None, string=None, **kwargs):
        return self._first(self.previous_siblings, name, attrs, string, kwargs)

    def find_next_siblings(self, name=None, attrs=None, string=None, limit=None, **kwargs):
        return ResultSet([i for i in self.next_siblings if matches(i, name, attrs, string, kwargs)][:limit])

    def find_parent(self, name=None, attrs=None, **kwargs):
        return self._first(self.parents, name, attrs, None, kwargs)

    def find_parents(self, name=None, attrs=None, limit=None, **kwargs):
        return ResultSet([i for i in self.parents if matches(i, name, attrs, None, kwargs)][:limit])

    def find_next(self, name=None, attrs=None, string=None, **kwargs):
        return self._first(self.next_elements, name, attrs, string, kwargs)

    def find_all_next(self, name=None, attrs=None, string=None, limit=None, **kwargs):
        return ResultSet([i for i in self.next_elements if matches(i, name, attrs, string, kwargs)][:limit])

    def extract(self):
        if self.parent is not None:
            del self.parent.contents[self._place()]
            self.parent = None
        return self

    def replace_with(self, *others):
        place, parent = self._place(), self.parent
        items = [NavigableString(o) if type(o) is str else o for o in others]
        parent.contents[place : place + 1] = items
        for item in items:
            item.parent = parent
        self.parent = None
        return self

    def insert_before(self, *others):
        self._insert(self._place(), others)

    def insert_after(self, *others):
        self._insert(self._place() + 1, others)

    def _insert(self, place, others):
        items = [NavigableString(o) if type(o) is str else o for o in others]
        self.parent.contents[place:place] = items
        for item in items:
            item.parent = self.parent


class NavigableString(str, PageElement):
    name = None

    @property
    def string(self):
        return self

    @property
    def text(self):
        return str(self)

    def get_text(self, separator="", strip=False):
        return str(self).strip() if strip else str(self)

    @property
    def strings(self):
        yield self

    @property
    def stripped_strings(self):
        if self.strip():
            yield self.strip()

    def output(self):
        return html.escape(str(self), quote=False) if self.parent is None or self.parent.name not in _SILENT else str(self)


class Comment(NavigableString):
    def output(self):
        return f"<!--{str(self)}-->"


class Doctype(NavigableString):
    def output(self):
        return f"<!{str(self)}>"


def _fits(value, wanted):
    """Whether an attribute or a text fits a string, a pattern, a list, a function or True."""
    if wanted is True:
        return value is not None
    if wanted is None or wanted is False:
        return value is None
    values = value if isinstance(value, list) else [value]
    if callable(wanted) and not hasattr(wanted, "search"):
        return any(wanted(v) for v in values) or (isinstance(value, list) and wanted(" ".join(value)))
    if value is None:
        return False
    if hasattr(wanted, "search"):
        return any(wanted.search(v) for v in values) or bool(isinstance(value, list) and wanted.search(" ".join(value)))
    if isinstance(wanted, (list, tuple, set)):
        return any(_fits(value, w) for w in wanted)
    return str(wanted) in values or (isinstance(value, list) and " ".join(value) == str(wanted))


def matches(item, name, attrs, string, kwargs):
    if not isinstance(item, Tag):
        return string is not None and name is None and not attrs and not kwargs and type(item) is NavigableString and _fits(str(item), string)
    if name is None and string is not None and not attrs and not kwargs:
        return False
    if name is not None and name is not True:
        if callable(name) and not hasattr(name, "search"):
            if not name(item):
                return False
        elif not _fits(item.name, name):
            return False
    wanted = {("class" if k == "class_" else k): v for k, v in kwargs.items()}
    wanted.update({"class": attrs} if isinstance(attrs, (str, list)) or hasattr(attrs, "search") else attrs or {})
    if not all(_fits(item.attrs.get(key), value) for key, value in wanted.items()):
        return False
    return string is None or _fits(item.string, string)


class Tag(PageElement):
    def __init__(self, name, attrs):
        self.name = name
        self.attrs = attrs
        self.contents = []

    def __getitem__(self, key):
        return self.attrs[key]

    def __setitem__(self, key, value):
        self.attrs[key] = value

    def __delitem__(self, key):
        self.attrs.pop(key, None)

    def __contains__(self, item):
        return item in self.contents

    def __iter__(self):
        return iter(self.contents)

    def __len__(self):
        return len(self.contents)

    def __bool__(self):
        return True

    def __call__(self, *args, **kwargs):
        return self.find_all(*args, **kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.find(name)

    def __eq__(self, other):
        return isinstance(other, Tag) and (self is other or (self.name, self.attrs, self.contents) == (other.name, other.attrs, other.contents))

    __hash__ = object.__hash__

    def get(self, key, default=None):
        return self.attrs.get(key, default)

    def has_attr(self, key):
        return key in self.attrs

    def get_attribute_list(self, key, default=None):
        value = self.get(key, default)
        return value if isinstance(value, list) else [value]

    @property
    def children(self):
        return iter(self.contents)

    @property
    def descendants(self):
        stack = list(reversed(self.contents))
        while stack:
            item = stack.pop()
            yield item
            if isinstance(item, Tag):
                stack.extend(reversed(item.contents))

    def find_all(self, name=None, attrs=None, recursive=True, string=None, limit=None, text=None, **kwargs):
        string = text if string is None else string
        if isinstance(name, (list, tuple, set)):
            name = list(name)
        found = ResultSet()
        for item in self.descendants if recursive else list(self.contents):
            if matches(item, name, attrs, string, kwargs):
                found.append(item)
                if limit and len(found) >= limit:
                    break
        return found

    findAll = find_all

    def find(self, name=None, attrs=None, recursive=True, string=None, text=None, **kwargs):
        found = self.find_all(name, attrs, recursive, string, 1, text, **kwargs)
        return found[0] if found else None

    def select(self, selector, limit=None, **_):
        from .select import select

        return ResultSet(select(self, selector)[: limit or None])

    def select_one(self, selector, **_):
        found = self.select(selector, 1)
        return found[0] if found else None

    @property
    def string(self):
        if len(self.contents) != 1:
            return None
        only = self.contents[0]
        return only if isinstance(only, NavigableString) else only.string

    @string.setter
    def string(self, text):
        self.clear()
        self.append(text)

    @property
    def strings(self):
        for item in self.descendants:
            if type(item) is NavigableString and (item.parent is self or item.parent.name not in _SILENT):
                yield item

    @property
    def stripped_strings(self):
        for text in self.strings:
            stripped = text.strip()
            if stripped:
                yield stripped

    def get_text(self, separator="", strip=False, **_):
        return separator.join(self.stripped_strings if strip else self.strings)

    getText = get_text
    text = property(get_text)

    def append(self, item):
        item = NavigableString(item) if type(item) is str else item
        if item.parent is not None:
            item.extract()
        item.parent = self
        self.contents.append(item)

    def insert(self, place, item):
        item = NavigableString(item) if type(item) is str else item
        item.parent = self
        self.contents.insert(place, item)

    def clear(self, decompose=False):
        for item in self.contents:
            item.parent = None
        self.contents = []

    def decompose(self):
        self.extract()
        self.contents = []

    def unwrap(self):
        place, parent = self._place(), self.parent
        parent.contents[place : place + 1] = self.contents
        for item in self.contents:
            item.parent = parent
        self.contents, self.parent = [], None
        return self

    def output(self):
        inner = "".join(item.output() for item in self.contents)
        if self.name == "[document]":
            return inner
        attributes = "".join(f' {k}="{html.escape(" ".join(v) if isinstance(v, list) else str(v))}"' for k, v in self.attrs.items())
        return f"<{self.name}{attributes}/>" if self.name in VOID else f"<{self.name}{attributes}>{inner}</{self.name}>"

    def decode(self, *args, **kwargs):
        return self.output()

    def decode_contents(self, *args, **kwargs):
        return "".join(item.output() for item in self.contents)

    def encode(self, encoding="utf-8", **_):
        return self.output().encode(encoding)

    def prettify(self, *args, **kwargs):
        return "\n".join(self._pretty(0))

    def _pretty(self, depth):
        space = " " * depth
        for item in self.contents:
            if not isinstance(item, Tag):
                text = item.output().strip()
                if text:
                    yield space + text
            elif item.name in VOID:
                yield space + item.output()
            else:
                attributes = "".join(f' {k}="{html.escape(" ".join(v) if isinstance(v, list) else str(v))}"' for k, v in item.attrs.items())
                yield f"{space}<{item.name}{attributes}>"
                yield from item._pretty(depth + 1)
                yield f"{space}</{item.name}>"

    def __str__(self):
        return self.output()

    __repr__ = __str__


