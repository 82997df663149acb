import { Parser } from 'htmlparser2';
import { damaged, LIMITS } from './limits';

export interface MarkupHandler {
  /** Names come without their namespace prefix in XML, in lower case in HTML. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

interface MarkupOptions {
  isXml: boolean;
  /** HTML with empty elements in the form of XML. */
  isXhtml?: boolean;
  /** Names the format in refusals. */
  kind?: string;
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Reads XML or HTML as a sequence of events, in linear time and without a tree. Declared entities are never expanded, and
 * nothing is loaded. @throws TaskRefusal when elements are nested too deeply.
 */
export async function readMarkup(
  texts: AsyncIterable<string> | Iterable<string>,
  handler: MarkupHandler,
  options: MarkupOptions,
): Promise<void> {
  const reader = openMarkup(handler, options);
  for await (const text of texts) reader.write(text);
  reader.end();
}

/** As `readMarkup`, fed by the caller. */
export function openMarkup(
  handler: MarkupHandler,
  { isXml, isXhtml = false, kind = 'XML' }: MarkupOptions,
): { write(text: string): void; end(): void } {
  const nameOf = isXml ? withoutPrefix : (name: string) => name;
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > (isXml ? LIMITS.depth : LIMITS.htmlDepth)) throw damaged(kind);
        handler.open(nameOf(name), attributes);
      },
      ontext: (text) => handler.text(text),
      onclosetag(name) {
        depth -= 1;
        handler.close(nameOf(name));
      },
    },
    { xmlMode: isXml, decodeEntities: true, recognizeCDATA: isXml, recognizeSelfClosing: isXml || isXhtml },
  );
  return { write: (text) => parser.write(text), end: () => parser.end() };
}

/** An attribute by its name without prefix, as `id` for `r:id`. */
export function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string {
  const direct = attributes[name];
  if (direct !== undefined) return direct;
  const key = Object.keys(attributes).find((candidate) => withoutPrefix(candidate) === name);
  return key === undefined ? '' : (attributes[key] ?? '');
}
