import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { nowSeconds } from '../../common/util/time';
import { DeclarationsService } from '../../platform/discovery/declarations.service';
import { ToolListSource, type ListedTools } from './tool-list.source';
import { toServerResponse, type ListedToolResponse, type ToolUserResponse } from './tools.dto';
import { ToolsWorkspaceService } from './tools-workspace.service';

/** The tools that a user may choose for chats: local ones, and those of servers. */
@Injectable()
export class ToolListsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ToolListsService.name);
  private sources: ToolListSource[] = [];

  constructor(
    private readonly tools: ToolsWorkspaceService,
    private readonly declarations: DeclarationsService,
  ) {}

  onApplicationBootstrap(): void {
    const declared = this.declarations.providers(ToolListSource);
    declared.sort((a, b) => a.declaration.order - b.declaration.order);
    this.sources = declared.map(({ instance }) => instance as ToolListSource);
  }

  /** Local tools first, newest change first. A source that fails is left out. */
  async list(principal: Principal): Promise<ListedToolResponse[]> {
    const [local, ...others] = await Promise.all([
      this.tools.listFor(principal, 'read'),
      ...this.sources.map((source) => this.entriesOf(source, principal)),
    ]);
    const now = nowSeconds();
    return [
      ...local.map(({ row, response }) => ({ ...response, has_user_valves: row.hasUserValves })),
      ...others.flat().map((entry) => toServerResponse(entry, now)),
    ];
  }

  /** Local tools that the principal may change. */
  async listEditable(principal: Principal): Promise<ToolUserResponse[]> {
    return (await this.tools.listFor(principal, 'write')).map(({ response }) => response);
  }

  private async entriesOf(source: ToolListSource, principal: Principal): Promise<ListedTools[]> {
    try {
      return await source.list(principal);
    } catch (error) {
      this.logger.error({ err: error }, 'Tools of a source could not be listed');
      return [];
    }
  }
}
