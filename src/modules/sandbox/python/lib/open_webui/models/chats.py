from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Chats = Table("Chats")


class ChatModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None


class ChatForm(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None


class ChatResponse(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
