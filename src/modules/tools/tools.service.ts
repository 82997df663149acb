import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { asString, isJsonObject } from '../../common/util/json';
import { SandboxService } from '../sandbox/sandbox.service';
import type { SandboxOutcome, ToolSpec } from '../sandbox/sandbox.types';
import { SourcesService } from '../sandbox/source/sources.service';
import { ValvesService } from '../sandbox/source/valves.service';
import type { StoredTool } from './tool.entity';
import { ToolsRepository } from './tools.repository';
import type { LocalToolCall, UsableTool } from './tools.types';

/** Local tools in completions: which ones a principal may use, and calls of their functions. */
@Injectable()
export class ToolsService {
  constructor(
    private readonly tools: ToolsRepository,
    private readonly sources: SourcesService,
    private readonly valves: ValvesService,
    private readonly sandbox: SandboxService,
  ) {}

  /** In the order of the ids. Unknown ids, and those without read access, are left out. */
  async resolve(principal: Principal, ids: readonly string[]): Promise<UsableTool[]> {
    if (ids.length === 0) return [];
    const rows = new Map((await this.tools.findReadable(principal, ids)).map((row) => [row.id, row]));
    if (rows.size === 0) return [];
    const [user, userValves] = await Promise.all([
      this.valves.injectedUser(principal.id),
      this.valves.ofUser(principal.id, 'tools', [...rows.keys()]),
    ]);
    return ids.flatMap((id) => {
      const row = rows.get(id);
      if (!row) return [];
      const values = row.definition.userValves ? (userValves.get(id) ?? {}) : null;
      return [{ row, specs: usableSpecs(row), valves: this.valves.unseal(row.valves), userValves: values, user }];
    });
  }

  /** Calls a function with the arguments of a model. @throws SandboxError */
  call(
    tool: UsableTool,
    { name, args, injected, host = {} }: LocalToolCall,
    signal: AbortSignal,
  ): Promise<SandboxOutcome> {
    const { row, valves, userValves, user } = tool;
    return this.sandbox.call(
      {
        source: this.sources.toSandbox(row.content, 'tools'),
        owner: asString(user.id),
        method: name,
        keyword: args,
        injected: { ...injected, __user__: user, __id__: row.id },
        ...(valves && row.definition.valves && { valves }),
        ...(userValves && { userValves }),
      },
      host,
      signal,
    );
  }
}

/** Rows of other origin may have private functions, and injected parameters in their schemas. */
function usableSpecs({ specs }: StoredTool): ToolSpec[] {
  return specs.filter(({ name }) => !name.startsWith('_')).map(toUsable);
}

function toUsable(spec: ToolSpec): ToolSpec {
  const { properties, required } = spec.parameters;
  const isInjected = (name: string) => name.startsWith('__') && name.endsWith('__');
  const known = isJsonObject(properties) ? Object.keys(properties).filter(isInjected) : [];
  const description = spec.description === '' ? spec.name : spec.description;
  if (known.length === 0) return { ...spec, description };
  const kept = Object.entries(properties as object).filter(([name]) => !isInjected(name));
  const needed = Array.isArray(required) ? required.filter((name) => !isInjected(String(name))) : undefined;
  const parameters = { ...spec.parameters, properties: Object.fromEntries(kept), ...(needed && { required: needed }) };
  return { ...spec, description, parameters };
}
