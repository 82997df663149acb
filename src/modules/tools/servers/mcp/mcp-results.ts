import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';

/** Characters of the schema of one tool as JSON; larger tools are left out. */
const MAX_SCHEMA = 256 * 1024;
const MAX_DESCRIPTION = 10_000;
const MAX_ERROR_TEXT = 4_000;

/** A tool as its server lists it. */
export interface McpTool {
  name: string;
  description: string | null;
  /** JSON schema of the arguments. */
  parameters: JsonObject;
}

/** The valid tools in a `tools/list` result, and the cursor of the next page. */
export function readTools(result: JsonObject): { tools: McpTool[]; next: string | undefined } {
  const tools = objectsIn(result.tools);
  return { tools: tools.flatMap((tool) => toTool(tool) ?? []), next: asString(result.nextCursor) };
}

function toTool({ name, description, inputSchema }: JsonObject): McpTool | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const parameters = isJsonObject(inputSchema) ? inputSchema : { type: 'object', properties: {} };
  if (JSON.stringify(parameters).length > MAX_SCHEMA) return undefined;
  return { name, description: asString(description)?.slice(0, MAX_DESCRIPTION) ?? null, parameters };
}

/**
 * The content items of a `tools/call` result. Structured content without a text item becomes one.
 * @throws Error with the text of a result that is an error.
 */
export function readContent(result: JsonObject): JsonObject[] {
  const items = objectsIn(result.content);
  const content = items.filter(({ type }) => typeof type === 'string');
  const isText = content.some(({ type }) => type === 'text');
  if (!isText && isJsonObject(result.structuredContent))
    content.push({ type: 'text', text: JSON.stringify(result.structuredContent) });
  if (result.isError === true) throw new Error(errorText(content));
  return content;
}

function errorText(content: JsonObject[]): string {
  const texts = content.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
  return texts.join('\n').slice(0, MAX_ERROR_TEXT) || 'The tool failed';
}
