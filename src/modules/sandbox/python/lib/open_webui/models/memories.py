from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Memories = Table("Memories")


class MemoryModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
