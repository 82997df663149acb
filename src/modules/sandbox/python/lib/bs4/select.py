"""CSS selectors: types, ids, classes, attributes, combinators and the usual pseudo-classes."""

import re

_TOKEN = re.compile(
    r"""\s*([>+~,])\s*|(\s+)|([#.]?[\w-]+|\*)|\[\s*([\w:-]+)\s*(?:([~|^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\]\s]+))\s*i?)?\s*\]|:([\w-]+)(?:\(((?:[^()]|\([^()]*\))*)\))?"""
)


class SelectorSyntaxError(ValueError):
    pass


def parse(selector):
    """Groups of steps: (combinator, tests)."""
    groups, steps, tests, joint = [], [], [], " "
    place = 0
    selector = selector.strip()
    while place < len(selector):
        match = _TOKEN.match(selector, place)
        if match is None or match.end() == place:
            raise SelectorSyntaxError(f"Invalid character {selector[place]!r} position {place}")
        place = match.end()
        sign, space, simple, attribute, operator, double, single, bare, pseudo, argument = match.groups()
        if sign or space:
            if tests:
                steps.append((joint, tests))
            tests, joint = [], " " if space else sign
            if sign == ",":
                groups.append(steps)
                steps, joint = [], " "
        elif simple:
            tests.append(_simple(simple))
        elif attribute:
            value = next((v for v in (double, single, bare) if v is not None), None)
            tests.append(_attribute(attribute, operator, value))
        else:
            tests.append(_pseudo(pseudo, argument))
    if tests:
        steps.append((joint, tests))
    groups.append(steps)
    return groups


def _simple(text):
    if text.startswith("#"):
        return lambda t: t.get("id") == text[1:]
    if text.startswith("."):
        return lambda t: text[1:] in (t.get("class") or [])
    return (lambda t: True) if text == "*" else (lambda t: t.name == text.lower() or t.name == text)


def _attribute(name, operator, wanted):
    def test(tag):
        value = tag.get(name)
        if value is None:
            return False
        text = " ".join(value) if isinstance(value, list) else str(value)
        checks = {
            None: lambda: True,
            "=": lambda: text == wanted,
            "~=": lambda: wanted in text.split(),
            "^=": lambda: bool(wanted) and text.startswith(wanted),
            "$=": lambda: bool(wanted) and text.endswith(wanted),
            "*=": lambda: bool(wanted) and wanted in text,
            "|=": lambda: text == wanted or text.startswith(f"{wanted}-"),
        }
        return checks[operator]()

    return test


def _elements(tag):
    return [c for c in tag.parent.contents if hasattr(c, "attrs")] if tag.parent is not None else [tag]


def _index(tag, same=False, last=False):
    items = [t for t in _elements(tag) if not same or t.name == tag.name]
    items = items[::-1] if last else items
    return next(i for i, t in enumerate(items) if t is tag) + 1


def _nth(formula):
    formula = {"odd": "2n+1", "even": "2n"}.get(formula.strip(), formula.replace(" ", ""))
    match = re.fullmatch(r"([+-]?\d*)n([+-]\d+)?|([+-]?\d+)", formula)
    if match is None:
        raise SelectorSyntaxError(f"Malformed nth selector {formula!r}")
    if match.group(3):
        return lambda i: i == int(match.group(3))
    step = int({"": "1", "+": "1", "-": "-1"}.get(match.group(1), match.group(1)))
    start = int(match.group(2) or 0)
    return lambda i: i == start if step == 0 else (i - start) % step == 0 and (i - start) // step >= 0


def _pseudo(name, argument):
    plain = {
        "first-child": lambda t: _index(t) == 1,
        "last-child": lambda t: _index(t, last=True) == 1,
        "only-child": lambda t: len(_elements(t)) == 1,
        "first-of-type": lambda t: _index(t, True) == 1,
        "last-of-type": lambda t: _index(t, True, True) == 1,
        "empty": lambda t: not t.contents,
        "root": lambda t: t.parent is not None and t.parent.name == "[document]",
        "checked": lambda t: t.has_attr("checked") or t.has_attr("selected"),
    }
    if name in plain:
        return plain[name]
    counted = {"nth-child": (False, False), "nth-last-child": (False, True), "nth-of-type": (True, False)}
    if name in counted:
        fits, (same, last) = _nth(argument), counted[name]
        return lambda t: fits(_index(t, same, last))
    if name in ("not", "is", "where"):
        groups = parse(argument)
        return lambda t: any(_fits(t, g) for g in groups) != (name == "not")
    if name == "has":
        return lambda t: bool(select(t, argument))
    if name in ("-soup-contains", "contains"):
        text = argument.strip("'\" ")
        return lambda t: text in t.get_text()
    raise SelectorSyntaxError(f"':{name}' was detected as a pseudo-class and is either unsupported or invalid.")


def _fits(tag, steps):
    """Whether a tag is the end of a chain of steps."""
    joint, tests = steps[-1]
    if not all(test(tag) for test in tests):
        return False
    if len(steps) == 1:
        return True
    rest = steps[:-1]
    if joint == ">":
        return tag.parent is not None and hasattr(tag.parent, "attrs") and _fits(tag.parent, rest)
    if joint in "+~":
        before = [t for t in _elements(tag)[: _index(tag) - 1]]
        return any(_fits(t, rest) for t in (before[-1:] if joint == "+" else before))
    return any(_fits(t, rest) for t in tag.parents)


def select(root, selector):
    groups = [g for g in parse(selector) if g]
    return [t for t in root.descendants if hasattr(t, "attrs") and any(_fits(t, g) for g in groups)]
