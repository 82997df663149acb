"""Dates, times and durations, as pydantic reads them."""

import datetime as dt
import decimal
import math
import re

from ._errors import fail
from ._nodes import LAX, STRICT
from ._scalars import Bounded

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?", re.ASCII)
_ZONE = re.compile(r"[zZ]|([+-]|\u2212)(\d{2}):?(\d{2})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII | re.I,
)
_CLOCK = re.compile(r"([+-])?(?:(\d+) ?d(?:ays?)?,? ?)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?", re.ASCII | re.I)
_EPOCH = dt.datetime(1970, 1, 1)
_WATERSHED = 20_000_000_000


class Problem(Exception):
    pass


def read_date(text):
    if len(text) < 10:
        raise Problem("input is too short")
    match = _DATE.fullmatch(text[:10])
    if match is None:
        raise Problem(_date_problem(text))
    year, month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        raise Problem("month value is outside expected range of 1-12")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Problem("year 0 is out of range" if year == 0 else "day value is outside expected range") from None


def _date_problem(text):
    for part, digits in (("year", (0, 1, 2, 3)), ("month", (5, 6)), ("day", (8, 9))):
        if any(not text[i].isdigit() for i in digits):
            return f"invalid character in {part}"
        if part != "day" and text[digits[-1] + 1] != "-":
            return "invalid date separator, expected `-`"
    return "invalid character in day"


def read_time(text):
    match = _TIME.match(text)
    if match is None:
        if len(text) < 5:
            raise Problem("input is too short")
        if not text[:2].isdigit():
            raise Problem("invalid character in hour")
        raise Problem("invalid time separator, expected `:`" if text[2] != ":" else "invalid character in minute")
    hour, minute, second, fraction = match.groups()
    if int(hour) > 23:
        raise Problem("hour value is outside expected range of 0-23")
    if int(minute) > 59:
        raise Problem("minute value is outside expected range of 0-59")
    if second and int(second) > 59:
        raise Problem("second value is outside expected range of 0-59")
    micro = int((fraction or "0").ljust(6, "0")[:6])
    rest = text[match.end() :]
    zone = None
    if rest:
        found = _ZONE.fullmatch(rest)
        if found is None:
            raise Problem("invalid timezone sign" if rest[0] not in "zZ+-\u2212" else "unexpected extra characters at the end of the input")
        zone = _zone(found)
    return dt.time(int(hour), int(minute), int(second or 0), micro, zone)


def _zone(found):
    if found.group(1) is None:
        return dt.timezone.utc
    size = dt.timedelta(hours=int(found.group(2)), minutes=int(found.group(3)))
    if size >= dt.timedelta(days=1):
        raise Problem("timezone offset must be less than 24 hours")
    return dt.timezone(size if found.group(1) == "+" else -size)


def read_datetime(text):
    day = read_date(text)
    if len(text) == 10:
        raise Problem("input is too short")
    try:
        if text[10] not in "Tt _":
            raise Problem("invalid datetime separator, expected `T`, `t`, `_` or space")
        return dt.datetime.combine(day, read_time(text[11:]))
    except Problem:
        raise Problem("unexpected extra characters at the end of the input") from None


def from_number(number):
    if not math.isfinite(number):
        raise Problem("NaN values not permitted" if number != number else "dates after 9999 are not supported as unix timestamps")
    if abs(number) > _WATERSHED:
        number = number / 1000
    try:
        return (_EPOCH + dt.timedelta(seconds=number)).replace(tzinfo=dt.timezone.utc)
    except OverflowError:
        raise Problem("dates after 9999 are not supported as unix timestamps") from None


def _text(value):
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return value


def _check_moment(node, found, value, now, past, future):
    if node.now_op == "past" and not found < now:
        raise fail(past, value)
    if node.now_op == "future" and not found > now:
        raise fail(future, value)


class DateNode(Bounded):
    label = "date"
    now_op = None

    def validate(self, value, st):
        found = self._date(value, st)
        self.bounds(found, value)
        _check_moment(self, found, value, dt.date.today(), "date_past", "date_future")
        return found

    def shown(self, limit):
        return limit.isoformat() if hasattr(limit, "isoformat") else limit

    def _date(self, value, st):
        if type(value) is dt.date or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
            return value
        if self.is_strict(st) and not (st.json and isinstance(value, str)):
            raise fail("date_type", value)
        st.lower(LAX)
        if isinstance(value, dt.datetime):
            return self._exact(value, value)
        if isinstance(value, (str, bytes, bytearray)):
            return self._read(value)
        if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
            try:
                return self._exact(from_number(float(value)), value)
            except Problem as problem:
                raise fail("date_from_datetime_parsing", value, error=str(problem)) from None
        raise fail("date_type", value)

    def _read(self, value):
        text = _text(value).strip()
        try:
            if len(text) == 10:
                return read_date(text)
        except Problem as problem:
            if _NUMBER.fullmatch(text) is None:
                raise fail("date_from_datetime_parsing", value, error=str(problem)) from None
        try:
            moment = from_number(float(text)) if _NUMBER.fullmatch(text) else read_datetime(text)
        except Problem as problem:
            raise fail("date_from_datetime_parsing", value, error=str(problem)) from None
        return self._exact(moment, value)

    def _exact(self, moment, value):
        if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
            raise fail("date_from_datetime_inexact", value)
        return moment.date()

    def accepts(self, value):
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)

    def schema(self, g):
        return self.bounds_schema({"type": "string", "format": "date"}, g)


