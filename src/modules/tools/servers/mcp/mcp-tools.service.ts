import { Injectable, Logger } from '@nestjs/common';
import { aborting } from '../../../../common/util/aborting';
import type { Tool } from '../../../pipeline/tool';
import { ToolSource, type ToolRequest } from '../../../pipeline/tool-source';
import { listedId, type ToolServer } from '../tool-server';
import { toToolNames } from '../tool-name';
import { ToolServersService } from '../tool-servers.service';
import type { McpTool } from './mcp-results';
import { McpSessionsService, type McpLease } from './mcp-sessions.service';

/** The tools of MCP servers, as `<server id>_<tool>`. */
@ToolSource({ order: 30, clash: 'replace' })
@Injectable()
export class McpToolsService implements ToolSource {
  private readonly logger = new Logger(McpToolsService.name);

  constructor(
    private readonly servers: ToolServersService,
    private readonly sessions: McpSessionsService,
  ) {}

  async resolve(request: ToolRequest, signal: AbortSignal): Promise<Tool[]> {
    const servers = this.servers.named(request.context.principal, 'mcp', request.ids);
    const lists = servers.map((server) =>
      this.toolsOf(server, request, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        this.logger.warn(`Tool server ${server.id}: ${error instanceof Error ? error.message : 'no connection'}`);
        const content = `Failed to connect to MCP server '${server.id}'`;
        request.context.emit({ type: 'message', event: { type: 'chat:message:error', data: { error: { content } } } });
        return [];
      }),
    );
    return (await Promise.all(lists)).flat();
  }

  private async toolsOf(server: ToolServer, { context }: ToolRequest, signal: AbortSignal): Promise<Tool[]> {
    const lease = await this.sessions.lease(server, context.principal);
    context.onEnd(() => lease.release());
    const tools = await aborting(signal, lease.listTools());
    const offered = tools.filter(({ name }) => server.allows(name));
    const names = toToolNames(offered.map(({ name }) => `${server.id}_${name}`));
    return offered.map((tool, index) => ({ name: names[index] ?? tool.name, ...toTool(server, tool, lease) }));
  }
}

const toTool = (
  server: ToolServer,
  { name, description, parameters }: McpTool,
  lease: McpLease,
): Omit<Tool, 'name'> => ({
  ...(description !== null && { description }),
  parameters,
  sourceId: listedId(server),
  call: async (args, signal) => ({ kind: 'mcp', content: await lease.call(name, args, signal) }),
});
