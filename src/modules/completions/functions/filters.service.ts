import { Injectable, Logger } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { FunctionsService } from '../../functions/functions.service';
import type { FunctionCall, FunctionInstance, RunnableFunction } from '../../functions/functions.types';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { ProviderChunk } from '../../providers/chat-provider';
import { SandboxError, type SandboxOutcome } from '../../sandbox/sandbox.types';
import { FunctionFailedError, toFunctionError } from './function-error';
import { ReplyHostService } from './reply-host.service';

type Handler = 'inlet' | 'stream' | 'outlet';

/** The filters of requests and replies: functions of administrators. */
@Injectable()
export class FiltersService {
  private readonly logger = new Logger(FiltersService.name);

  constructor(
    private readonly functions: FunctionsService,
    private readonly hosts: ReplyHostService,
  ) {}

  /**
   * The filters that apply to a request, in the order in which they run: global ones and those of the model; toggles only
   * when the user switched them on. Loaded once: running them reads nothing.
   */
  async of({ principal, request, target }: CompletionContext): Promise<RunnableFunction[]> {
    const active = await this.functions.listActive('filter');
    if (active.length === 0) return [];
    const { filterIds: own } = target.kind === 'provider' ? target.model.meta : {};
    const attached = new Set(Array.isArray(own) ? (own as unknown[]) : []);
    const isOn = new Set(request.filterIds);
    const ids = active
      .filter(({ id, isGlobal, definition }) => (isGlobal || attached.has(id)) && (!definition.toggle || isOn.has(id)))
      .map(({ id }) => id);
    return this.functions.load(ids, principal);
  }

  /** The body after all filters. @throws FunctionFailedError with the message of the first that fails. */
  async apply(
    context: CompletionContext,
    filters: readonly RunnableFunction[],
    handler: 'inlet' | 'outlet',
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    let current = body;
    for (const filter of withHandler(filters, handler)) {
      const value = await this.run(context, filter, handler, current, signal);
      if (!isJsonObject(value)) throw new FunctionFailedError(`The filter ${filter.row.name} returned no body`);
      current = value;
    }
    return current;
  }

  /** Changes the chunks of a stream; undefined when no filter does. A filter drops a chunk by returning nothing. */
  chunkFilterOf(
    context: CompletionContext,
    filters: readonly RunnableFunction[],
    signal: AbortSignal,
  ): CompletionContext['chunkFilter'] {
    const streaming = withHandler(filters, 'stream').map((filter) => this.keep(context, filter, signal));
    if (streaming.length === 0) return undefined;
    return async (chunk) => {
      let current: ProviderChunk | undefined = chunk;
      for (const run of streaming) {
        const value: unknown = await run(current);
        if (!isJsonObject(value)) return undefined;
        current = value;
      }
      return current;
    };
  }

  /** Handlers of streams keep their state: one instance for all chunks of the reply, opened at the first. */
  private keep(context: CompletionContext, filter: RunnableFunction, signal: AbortSignal) {
    let opened: Promise<FunctionInstance> | undefined;
    context.onEnd(async () => (await opened?.catch(() => undefined))?.close());
    let call: Omit<FunctionCall, 'positional'> | undefined;
    return (chunk: ProviderChunk): Promise<unknown> =>
      this.valueOf(filter, 'stream', signal, async () => {
        const instance = await (opened ??= this.functions.open(filter, signal));
        call ??= this.streamCall(context);
        return instance.call({ ...call, positional: [chunk] }, signal);
      });
  }

  /** The same for all chunks. */
  private streamCall(context: CompletionContext): Omit<FunctionCall, 'positional'> {
    const __body__ = { ...context.body, model: context.request.modelId };
    return { method: 'stream', injected: { ...this.injectedOf(context), __body__ }, host: this.hosts.of(context) };
  }

  private run(
    context: CompletionContext,
    filter: RunnableFunction,
    method: Handler,
    value: JsonObject,
    signal: AbortSignal,
  ): Promise<unknown> {
    const call = { method, positional: [value], injected: this.injectedOf(context), host: this.hosts.of(context) };
    return this.valueOf(filter, method, signal, () => this.functions.run(filter, call, signal));
  }

  private async valueOf(
    { row }: RunnableFunction,
    method: Handler,
    signal: AbortSignal,
    call: () => Promise<SandboxOutcome>,
  ): Promise<unknown> {
    try {
      const outcome = await call();
      return outcome.kind === 'value' ? outcome.value : undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SandboxError)
        this.logger.warn(`${method} of filter ${row.id} failed (${error.failure}): ${error.message.slice(0, 200)}`);
      throw toFunctionError(error);
    }
  }

  /** The conversation is the body of a filter. */
  private injectedOf(context: CompletionContext): JsonObject {
    const { __messages__: _, __files__: __, ...injected } = this.hosts.injectedOf(context);
    return injected;
  }
}

const withHandler = (filters: readonly RunnableFunction[], handler: Handler): RunnableFunction[] =>
  filters.filter(({ row }) => row.definition.handlers.includes(handler));
