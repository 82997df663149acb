from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Notes = Table("Notes")


class NoteModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
