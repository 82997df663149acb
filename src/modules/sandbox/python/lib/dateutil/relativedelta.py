"""Differences in calendar units."""

import calendar
import datetime as _dt

_RELATIVE = ("years", "months", "days", "hours", "minutes", "seconds", "microseconds")
_ABSOLUTE = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class weekday:
    def __init__(self, weekday, n=None):
        self.weekday = weekday
        self.n = n

    def __call__(self, n):
        return weekday(self.weekday, n)

    def __eq__(self, other):
        return (self.weekday, self.n) == (getattr(other, "weekday", None), getattr(other, "n", None))

    def __hash__(self):
        return hash((self.weekday, self.n))

    def __repr__(self):
        name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[self.weekday]
        return f"{name}({self.n:+d})" if self.n else name


MO, TU, WE, TH, FR, SA, SU = (weekday(i) for i in range(7))


class relativedelta:
    def __init__(self, dt1=None, dt2=None, years=0, months=0, days=0, leapdays=0, weeks=0, hours=0, minutes=0, seconds=0, microseconds=0, year=None, month=None, day=None, weekday=None, yearday=None, nlyearday=None, hour=None, minute=None, second=None, microsecond=None):
        for name in _ABSOLUTE:
            setattr(self, name, locals()[name])
        self.leapdays = leapdays
        self.weekday = ((MO, TU, WE, TH, FR, SA, SU)[weekday] if isinstance(weekday, int) else weekday) if weekday is not None else None
        self.years, self.months = int(years), int(months)
        self.days = days + weeks * 7
        self.hours, self.minutes, self.seconds, self.microseconds = hours, minutes, seconds, microseconds
        if dt1 is not None and dt2 is not None:
            self._between(dt1, dt2)
        self._fix()

    def _between(self, dt1, dt2):
        if not isinstance(dt1, _dt.datetime) and isinstance(dt2, _dt.datetime):
            dt1 = _dt.datetime.combine(dt1, _dt.time())
        if not isinstance(dt2, _dt.datetime) and isinstance(dt1, _dt.datetime):
            dt2 = _dt.datetime.combine(dt2, _dt.time())
        months = (dt1.year - dt2.year) * 12 + dt1.month - dt2.month
        step = 1 if dt1 < dt2 else -1
        while True:
            self.years = self.months = 0
            self.months = months
            self._fix()
            moved = dt2 + relativedelta(months=months)
            if (step == -1 and moved <= dt1) or (step == 1 and moved >= dt1):
                break
            months += step
        rest = dt1 - moved
        self.days, self.seconds, self.microseconds = 0, rest.seconds + rest.days * 86400, rest.microseconds
        self.hours = self.minutes = 0

    def _fix(self):
        for low, high, size in (("microseconds", "seconds", 1000000), ("seconds", "minutes", 60), ("minutes", "hours", 60), ("hours", "days", 24), ("months", "years", 12)):
            value = getattr(self, low)
            if abs(value) >= size:
                sign = 1 if value > 0 else -1
                whole, rest = divmod(value * sign, size)
                setattr(self, low, rest * sign)
                setattr(self, high, getattr(self, high) + whole * sign)

    @property
    def weeks(self):
        return int(self.days / 7.0)

    def normalized(self):
        return self

    def __radd__(self, moment):
        return self._apply(moment)

    def __rsub__(self, moment):
        return self.__neg__()._apply(moment)

    def __add__(self, other):
        if isinstance(other, relativedelta):
            return relativedelta(**{n: getattr(self, n) + getattr(other, n) for n in _RELATIVE})
        if isinstance(other, _dt.timedelta):
            return relativedelta(**{**{n: getattr(self, n) for n in _RELATIVE}, "days": self.days + other.days, "seconds": self.seconds + other.seconds, "microseconds": self.microseconds + other.microseconds})
        return self._apply(other)

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        absolute = {n: getattr(self, n) for n in _ABSOLUTE}
        return relativedelta(**{n: -getattr(self, n) for n in _RELATIVE}, **absolute, weekday=self.weekday)

    def __mul__(self, factor):
        return relativedelta(**{n: int(getattr(self, n) * factor) for n in _RELATIVE})

    __rmul__ = __mul__

    def __bool__(self):
        return any(getattr(self, n) for n in _RELATIVE) or any(getattr(self, n) is not None for n in _ABSOLUTE) or self.weekday is not None

    def __eq__(self, other):
        return isinstance(other, relativedelta) and repr(self) == repr(other)

    def __hash__(self):
        return hash(repr(self))

    def _apply(self, moment):
        year = (self.year or moment.year) + self.years
        month = (self.month or moment.month) + self.months
        if month > 12:
            year, month = year + 1, month - 12
        elif month < 1:
            year, month = year - 1, month + 12
        day = min(calendar.monthrange(year, month)[1], self.day or moment.day)
        changes = {"year": year, "month": month, "day": day}
        changes.update({n: getattr(self, n) for n in ("hour", "minute", "second", "microsecond") if getattr(self, n) is not None})
        found = moment.replace(**changes) + _dt.timedelta(days=self.days, hours=self.hours, minutes=self.minutes, seconds=self.seconds, microseconds=self.microseconds)
        if self.weekday is not None:
            count = self.weekday.n or 1
            jump = (abs(count) - 1) * 7
            jump += (7 - found.weekday() + self.weekday.weekday) % 7 if count > 0 else (found.weekday() - self.weekday.weekday) % 7
            found += _dt.timedelta(days=jump if count > 0 else -jump)
        return found

    def __repr__(self):
        parts = [f"{n}={getattr(self, n):+g}" for n in _RELATIVE if getattr(self, n)]
        parts += [f"{n}={getattr(self, n)!r}" for n in (*_ABSOLUTE, "weekday") if getattr(self, n) is not None]
        return f"relativedelta({', '.join(parts)})"
