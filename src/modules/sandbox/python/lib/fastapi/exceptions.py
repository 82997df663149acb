from starlette.exceptions import HTTPException as _Base


class HTTPException(_Base):
    pass


class RequestValidationError(Exception):
    def __init__(self, errors, *, body=None):
        super().__init__(errors)
        self.body = body
