"""UserModel, and Users for the user of the call."""

from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table
from open_webui._user import current


class UserModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="allow")
    id: str
    name: str = ""
    email: str = ""
    username: Optional[str] = None
    role: str = "user"
    profile_image_url: str = "/user.png"
    bio: Optional[str] = None
    gender: Optional[str] = None
    info: Optional[dict] = None
    settings: Optional[Any] = None
    last_active_at: int = 0
    updated_at: int = 0
    created_at: int = 0


class _Users(Table):
    """Knows the user of the call and no other."""

    def _own(self, key, value):
        user = current.get()
        return UserModel(**{k: v for k, v in user.items() if k != "valves"}) if user and user.get(key) == value else None

    def get_user_by_id(self, id):
        return self._own("id", id)

    def get_user_by_email(self, email):
        return self._own("email", email)


Users = _Users("Users")
User = UserResponse = UserNameResponse = UserModel
