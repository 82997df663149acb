import { Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep, type Emit } from '../../pipeline/completion-step';

/** The knowledge of the model joins the attachments. `ContextStep` says when it was searched. */
@Injectable()
@CompletionStep({ order: 42 })
export class KnowledgeStep implements CompletionStep {
  apply(context: CompletionContext, emit: Emit): void {
    const items = knowledgeOf(context);
    if (items.length === 0) return;
    const data = { action: 'knowledge_search', query: context.question, done: false };
    emit({ type: 'message', event: { type: 'status', data } });
    context.files = [...context.files, ...items];
  }
}

/** The model's knowledge as attachments. */
export function knowledgeOf({ target }: CompletionContext): JsonObject[] {
  const knowledge = target.kind === 'provider' ? target.model.meta.knowledge : undefined;
  return Array.isArray(knowledge) ? knowledge.filter(isJsonObject).map(toAttachment) : [];
}

/** Rows of older releases name collections instead of a base. */
function toAttachment(item: JsonObject): JsonObject {
  const { collection_name: name, collection_names: names } = item;
  if (name) return { id: name, name: item.name, legacy: true };
  if (names) return { name: item.name, type: 'collection', collection_names: names, legacy: true };
  return item;
}
