"""JSON Schema of models, equal to that of pydantic v2 for the types that the stand-in knows."""

import re

from ._dump import DumpState

DEFAULT_TEMPLATE = "#/$defs/{model}"


class Reference:
    __slots__ = ("cls",)


class Generator:
    """Collects definitions while nodes write their schemas."""

    def __init__(self, by_alias=True, mode="validation", template=DEFAULT_TEMPLATE):
        self.by_alias = by_alias
        self.mode = mode
        self.template = template
        self.definitions = {}
        self.order = []

    def define(self, cls, build, node):
        """A reference to the definition of a class, which is made at the first mention."""
        if cls not in self.definitions:
            self.definitions[cls] = None
            self.order.append(cls)
            self.definitions[cls] = build(self)
        return {"$ref": cls}

    def jsonable(self, value):
        return DumpState(json=True, by_alias=self.by_alias).infer(value)

    def default(self, value, node):
        """The default as JSON; raises when it has no JSON form."""
        ds = DumpState(json=True, by_alias=self.by_alias)
        try:
            return node.dump(value, ds) if node.accepts(value) else ds.infer(value)
        except (AttributeError, TypeError):
            return ds.infer(value)

    def finish(self, schema):
        names = self._names()
        used = {}
        result = self._resolve(schema, names, used)
        if set(schema) == {"$ref"} and self._count(schema["$ref"]) == 0:
            top = schema["$ref"]
            used.clear()
            result = self._resolve(self.definitions[top], names, used)
        if used:
            result = {"$defs": {names[c]: used[c] for c in used}, **result}
        return _sorted(result)

    def _count(self, cls):
        """How often the definitions refer to a class."""
        seen, queue, found = set(), [cls], 0
        while queue:
            current = queue.pop()
            if current in seen:
                continue
            seen.add(current)
            for target in _references(self.definitions[current]):
                found += target is cls
                queue.append(target)
        return found

    def _resolve(self, value, names, used):
        if isinstance(value, dict):
            found = {}
            for key, entry in value.items():
                if key == "$ref" and isinstance(entry, type):
                    if entry not in used:
                        used[entry] = None
                        used[entry] = self._resolve(self.definitions[entry], names, used)
                    found[key] = self.template.format(model=names[entry])
                elif key == "mapping" and isinstance(entry, dict):
                    found[key] = {k: self.template.format(model=names[v]) if isinstance(v, type) else v for k, v in entry.items()}
                else:
                    found[key] = self._resolve(entry, names, used)
            return found
        if isinstance(value, list):
            return [self._resolve(entry, names, used) for entry in value]
        return value

    def _names(self):
        short = {}
        for cls in self.order:
            short.setdefault(_clean(cls.__name__), []).append(cls)
        names = {}
        for name, classes in short.items():
            for cls in classes:
                names[cls] = name if len(classes) == 1 else _clean(f"{cls.__module__}__{cls.__qualname__}".replace(".", "__"))
        return names


def _clean(name):
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)


def _references(value):
    if isinstance(value, dict):
        for key, entry in value.items():
            if key == "$ref" and isinstance(entry, type):
                yield entry
            else:
                yield from _references(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _references(entry)


def _sorted(value, parent=None):
    if isinstance(value, dict):
        keys = value if parent in ("properties", "default") else sorted(value)
        return {key: _sorted(value[key], key) for key in keys}
    if isinstance(value, list):
        return [_sorted(entry, parent) for entry in value]
    return value


def title_of(name):
    return name.title().replace("_", " ").strip()


def field_schema(name, info, node, g, title=None):
    """One property of an object."""
    from ._nodes import PydanticUndefined

    found = node.schema(g)
    if title is None and not node.is_reference():
        title = title_of(name)
    result = {"title": title, **found} if title is not None else dict(found)
    if title is not None:
        result["title"] = title
    if info.description is not None:
        result["description"] = info.description
    if info.examples is not None:
        result["examples"] = g.jsonable(info.examples)
    if info.deprecated:
        result["deprecated"] = True
    if info.default is not PydanticUndefined and info.default is not ...:
        try:
            result["default"] = g.default(info.default, node)
        except Exception:
            result.pop("default", None)
    extend(result, info.json_schema_extra, g)
    return result


def extend(result, extra, g, cls=None):
    if isinstance(extra, dict):
        result.update({k: g.jsonable(v) for k, v in extra.items()})
    elif callable(extra):
        try:
            extra(result, cls) if cls is not None and _takes_two(extra) else extra(result)
        except TypeError:
            raise


def _takes_two(call):
    import inspect

    return len(inspect.signature(call).parameters) > 1
