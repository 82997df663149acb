import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { AccessService } from '../access/access.service';
import type { Permission } from '../access/access-grant.entity';
import { ShareableService, type ShareableRules } from '../groups/sharing/shareable.service';
import { SharingService } from '../groups/sharing/sharing.service';
import { ModelsService } from '../models/models.service';
import { SourceDetail } from '../sandbox/source/source.errors';
import type { LoadedSource } from '../sandbox/source/source.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { UsersService } from '../users/users.service';
import type { StoredTool } from './tool.entity';
import {
  toToolResponse,
  toToolSourceResponse,
  type ToolRequest,
  type ToolResponse,
  type ToolSourceResponse,
  type ToolUserResponse,
} from './tools.dto';
import { ToolsRepository } from './tools.repository';
import type { ToolOverview } from './tools.types';

/** Local tools in the workspace. Lists are sorted by the last change, newest first, and need no sandbox. */
@Injectable()
export class ToolsWorkspaceService extends ShareableService<StoredTool, ToolSourceResponse> {
  protected readonly rules: ShareableRules<StoredTool, ToolSourceResponse> = {
    kind: 'tools',
    sharedBy: 'writers',
    toResponse: toToolSourceResponse,
    refusal: () => new UnauthorizedError(),
    taken: { constraint: 'tool_pkey', refusal: () => new BadRequestError(SourceDetail.idTaken) },
  };

  constructor(
    protected override readonly rows: ToolsRepository,
    private readonly sources: SourcesService,
    private readonly models: ModelsService,
    access: AccessService,
    sharing: SharingService,
    users: UsersService,
    transaction: Transaction,
  ) {
    super(rows, access, sharing, users, transaction);
  }

  /** The tools that the principal may use at this level, with their owners. Three queries, however many there are. */
  async listFor(principal: Principal, level: Permission): Promise<{ row: ToolOverview; response: ToolUserResponse }[]> {
    const rows = await this.rows.findOverviewsFor(principal, level);
    const ids = rows.map(({ id }) => id);
    const [sharing, owners] = await Promise.all([
      this.access.grantsOf(this.type, ids),
      this.users.summaries(rows.map(({ userId }) => userId)),
    ]);
    return rows.map((row) => ({
      row,
      response: { ...toToolResponse(row, sharing.get(row.id)), user: owners.get(row.userId) ?? null },
    }));
  }

  /** Tools with sources, for a file: those that the principal may change. */
  async export(principal: Principal): Promise<ToolSourceResponse[]> {
    return this.toResponses(await this.rows.findAllFor(principal, 'write'));
  }

  /** Null without read access; without the source for those who may not change it. @throws RowNotFoundError */
  async find(principal: Principal, id: string): Promise<ToolSourceResponse | null> {
    const row = await this.rows.findFor(principal, 'read', id);
    if (!row) {
      if (await this.rows.exists(id)) return null;
      throw new RowNotFoundError();
    }
    const isEditable = (await this.rows.findFor(principal, 'write', id)) !== null;
    const response = toToolSourceResponse(row, await this.access.accessControlOf(this.type, id));
    return isEditable ? response : { ...response, content: '' };
  }

  /** @throws BadRequestError for an id that is invalid or taken, and for a source that does not load. */
  async create(principal: Principal, request: ToolRequest, client: AbortSignal): Promise<ToolResponse> {
    const { name, access_control: wanted = null } = request;
    const id = this.sources.toId(request.id);
    if (await this.rows.exists(id)) throw this.rules.taken.refusal();
    const now = nowSeconds();
    const own = { id, userId: principal.id, name, valves: null, createdAt: now, updatedAt: now };
    const row = { ...own, ...toColumns(request, await this.sources.load(request.content, 'tools', client)) };
    const { access_control: sharing } = await this.insert(principal, row, wanted);
    return toToolResponse(row, sharing);
  }

  /**
   * Replaces name, source and meta, and the sharing if it is given.
   * @throws RowNotFoundError, UnauthorizedError without write access, BadRequestError for a source that does not load.
   */
  async update(
    principal: Principal,
    id: string,
    request: ToolRequest,
    client: AbortSignal,
  ): Promise<ToolSourceResponse> {
    const { name, content, access_control: wanted } = request;
    await this.getWritable(principal, id);
    const columns = toColumns(request, await this.sources.load(content, 'tools', client));
    return this.change(principal, id, { name, ...columns, updatedAt: nowSeconds() }, wanted);
  }

  protected override async remove(id: string): Promise<true> {
    await this.forget([id]);
    return super.remove(id);
  }

  protected override async discard(ids: readonly string[]): Promise<void> {
    await this.forget(ids);
    await super.discard(ids);
  }

  /** A later tool of the same id must not get what belonged to this one. */
  private async forget(ids: readonly string[]): Promise<void> {
    await this.sources.forgetUserValves('tools', ids);
    await this.models.removeTools(ids);
  }
}

function toColumns({ meta }: ToolRequest, { code, manifest, specs, definition }: LoadedSource) {
  return {
    content: code,
    specs,
    meta: { description: meta.description ?? null, manifest },
    definition,
    hasUserValves: definition.userValves !== null,
  };
}
