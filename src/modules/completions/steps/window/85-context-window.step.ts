import { Injectable } from '@nestjs/common';
import type { CompletionContext } from '../../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../../pipeline/completion-step';
import { planOf, type ContextPlan } from './context-budget';
import { ContextSummaryService, SUMMARY_TOKENS } from './context-summary.service';
import { ContextWindowSettings } from './context-window.settings';
import { appendInstruction, conversationOf, hashesOf, surplusOf, withoutTurns } from './conversation-turns';
import { tokenCounter } from './token-count';

/** Share of the budget that is left after summarising, so that the next turns need no new summary. */
const SUMMARIZED_SHARE = 0.5;
const HEADING = 'Summary of the earlier conversation:';

/** The conversation in tokens. */
interface Measured {
  /** Of each turn. */
  costs: number[];
  /** For the turns. */
  budget: number;
}

/**
 * Fits a conversation into what the model reads: the oldest turns are left out, or replaced by a summary. System messages
 * and the last turn always stay. Clients are told by a status.
 */
@Injectable()
@CompletionStep({ order: 85 })
export class ContextWindowStep implements CompletionStep {
  constructor(
    private readonly settings: ContextWindowSettings,
    private readonly summaries: ContextSummaryService,
  ) {}

  async apply(context: CompletionContext, emit: Emit, signal: AbortSignal): Promise<void> {
    const plan = planOf(context, this.settings);
    if (!plan || mayFit(context, plan)) return;
    const measured = await measure(context, plan);
    const surplus = surplusOf(measured.costs, measured.budget);
    if (surplus === 0) return;
    if (plan.strategy === 'summarize' && (await this.summarize(context, measured, emit, signal))) return;
    context.messages = withoutTurns(context.messages, surplus);
    const description = `${surplus} earlier ${surplus === 1 ? 'exchange was' : 'exchanges were'} left out: the conversation is too long for the model`;
    emitStatus(emit, { action: 'context_truncated', description, count: surplus, done: true });
  }

  /** False when there is no summary: the model that makes it failed. */
  private async summarize(
    context: CompletionContext,
    { costs, budget }: Measured,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { turns } = conversationOf(context.messages);
    const hashes = hashesOf(turns);
    const forTurns = budget - Math.min(SUMMARY_TOKENS, Math.floor(budget / 4));
    let summary = await this.summaries.find(context, hashes.slice(0, -1));
    if (!summary || surplusOf(costs.slice(summary.count), forTurns) > 0) {
      const from = summary?.count ?? 0;
      const count = from + surplusOf(costs.slice(from), Math.floor(forTurns * SUMMARIZED_SHARE));
      emitStatus(emit, { action: 'context_summary', description: 'Summarizing the earlier conversation', done: false });
      const text = await this.summaries.extend(context, summary?.text, turns.slice(from, count), signal);
      if (text === undefined) return false;
      await this.summaries.store(context, hashes[count - 1] ?? '', text);
      summary = { count, text };
    }
    const { count, text } = summary;
    context.messages = appendInstruction(withoutTurns(context.messages, count), `${HEADING}\n${text}`);
    const description = `${count} earlier ${count === 1 ? 'exchange was' : 'exchanges were'} summarized: the conversation is too long for the model`;
    emitStatus(emit, { action: 'context_summary', description, count, done: true });
    return true;
  }
}

function emitStatus(emit: Emit, data: Record<string, unknown>): void {
  emit({ type: 'message', event: { type: 'status', data } });
}

/** A token has at least one byte, so most conversations need no counting. */
function mayFit({ body, messages }: CompletionContext, { limit, reserve, others }: ContextPlan): boolean {
  const hasImages = messages.some(({ content }) => Array.isArray(content));
  return !hasImages && Buffer.byteLength(JSON.stringify(body.messages ?? []) + others) <= limit - reserve;
}

async function measure(context: CompletionContext, { limit, reserve, others }: ContextPlan): Promise<Measured> {
  const { target, request, messages } = context;
  const counter = await tokenCounter(target.kind === 'provider' ? target.model.provider.id : request.modelId);
  const { instructions, turns } = conversationOf(messages);
  const costOf = async (list: readonly object[]) => {
    let cost = 0;
    for (const message of list) cost += await counter.message(message as (typeof messages)[number]);
    return cost;
  };
  const costs: number[] = [];
  for (const turn of turns) costs.push(await costOf(turn));
  return { costs, budget: limit - reserve - counter.text(others) - (await costOf(instructions)) };
}
