from typing import Any, Optional

from pydantic import BaseModel, ConfigDict

from open_webui._absent import Table

Knowledges = Table("Knowledges")


class KnowledgeModel(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: Optional[Any] = None
