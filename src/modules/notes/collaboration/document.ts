import * as Y from 'yjs';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';

/** Name of the fragment that editors bind to. */
const FRAGMENT = 'prosemirror';
/** Deeper nodes of a stored text are left out. */
const MAX_DEPTH = 100;

/** True for bytes that are a complete update of Yjs. */
export function isUpdate(bytes: Uint8Array): boolean {
  try {
    Y.decodeUpdate(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * One update that has the effect of all, in any order, without deleted content. Updates whose predecessors are missing
 * are part of it. `[0, 0]` when there are none.
 */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const document = new Y.Doc();
  try {
    for (const update of updates) Y.applyUpdate(document, update);
    return Y.encodeStateAsUpdate(document);
  } finally {
    document.destroy();
  }
}

/** Converts stored ProseMirror JSON to a document; null when it is empty. */
export function documentOf(json: unknown): Uint8Array | null {
  const nodes = isJsonObject(json) ? objectsIn(json.content) : [];
  if (nodes.length === 0) return null;
  const document = new Y.Doc();
  document.getXmlFragment(FRAGMENT).insert(0, childrenOf(nodes, 1));
  return Y.encodeStateAsUpdate(document);
}

/** Adjacent texts are one shared text, as the editors' binding makes them. */
function childrenOf(nodes: readonly JsonObject[], depth: number): (Y.XmlElement | Y.XmlText)[] {
  const children: (Y.XmlElement | Y.XmlText)[] = [];
  let texts: JsonObject[] = [];
  const endText = () => {
    if (texts.length > 0) children.push(textOf(texts));
    texts = [];
  };
  for (const node of nodes) {
    if (typeof node.text === 'string') texts.push(node);
    else {
      endText();
      if (depth <= MAX_DEPTH) children.push(elementOf(node, depth));
    }
  }
  endText();
  return children;
}

function elementOf(node: JsonObject, depth: number): Y.XmlElement {
  const element = new Y.XmlElement(asString(node.type) ?? 'paragraph');
  for (const [name, value] of Object.entries(isJsonObject(node.attrs) ? node.attrs : {}))
    if (value !== null) element.setAttribute(name, value as string);
  element.insert(0, childrenOf(objectsIn(node.content), depth + 1));
  return element;
}

function textOf(nodes: readonly JsonObject[]): Y.XmlText {
  const text = new Y.XmlText();
  text.applyDelta(nodes.map((node) => ({ insert: node.text, attributes: marksOf(node) })));
  return text;
}

/** Marks by their type, with their attributes. */
const marksOf = (node: JsonObject): JsonObject =>
  Object.fromEntries(
    objectsIn(node.marks).flatMap(({ type, attrs }) => (typeof type === 'string' ? [[type, attrs ?? {}]] : [])),
  );
