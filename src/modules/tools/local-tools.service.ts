import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { withoutActing } from '../pipeline/reply-host';
import type { Tool, ToolOutcome } from '../pipeline/tool';
import { ToolSource, type ToolRequest } from '../pipeline/tool-source';
import type { SandboxOutcome, ToolSpec } from '../sandbox/sandbox.types';
import { UsersService } from '../users/users.service';
import { ToolsService } from './tools.service';
import type { UsableTool } from './tools.types';

/** Offers the functions of local tools to models. */
@Injectable()
@ToolSource({ order: 10 })
export class LocalToolsService implements ToolSource {
  constructor(
    private readonly tools: ToolsService,
    private readonly users: UsersService,
  ) {}

  async resolve(request: ToolRequest): Promise<Tool[]> {
    const { context, ids, host } = request;
    const usable = await this.tools.resolve(context.principal, ids);
    const trusted = await this.trustedOwners(context.principal, usable);
    const guarded = withoutActing(host);
    return usable.flatMap((tool) => {
      const own = { ...request, host: trusted.has(tool.row.userId) ? host : guarded };
      return tool.specs.map((spec) => this.toTool(tool, spec, own));
    });
  }

  /** The principal, and administrators: their tools may run code in the principal's browser. */
  private async trustedOwners(principal: Principal, tools: readonly UsableTool[]): Promise<Set<string>> {
    const others = tools.map(({ row }) => row.userId).filter((id) => id !== principal.id);
    const owners = others.length > 0 ? [...(await this.users.summaries(others)).values()] : [];
    return new Set([principal.id, ...owners.filter(isAdmin).map(({ id }) => id)]);
  }

  private toTool(tool: UsableTool, spec: ToolSpec, request: ToolRequest): Tool {
    return {
      ...spec,
      sourceId: tool.row.id,
      handlesFiles: tool.row.definition.fileHandler,
      call: async (args, signal) => {
        const call = { name: spec.name, args, injected: request.injected(), host: request.host };
        return toToolOutcome(await this.tools.call(tool, call, signal));
      },
    };
  }
}

/** The items of a stream are one value: text of texts, otherwise a list. */
async function toToolOutcome(outcome: SandboxOutcome): Promise<ToolOutcome> {
  if (outcome.kind !== 'stream') return outcome;
  const items: unknown[] = [];
  for await (const item of outcome.items) items.push(item);
  return { kind: 'value', value: items.every((item) => typeof item === 'string') ? items.join('') : items };
}
