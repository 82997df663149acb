import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import type { CompletionContext } from '../../../pipeline/completion-context';
import { specOf } from '../../../pipeline/tool';
import { STRATEGIES, type ContextStrategy, type ContextWindowSettings } from './context-window.settings';

/** Names of the context length in model lists: OpenRouter, vLLM, Groq, LM Studio. */
const LENGTH_KEYS = ['context_length', 'max_model_len', 'context_window', 'max_context_length'];

export interface ContextPlan {
  strategy: Exclude<ContextStrategy, 'off'>;
  /** Tokens that the model reads. */
  limit: number;
  /** Tokens of the limit that are left for the reply. */
  reserve: number;
  /** Sent to the model beside the messages: its system prompt, and the tools. */
  others: string;
}

type Settings = Pick<ContextWindowSettings, 'strategy' | 'limit' | 'reply_tokens'>;
type Source = Pick<CompletionContext, 'body' | 'params' | 'modelParams' | 'target' | 'tools'>;

/** How the conversation is fitted into the model; undefined when nothing has to be done. Params of the model win. */
export function planOf(context: Source, settings: Settings): ContextPlan | undefined {
  const levels = [withCustom(context.modelParams), withCustom(context.params)];
  const wanted = levels.map(({ context_strategy: name }) => name).find(isStrategy) ?? settings.strategy;
  const limit = limitOf(context, levels) ?? countIn(settings.limit);
  if (wanted === 'off' || limit === undefined) return undefined;
  return { strategy: wanted, limit, reserve: reserveOf(context, limit, settings), others: othersOf(context) };
}

/** A limit that the request sets can only lower that of the model. */
function limitOf({ body, modelParams, target }: Source, levels: JsonObject[]): number | undefined {
  const own = levels.map(({ context_limit: limit }) => countIn(limit)).find((limit) => limit !== undefined);
  const options = isJsonObject(body.options) ? body.options : {};
  const loaded = countIn(modelParams.num_ctx) ?? countIn(body.num_ctx) ?? countIn(options.num_ctx);
  const entry = target.kind === 'provider' ? target.model.provider : target.model;
  const listed = LENGTH_KEYS.map((key) => countIn(entry[key])).find((limit) => limit !== undefined);
  const known = [own, loaded ?? listed].filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function reserveOf({ body, modelParams }: Source, limit: number, { reply_tokens: standard }: Settings): number {
  const sources = [modelParams.max_tokens, body.max_tokens, body.max_completion_tokens, body.num_predict];
  const asked = sources.map(countIn).find((count) => count !== undefined);
  return Math.min(asked ?? standard, Math.floor(limit / 2));
}

function othersOf({ body, modelParams, tools }: Source): string {
  const system = typeof modelParams.system === 'string' ? modelParams.system : '';
  const offered = [...(Array.isArray(body.tools) ? (body.tools as unknown[]) : []), ...[...tools.values()].map(specOf)];
  return offered.length === 0 ? system : system + JSON.stringify(offered);
}

const withCustom = (params: JsonObject): JsonObject =>
  isJsonObject(params.custom_params) ? { ...params, ...params.custom_params } : params;

const isStrategy = (value: unknown): value is ContextStrategy => (STRATEGIES as readonly unknown[]).includes(value);

/** A positive number; editors store some as text. */
function countIn(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count >= 1 ? Math.floor(count) : undefined;
}
