import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Env, SettingsSection } from '../../../../platform/settings/decorators';

export const STRATEGIES = ['off', 'truncate', 'summarize'] as const;
export type ContextStrategy = (typeof STRATEGIES)[number];

/** Conversations that are longer than a model can read. Params of models and chats override it. */
@SettingsSection('context')
export class ContextWindowSettings {
  /** `truncate` leaves the oldest turns out, `summarize` replaces them by a summary of the task model. */
  @Env('CONTEXT_STRATEGY')
  @IsIn(STRATEGIES)
  strategy: ContextStrategy = 'off';

  /** Tokens that a model reads, for models whose provider does not say it; 0: no limit. */
  @Env('CONTEXT_LIMIT')
  @IsInt()
  @Min(0)
  @Max(100_000_000)
  limit = 0;

  /** Tokens reserved for the reply, unless the request limits it; at most half of the limit. */
  @Env('CONTEXT_REPLY_TOKENS')
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  reply_tokens = 1024;
}
