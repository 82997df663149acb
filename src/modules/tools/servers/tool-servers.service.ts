import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { memoLast } from '../../../common/util/memo';
import { AccessService } from '../../access/access.service';
import { listedId, parseToolId, toolServersOf, type ToolServer, type ToolServerType } from './tool-server';
import { ToolServersSettings } from './tool-servers.settings';

/** The configured servers, and who may use them. */
@Injectable()
export class ToolServersService {
  private readonly parse = memoLast(toolServersOf);

  constructor(
    private readonly settings: ToolServersSettings,
    private readonly access: AccessService,
  ) {}

  /** All servers of the settings, in their order. The same objects while the settings do not change. */
  all(): ToolServer[] {
    return this.parse(this.settings.connections);
  }

  /** The enabled servers of a type that the principal may use. */
  usableBy(principal: Principal, type: ToolServerType): ToolServer[] {
    return this.all().filter((server) => server.type === type && this.mayUse(principal, server));
  }

  /** The servers of a type that tool ids name, in the order of the ids; without those the principal may not use. */
  named(principal: Principal, type: ToolServerType, toolIds: readonly string[]): ToolServer[] {
    const usable = new Map(this.usableBy(principal, type).map((server) => [listedId(server), server]));
    const servers = toolIds.flatMap((toolId) => {
      const name = parseToolId(toolId);
      return (name && usable.get(listedId(name))) ?? [];
    });
    return [...new Set(servers)];
  }

  /** False also for administrators when the server is disabled. */
  mayUse(principal: Principal, server: ToolServer): boolean {
    return server.isEnabled && this.access.mayRead(principal, server.sharing);
  }
}
