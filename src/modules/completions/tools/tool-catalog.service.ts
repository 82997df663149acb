import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeclarationsService } from '../../../platform/discovery/declarations.service';
import type { Tool } from '../../pipeline/tool';
import { ToolSource, type ToolRequest, type ToolSourceOptions } from '../../pipeline/tool-source';

/** The tools of all modules. */
@Injectable()
export class ToolCatalogService implements OnApplicationBootstrap {
  private sources: { source: ToolSource; options: ToolSourceOptions }[] = [];

  constructor(private readonly declarations: DeclarationsService) {}

  onApplicationBootstrap(): void {
    this.sources = this.declarations
      .providers(ToolSource)
      .map(({ declaration, instance }) => ({ source: instance as ToolSource, options: declaration }))
      .sort((a, b) => a.options.order - b.options.order);
  }

  /** The tools of a request by unique names, in the order of their sources. */
  async resolve(request: ToolRequest, signal: AbortSignal): Promise<Map<string, Tool>> {
    const found = await Promise.all(this.sources.map(({ source }) => source.resolve(request, signal)));
    const tools = new Map<string, Tool>();
    found.forEach((list, index) => {
      const replaces = this.sources[index]?.options.clash === 'replace';
      for (const tool of list) add(tools, tool, replaces);
    });
    return tools;
  }
}

/** The name that is offered is the name in the map: a model could not tell two functions of one name apart. */
function add(tools: Map<string, Tool>, tool: Tool, replaces: boolean): void {
  let { name } = tool;
  if (!replaces) {
    const prefix = (tool.sourceId ?? 'tool').replaceAll(/[^\w-]/g, '_');
    while (tools.has(name)) name = `${prefix}_${name}`;
  }
  tools.set(name, name === tool.name ? tool : { ...tool, name });
}
