import { Controller, Delete, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequireFeature } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { ChatDeletionService } from './chat-deletion.service';
import { DeleteFolderQuery } from './chats.dto';

/** Here rather than in `folders`, because deleting a folder deletes its chats. */
@ApiTags('folders')
@ApiAuth()
@RequireFeature('folders', { refusal: () => new ForbiddenError(Detail.accessProhibited) })
@Controller('api/v1/folders')
export class FolderDeletionController {
  constructor(private readonly deletion: ChatDeletionService) {}

  /** Deletes the folder with its subfolders and, unless `delete_contents` is false, their chats: needs `chat.delete`. */
  @Delete(':id')
  delete(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() query: DeleteFolderQuery,
  ): Promise<boolean> {
    return this.deletion.deleteFolder(principal, id, query.delete_contents ?? true);
  }
}
