import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import type { Tool, ToolOutcome } from '../../pipeline/tool';
import { ToolSource, type ToolRequest } from '../../pipeline/tool-source';
import type { ReplyHost } from '../../providers/chat-provider';

/** Functions of one request: their descriptions are sent to the model. */
const MAX_TOOLS = 1000;

/** Tool servers that only the user's browser can reach: only the socket of the request calls them. */
@Injectable()
@ToolSource({ order: 40, clash: 'replace' })
export class DirectToolsSource implements ToolSource {
  constructor(private readonly permissions: PermissionsService) {}

  async resolve({ context, host }: ToolRequest): Promise<Tool[]> {
    const { toolServers = [], sessionId } = context.request;
    if (toolServers.length === 0 || sessionId === undefined) return [];
    if (!(await this.permissions.has(context.principal, 'features.direct_tool_servers'))) return [];
    const tools = toolServers.flatMap(({ specs, ...server }) =>
      objectsIn(specs).flatMap((spec) => {
        const name = asString(spec.name);
        return name ? [toTool(name, spec, (params) => ({ name, params, server, session_id: sessionId }), host)] : [];
      }),
    );
    return tools.slice(0, MAX_TOOLS);
  }
}

function toTool(name: string, spec: JsonObject, dataOf: (params: JsonObject) => JsonObject, host: ReplyHost): Tool {
  return {
    name,
    description: asString(spec.description),
    parameters: isJsonObject(spec.parameters) ? spec.parameters : { type: 'object', properties: {} },
    call: async (args, signal) => {
      const event = { type: 'execute:tool', data: { id: randomUUID(), ...dataOf(args) } };
      return toOutcome(await host.ask?.(event, signal));
    },
  };
}

/** Browsers respond with `[data, headers]`, or with an object for a failure. */
function toOutcome(response: unknown): ToolOutcome {
  if (!Array.isArray(response) || response.length !== 2) return { kind: 'value', value: response };
  const [data, headers] = response as unknown[];
  return { kind: 'external', data, headers: isJsonObject(headers) ? (headers as Record<string, string>) : null };
}
