import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { callsNatively } from '../../pipeline/reply-metadata';
import { ReplyHostService } from '../functions/reply-host.service';
import { PromptedCallsService } from '../tools/prompted-calls.service';
import { ToolCatalogService } from '../tools/tool-catalog.service';

/** The tools of the request: offered to a model that calls functions, otherwise selected and called at once. */
@Injectable()
@CompletionStep({ order: 64 })
export class ToolsStep implements CompletionStep {
  constructor(
    private readonly catalog: ToolCatalogService,
    private readonly hosts: ReplyHostService,
    private readonly prompted: PromptedCallsService,
  ) {}

  async apply(context: CompletionContext, _: Emit, signal: AbortSignal): Promise<void> {
    const { toolIds: ids, request } = context;
    if (ids.length === 0 && !request.toolServers?.length) return;
    const injected = () => this.hosts.injectedOf(context);
    const tools = await this.catalog.resolve({ context, ids, host: this.hosts.of(context), injected }, signal);
    for (const [name, tool] of tools) context.available.set(name, tool);
    if (callsNatively(context)) for (const [name, tool] of tools) context.tools.set(name, tool);
    else if (tools.size > 0) await this.prompted.run(context, tools, signal);
  }
}
