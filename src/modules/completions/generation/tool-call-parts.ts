import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ToolCall } from '../content/content-block';

/** Joins the parts of the tool calls of one turn. */
export class ToolCallParts {
  private readonly calls = new Map<number, ToolCall>();

  /** Parts of a call have its index; parts without one cannot be assigned and are dropped. */
  add({ index, id, function: called }: JsonObject): void {
    if (typeof index !== 'number' || !isJsonObject(called)) return;
    const call = this.calls.get(index) ?? { id: '', name: '', arguments: '' };
    this.calls.set(index, {
      id: call.id || (asString(id) ?? ''),
      name: call.name + (asString(called.name) ?? ''),
      arguments: call.arguments + (asString(called.arguments) ?? ''),
    });
  }

  /** The calls of a whole message, which have no index. */
  addAll(calls: readonly JsonObject[]): void {
    calls.forEach((call, index) => this.add({ index, ...call }));
  }

  /** Returns the calls since the last call of this method. */
  take(): ToolCall[] {
    const calls = [...this.calls.values()];
    this.calls.clear();
    return calls;
  }
}