class DatetimeNode(Bounded):
    label = "datetime"
    now_op = None
    zone = None

    def validate(self, value, st):
        found = self._moment(value, st)
        self.bounds(found, value)
        if self.zone == "aware" and found.tzinfo is None:
            raise fail("timezone_aware", value)
        if self.zone == "naive" and found.tzinfo is not None:
            raise fail("timezone_naive", value)
        _check_moment(self, found, value, dt.datetime.now(found.tzinfo), "datetime_past", "datetime_future")
        return found

    shown = DateNode.shown

    def _moment(self, value, st):
        if isinstance(value, dt.datetime):
            return value
        if self.is_strict(st) and not (st.json and isinstance(value, str)):
            raise fail("datetime_type", value)
        st.lower(LAX)
        if isinstance(value, dt.date):
            return dt.datetime.combine(value, dt.time())
        try:
            if isinstance(value, (str, bytes, bytearray)):
                return self._read(_text(value).strip())
            if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
                return from_number(float(value))
        except Problem as problem:
            kind = "datetime_from_date_parsing" if isinstance(value, (str, bytes, bytearray)) and len(_text(value)) <= 10 else "datetime_parsing"
            kind = "datetime_from_date_parsing" if isinstance(value, (str, bytes, bytearray)) else kind
            raise fail(kind, value, error=str(problem)) from None
        raise fail("datetime_type", value)

    def _read(self, text):
        if _NUMBER.fullmatch(text):
            return from_number(float(text))
        if len(text) == 10:
            return dt.datetime.combine(read_date(text), dt.time())
        return read_datetime(text)

    def accepts(self, value):
        return isinstance(value, dt.datetime)

    def schema(self, g):
        return self.bounds_schema({"type": "string", "format": "date-time"}, g)


class TimeNode(Bounded):
    label = "time"

    def validate(self, value, st):
        found = self._time(value, st)
        self.bounds(found, value)
        return found

    shown = DateNode.shown

    def _time(self, value, st):
        if isinstance(value, dt.time):
            return value
        if self.is_strict(st) and not (st.json and isinstance(value, str)):
            raise fail("time_type", value)
        st.lower(LAX)
        if isinstance(value, (str, bytes, bytearray)):
            text = _text(value).strip()
            try:
                return read_time(text)
            except Problem as problem:
                raise fail("time_parsing", value, error=str(problem)) from None
        if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
            return self._seconds(float(value), value)
        raise fail("time_type", value)

    def _seconds(self, number, value):
        if number < 0:
            raise fail("time_parsing", value, error="time in seconds should be positive")
        if not number < 86400:
            raise fail("time_parsing", value, error="numeric times may not exceed 86,399 seconds")
        return (_EPOCH + dt.timedelta(seconds=number)).time().replace(tzinfo=dt.timezone.utc)

    def accepts(self, value):
        return isinstance(value, dt.time)

    def schema(self, g):
        return self.bounds_schema({"type": "string", "format": "time"}, g)


def read_delta(text):
    match = _DURATION.fullmatch(text)
    if match is not None and text.lstrip("+-").upper() not in ("P", "PT"):
        years, months, weeks, days, hours, minutes, seconds = (float(x or 0) for x in match.groups()[1:])
        found = dt.timedelta(days=years * 365 + months * 30 + weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds)
        return -found if match.group(1) == "-" else found
    match = _CLOCK.fullmatch(text)
    if match is None:
        if not text:
            raise Problem("input is too short")
        if text.isdigit():
            raise Problem('"day" identifier in duration not correctly formatted')
        raise Problem("invalid character in hour" if text[0].isdigit() else "invalid digit in duration" if text[0] not in "+-Pp" else "unexpected extra characters")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    found = dt.timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0), microseconds=micro)
    return -found if sign == "-" else found


def iso_delta(value):
    """ISO 8601, as pydantic writes it."""
    sign = "-" if value < dt.timedelta(0) else ""
    value = abs(value)
    years, days = divmod(value.days, 365)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    date = (f"{years}Y" if years else "") + (f"{days}D" if days else "")
    second = f"{seconds}.{value.microseconds:06d}".rstrip("0").rstrip(".") if value.microseconds else f"{seconds}"
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{second}S" if second != "0" else "")
    if not date and not time:
        return f"{sign}PT0S"
    return f"{sign}P{date}" + (f"T{time}" if time else "")


class DeltaNode(Bounded):
    label = "timedelta"

    def validate(self, value, st):
        found = self._delta(value, st)
        self.bounds(found, value)
        return found

    def shown(self, limit):
        return limit

    def _delta(self, value, st):
        if isinstance(value, dt.timedelta):
            return value
        if self.is_strict(st) and not (st.json and isinstance(value, str)):
            raise fail("time_delta_type", value)
        st.lower(LAX)
        if isinstance(value, (str, bytes, bytearray)):
            text = _text(value).strip()
            try:
                return read_delta(text)
            except Problem as problem:
                raise fail("time_delta_parsing", value, error=str(problem)) from None
        if isinstance(value, (int, float, decimal.Decimal)):
            try:
                return dt.timedelta(seconds=float(value))
            except (OverflowError, ValueError):
                text = "NaN values not permitted" if value != value else "durations may not exceed 999,999,999 days"
                raise fail("time_delta_parsing", value, error=text) from None
        raise fail("time_delta_type", value)

    def accepts(self, value):
        return isinstance(value, dt.timedelta)

    def schema(self, g):
        return self.bounds_schema({"type": "string", "format": "duration"}, g)


_ = STRICT
