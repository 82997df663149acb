from pydantic import BaseModel


class HTTPAuthorizationCredentials(BaseModel):
    scheme: str
    credentials: str


class HTTPBearer:
    def __init__(self, *args, **kwargs):
        pass
