import { Injectable, Logger } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type {
  ChatProvider,
  ModelListOptions,
  ProviderModel,
  ProviderRequest,
  ProviderStream,
} from '../../providers/chat-provider';
import { ProviderDetail, ProviderError } from '../../providers/provider.errors';
import { ProvidersService } from '../../providers/providers.service';
import { readChunks } from '../../providers/responses/event-stream';
import { SandboxError, type SandboxOutcome } from '../../sandbox/sandbox.types';
import { FunctionsService } from '../functions.service';
import { PipeModelsService } from './pipe-models.service';
import { toCompletion, toEventStream, toPipeFailure } from './pipe-reply';

/** Active pipes as models. Failures of their code have the body that clients know, with an error status. */
@Injectable()
export class PipesProvider implements ChatProvider {
  readonly kind = 'function';
  readonly rank = 0;
  private readonly logger = new Logger(PipesProvider.name);
  private listed: ProviderModel[] = [];

  constructor(
    private readonly models: PipeModelsService,
    private readonly functions: FunctionsService,
    providers: ProvidersService,
  ) {
    providers.register(this);
  }

  async listModels(options: ModelListOptions): Promise<ProviderModel[]> {
    try {
      this.listed = await this.models.list(options);
    } catch (error) {
      this.logger.error({ err: error }, 'Pipes could not be listed');
    }
    return this.listed;
  }

  /** Models of connections have any keys of their server. */
  owns(model: ProviderModel): boolean {
    return isJsonObject(model.pipe) && model.pipe.type === 'pipe' && !('openai' in model) && !('ollama' in model);
  }

  async complete(request: ProviderRequest): Promise<JsonObject> {
    try {
      return await toCompletion(await this.run(request), request.model.id);
    } catch (error) {
      throw toProviderError(error);
    }
  }

  async stream(request: ProviderRequest): Promise<ProviderStream> {
    const outcome = await this.run(request).catch((error: unknown) => {
      throw toProviderError(error);
    });
    const raw = toEventStream(outcome, request.model.id);
    return { kind: 'sse', raw, chunks: () => readChunks(raw) };
  }

  private async run({ model, body, user, reply, signal }: ProviderRequest): Promise<SandboxOutcome> {
    const [id = ''] = model.id.split('.', 1);
    const target = await this.functions.find(id, user);
    if (!target) throw new NotFoundError(ProviderDetail.modelNotFound);
    const positional = [{ ...body, model: model.id }];
    return this.functions.run(target, { method: 'pipe', positional, ...reply }, signal);
  }
}

const toProviderError = (error: unknown): unknown =>
  error instanceof SandboxError ? new ProviderError(500, toPipeFailure(error)) : error;
