import { serveTask } from '../../../../platform/workers/serve-task';
import { contentOf, type OpenApiContent } from './operations';
import { parseDocument, printDocument } from './parse-document';

/** `content`: what is used of the document; `document`: all of it, as JSON. */
export type DocumentResult = { content: OpenApiContent } | { document: string };

/** A document as text; `wants` one of the results. */
export interface DocumentInput {
  text: string;
  wants: 'content' | 'document';
}

/** Documents are made by other servers, and YAML may be made to grow when it is read. */
function* read({ text, wants }: DocumentInput): Generator<DocumentResult, void> {
  const document = parseDocument(text);
  yield wants === 'content' ? { content: contentOf(document) } : { document: printDocument(document) };
}

serveTask(read);
