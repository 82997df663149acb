import { Controller, Delete, Param, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { FoldersEnabledGuard } from '../folders/folders-enabled.guard';
import { DeleteFolderQuery } from './chat-folders.dto';
import { FolderDeletionService } from './folder-deletion.service';

@ApiTags('folders')
@ApiAuth()
@UseGuards(FoldersEnabledGuard)
@Controller('api/v1/folders')
export class FolderDeletionController {
  constructor(private readonly folders: FolderDeletionService) {}

  /** With all folders that lie in it and, unless told otherwise, all their chats: that takes `chat.delete`. */
  @Delete(':id')
  delete(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Query() query: DeleteFolderQuery,
  ): Promise<boolean> {
    return this.folders.delete(caller, id, query.delete_contents ?? true);
  }
}
