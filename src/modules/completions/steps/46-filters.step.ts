import { Injectable } from '@nestjs/common';
import { isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';
import { BadRequestError } from '../../../common/errors/app-error';
import type { RunnableFunction } from '../../functions/functions.types';
import { ModelsService } from '../../models/models.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';
import { metadataOf } from '../../pipeline/reply-metadata';
import { ProviderDetail } from '../../providers/provider.errors';
import { flagsIn, idsIn } from '../completion-request';
import { FiltersService } from '../functions/filters.service';

/** Filters of administrators change the request: its messages, model, files, tools and features. */
@Injectable()
@CompletionStep({ order: 46 })
export class FiltersStep implements CompletionStep {
  constructor(
    private readonly filters: FiltersService,
    private readonly models: ModelsService,
  ) {}

  async apply(context: CompletionContext, _: Emit, signal: AbortSignal): Promise<void> {
    const filters = await this.filters.of(context);
    if (filters.length === 0) return;
    const before = bodyOf(context);
    const after = await this.filters.apply(context, filters, 'inlet', before, signal);
    if (after !== before) await this.take(context, after);
    if (filters.some(handlesFiles)) context.files = [];
    context.chunkFilter = this.filters.chunkFilterOf(context, filters, signal);
  }

  private async take(context: CompletionContext, body: JsonObject): Promise<void> {
    const { model, files, tool_ids: toolIds, features, metadata, ...rest } = body;
    context.body = rest;
    context.files = objectsIn(files);
    context.toolIds = idsIn(toolIds);
    context.features = flagsIn(features);
    const mode = callMode(metadata);
    if (mode !== undefined) context.callMode = mode;
    if (typeof model === 'string' && model !== context.request.modelId) await this.route(context, model);
  }

  /** A filter may select another model, if the principal may use it. */
  private async route(context: CompletionContext, id: string): Promise<void> {
    const model = await this.models.resolveUsable(context.principal, id);
    if (!model) throw new BadRequestError(ProviderDetail.modelNotFound);
    context.target = { kind: 'provider', model };
  }
}

/** The request as filters know it. */
function bodyOf(context: CompletionContext): JsonObject {
  const { request, body, files, toolIds, features } = context;
  return {
    model: request.modelId,
    ...body,
    ...(files.length > 0 && { files }),
    ...(toolIds.length > 0 && { tool_ids: [...toolIds] }),
    ...(Object.keys(features).length > 0 && { features: { ...features } }),
    metadata: metadataOf(context),
  };
}

const handlesFiles = ({ row }: RunnableFunction): boolean =>
  row.definition.fileHandler && row.definition.handlers.includes('inlet');

function callMode(metadata: unknown): 'native' | 'default' | undefined {
  const params = isJsonObject(metadata) ? metadata.params : undefined;
  const mode = isJsonObject(params) ? params.function_calling : undefined;
  return mode === 'native' || mode === 'default' ? mode : undefined;
}
