import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { AdminsOnly, ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { UnauthorizedError } from '../../common/errors/app-error';
import { ClientSignal } from '../../common/http/client-signal';
import { ListBodyPipe } from '../../common/validation/list-body.pipe';
import { KnowledgeFilesService } from './knowledge-files.service';
import { KnowledgeIndexService } from './reindex/knowledge-index.service';
import {
  CompareFilesRequest,
  FileIdRequest,
  FilePageQuery,
  KnowledgeFilesResponse,
  KnowledgeRequest,
  MAX_FILES,
  ReindexProgressResponse,
  RemoveFileQuery,
  type BatchAddResponse,
  type CompareFilesResponse,
  type KnowledgeHeadResponse,
  type KnowledgeUserResponse,
} from './knowledge.dto';
import { KnowledgeService } from './knowledge.service';

@ApiTags('knowledge')
@ApiAuth()
@Controller('api/v1/knowledge')
export class KnowledgeController {
  constructor(
    private readonly knowledge: KnowledgeService,
    private readonly files: KnowledgeFilesService,
    private readonly index: KnowledgeIndexService,
  ) {}

  /** Bases that the caller may use, with their files: own, shared and public ones; administrators get all. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<KnowledgeUserResponse[]> {
    return this.knowledge.listFor(principal, 'read');
  }

  /** Bases that the caller may change, with their files. */
  @Get('list')
  listEditable(@CurrentPrincipal() principal: Principal): Promise<KnowledgeUserResponse[]> {
    return this.knowledge.listFor(principal, 'write');
  }

  /** Create a base. The caller becomes the owner. */
  @Post('create')
  @RequirePermission('workspace.knowledge')
  create(@CurrentPrincipal() principal: Principal, @Body() request: KnowledgeRequest): Promise<KnowledgeHeadResponse> {
    return this.knowledge.create(principal, request);
  }

  /** Index the files of all bases again, in the background. */
  @ApiOkResponse({ type: Boolean })
  @AdminsOnly({ refusal: () => new UnauthorizedError() })
  @Post('reindex')
  reindex(): Promise<boolean> {
    return this.index.refreshAll();
  }

  /** How far the last `POST /reindex` is. */
  @Roles('admin')
  @Get('reindex')
  reindexProgress(): Promise<ReindexProgressResponse> {
    return this.index.progress();
  }

  /** One base; null when the caller may not read it. `query`, `page` and `limit` select some of its files. */
  @ApiExtraModels(KnowledgeFilesResponse)
  @ApiOkResponse({ schema: { allOf: [{ $ref: getSchemaPath(KnowledgeFilesResponse) }], nullable: true } })
  @Get(':id')
  find(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() query: FilePageQuery,
  ): Promise<KnowledgeFilesResponse | null> {
    return this.knowledge.find(principal, id, query);
  }

  /** Replace name and description of a base. For the owner, administrators and those with a write grant. */
  @Post(':id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: KnowledgeRequest,
  ): Promise<KnowledgeFilesResponse> {
    return this.knowledge.update(principal, id, request);
  }

  /** Delete a base; its files stay. */
  @ApiOkResponse({ type: Boolean })
  @Delete(':id/delete')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.knowledge.delete(principal, id);
  }

  /** Add a file that the caller may read. */
  @Post(':id/file/add')
  addFile(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { file_id: fileId }: FileIdRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<KnowledgeFilesResponse> {
    return this.files.add(principal, id, fileId, client);
  }

  /** Index a file of the base again. */
  @Post(':id/file/update')
  updateFile(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { file_id: fileId }: FileIdRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<KnowledgeFilesResponse> {
    return this.files.refresh(principal, id, fileId, client);
  }

  /** Take a file out of the base, and delete it if it is the caller's and in no other base. */
  @Post(':id/file/remove')
  removeFile(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() { delete_file: deletesFile = true }: RemoveFileQuery,
    @Body() { file_id: fileId }: FileIdRequest,
  ): Promise<KnowledgeFilesResponse> {
    return this.files.remove(principal, id, fileId, { deletesFile });
  }

  /** Add several files that the caller may read; `warnings` tells which could not be added. */
  @ApiBody({ type: [FileIdRequest] })
  @Post(':id/files/batch/add')
  addFiles(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body(new ListBodyPipe(FileIdRequest, MAX_FILES)) files: FileIdRequest[],
  ): Promise<BatchAddResponse> {
    return this.files.addAll(
      principal,
      id,
      files.map((file) => file.file_id),
    );
  }

  /** Compare files of a client, by hash, with those of the base: which are missing, changed or the same. */
  @Post(':id/files/compare')
  compareFiles(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: CompareFilesRequest,
  ): Promise<CompareFilesResponse> {
    return this.files.compare(principal, id, request);
  }

  /** Take all files out of the base; the files stay. */
  @Post(':id/reset')
  reset(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<KnowledgeHeadResponse> {
    return this.files.reset(principal, id);
  }
}
