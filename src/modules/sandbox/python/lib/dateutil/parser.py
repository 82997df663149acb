"""Parser for common date formats: ISO 8601, RFC 2822, numbers with separators, and names of months."""

import datetime as _dt
import re

from . import tz

_MONTHS = {n: i + 1 for i, n in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d{0,3})?)?\s*([ap]\.?m\.?)?", re.I)
_HOUR = re.compile(r"\b(\d{1,2})\s*([ap]m)\b", re.I)
_ZONE = re.compile(r"(?:(?<=\d)|\s)(Z|UTC|GMT)?\s?([+-]\d{2}):?(\d{2})?$|(?<=[\d\s])(Z|UTC|GMT)$")


class ParserError(ValueError):
    def __str__(self):
        try:
            return self.args[0] % self.args[1:]
        except (TypeError, IndexError):
            return super().__str__()


UnknownTimezoneWarning = RuntimeWarning


class parserinfo:
    pass


def isoparse(text):
    try:
        return _dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Isoformat string could not be read: {text[:200]}") from None


def parse(timestr, parserinfo=None, *, dayfirst=False, yearfirst=False, fuzzy=False, default=None, ignoretz=False, tzinfos=None, **_):
    if not isinstance(timestr, str):
        raise TypeError(f"Parser must be a string or character stream, not {type(timestr).__name__}")
    base = default or _dt.datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    text = timestr.strip()
    if not text:
        raise ParserError("String does not contain a date: %s", timestr)
    try:
        found = _dt.datetime.fromisoformat(text)
    except ValueError:
        found = _free(text, timestr, base, dayfirst, yearfirst, fuzzy)
    return found.replace(tzinfo=None) if ignoretz else found


def _free(text, original, base, dayfirst, yearfirst, fuzzy):
    zone = None
    match = _ZONE.search(text) if ":" in text else None
    if match:
        zone = _offset(match)
        text = text[: match.start()].strip()
    changes, text = _clock(text)
    changes.update(_date(text, original, dayfirst, yearfirst, fuzzy, base, bool(changes)))
    wanted = changes.pop("weekday", None)
    try:
        found = base.replace(**changes)
    except ValueError as error:
        raise ParserError(f"{error}: %s", original) from None
    if wanted is not None and "day" not in changes:
        found += _dt.timedelta(days=(wanted - found.weekday()) % 7)
    return found.replace(tzinfo=zone) if zone is not None else found


def _offset(match):
    if match.group(2):
        hours, minutes = int(match.group(2)), int(match.group(3) or 0)
        size = _dt.timedelta(hours=abs(hours), minutes=minutes)
        return _dt.timezone(-size if match.group(2).startswith("-") else size) if size else tz.UTC
    return tz.UTC


def _clock(text):
    match = _CLOCK.search(text)
    if match:
        hour, minute, second, fraction, half = match.groups()
        changes = {"hour": _half(int(hour), half), "minute": int(minute), "second": int(second or 0), "microsecond": int((fraction or "0").ljust(6, "0"))}
    else:
        match = _HOUR.search(text)
        if not match:
            return {}, text
        changes = {"hour": _half(int(match.group(1)), match.group(2)), "minute": 0}
    rest = f"{text[: match.start()].rstrip('T ')} {text[match.end() :]}"
    return changes, rest


def _half(hour, half):
    if not half:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _date(text, original, dayfirst, yearfirst, fuzzy, base, timed):
    words = re.findall(r"[A-Za-z]+|\d+", text)
    changes, numbers = {}, []
    for word in words:
        low = word.lower()
        if word.isdigit():
            numbers.append(word)
        elif low[:3] in _MONTHS and (len(low) == 3 or low in _FULL):
            changes["month"] = _MONTHS[low[:3]]
        elif low[:3] in _DAYS and len(low) >= 3:
            changes["weekday"] = _DAYS.index(low[:3])
        elif low not in _FILLERS and not fuzzy:
            raise ParserError("Unknown string format: %s", original)
    changes.update(_numbers(numbers, changes, dayfirst, yearfirst, original))
    if not changes and not timed:
        raise ParserError("String does not contain a date: %s", original)
    return changes


_FULL = {"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "sept"}
_FILLERS = {"of", "at", "on", "and", "the", "st", "nd", "rd", "th", "t", "ad", "m", "a"}


def _year(text):
    number = int(text)
    if len(text) > 2:
        return number
    century = _dt.datetime.now().year // 100 * 100
    found = century + number
    return found - 100 if found >= _dt.datetime.now().year + 50 else found


def _numbers(numbers, changes, dayfirst, yearfirst, original):
    if len(numbers) == 1 and len(numbers[0]) == 8:
        text = numbers[0]
        return {"year": int(text[:4]), "month": int(text[4:6]), "day": int(text[6:])}
    if "month" in changes:
        return _with_month(numbers)
    if len(numbers) == 3:
        first, second, third = numbers
        if len(first) == 4 or yearfirst or int(first) > 31:
            return {"year": _year(first), "month": int(second), "day": int(third)}
        if (dayfirst and int(second) <= 12) or int(first) > 12:
            return {"day": int(first), "month": int(second), "year": _year(third)}
        return {"month": int(first), "day": int(second), "year": _year(third)}
    if len(numbers) == 2:
        first, second = numbers
        if len(first) == 4:
            return {"year": int(first), "month": int(second)}
        if len(second) == 4:
            return {"month": int(first), "year": int(second)}
        return {"day": int(first), "month": int(second)} if dayfirst or int(first) > 12 else {"month": int(first), "day": int(second)}
    if len(numbers) == 1:
        return {"year": int(numbers[0])} if len(numbers[0]) == 4 else {"day": int(numbers[0])}
    if numbers:
        raise ParserError("Unknown string format: %s", original)
    return {}


def _with_month(numbers):
    found = {}
    for text in numbers:
        if len(text) > 2 or int(text) > 31 or "day" in found:
            found["year"] = _year(text)
        else:
            found["day"] = int(text)
    return found
