"""The user of the running call."""

import contextvars

current = contextvars.ContextVar("confab_user", default=None)
