from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Files = Table("Files")


class FileForm(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None


class FileModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
