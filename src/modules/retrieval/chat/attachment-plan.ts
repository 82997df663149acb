import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';
import type { AttachedText } from './attachment.source';

/** What an attachment contributes. */
export type AttachmentPlan =
  /** Texts that came with the request. */
  | { kind: 'inline'; texts: AttachedText[] }
  /** The best passages of collections. */
  | { kind: 'search'; names: string[] }
  /** The whole text of a file. */
  | { kind: 'file'; id: string }
  /** The whole text of every file of collections. */
  | { kind: 'files'; names: string[] }
  | { kind: 'page'; url: string }
  /** A row of another module. */
  | { kind: 'row'; type: string };

export interface PlanOptions {
  /** Files and collections are read in full. */
  isBypassed: boolean;
}

type Planner = (item: JsonObject, isBypassed: boolean) => AttachmentPlan | null;

const PLANNERS: Record<string, Planner> = {
  text: planText,
  file: planFile,
  collection: planCollection,
  url: ({ url }) => (typeof url === 'string' && url !== '' ? { kind: 'page', url } : null),
  note: () => ({ kind: 'row', type: 'note' }),
  chat: () => ({ kind: 'row', type: 'chat' }),
};

/** What a client has attached, by its type; items that say nothing give nothing. */
export function planAttachment(item: JsonObject, { isBypassed }: PlanOptions): AttachmentPlan | null {
  const planner = Object.hasOwn(PLANNERS, String(item.type)) ? PLANNERS[String(item.type)] : undefined;
  return (planner ?? planRest)(item, isBypassed);
}

function planText(item: JsonObject): AttachmentPlan | null {
  const file = inlineFile(item);
  if (item.context === 'full' && file) return file;
  const name = asString(item.collection_name);
  if (name) return search([name]);
  return file ?? inline(item.content, { file_id: item.id, name: item.name });
}

/** The text that the client sent along: of a page that it had read, or of a file of a temporary chat. */
function inlineFile(item: JsonObject): AttachmentPlan | null {
  const file = isJsonObject(item.file) ? item.file : {};
  const content = isJsonObject(file.data) ? file.data.content : undefined;
  if (item.type !== 'file') return inline(content, isJsonObject(file.meta) ? file.meta : {});
  const data = isJsonObject(file.data) && isJsonObject(file.data.metadata) ? file.data.metadata : {};
  return inline(content, { file_id: item.id, name: item.name, ...data });
}

function planFile(item: JsonObject, isBypassed: boolean): AttachmentPlan | null {
  const id = asString(item.id) ?? '';
  if (item.context === 'full' || isBypassed) return inlineFile(item) ?? (id === '' ? null : { kind: 'file', id });
  if (id === '') return planRest(item);
  return search([item.legacy === true ? id : `file-${id}`]);
}

function planCollection(item: JsonObject, isBypassed: boolean): AttachmentPlan | null {
  const names = stringsIn(item.legacy === true ? item.collection_names : [item.id]);
  if (names.length === 0) return null;
  return item.context === 'full' || isBypassed ? { kind: 'files', names } : search(names);
}

function planRest(item: JsonObject): AttachmentPlan | null {
  const docs = objectsIn(item.docs);
  if (docs.length > 0) {
    const texts = docs.map(({ content, metadata }) => ({
      text: asString(content) ?? '',
      metadata: isJsonObject(metadata) ? metadata : {},
    }));
    return { kind: 'inline', texts };
  }
  return search(stringsIn([item.collection_name, ...stringsIn(item.collection_names)]));
}

const search = (names: string[]): AttachmentPlan | null => (names.length === 0 ? null : { kind: 'search', names });

const inline = (content: unknown, metadata: JsonObject): AttachmentPlan | null =>
  typeof content === 'string' && content !== '' ? { kind: 'inline', texts: [{ text: content, metadata }] } : null;

/** Names of one item. */
const MAX_NAMES = 1000;

const stringsIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.slice(0, MAX_NAMES).filter((item): item is string => typeof item === 'string' && item !== '')
    : [];
