import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

/** One call of a community source, and what has to come of it. */
export interface CommunityCall {
  method: string;
  positional?: unknown[];
  keyword?: Json;
  injected?: Json;
  /** Results of `__event_call__`, in turn. */
  answers?: unknown[];
  completions?: unknown[];
  tools?: Json;
  /** Only for the library itself: the outside cannot be made to behave so in the whole application. */
  local?: boolean;
  events?: Json[];
  requests?: Json[];
  asked?: Json[];
  toolCalls?: Json[];
  sleeps?: number[];
  log?: string[];
  value?: unknown;
  response?: Json;
  items?: unknown[];
  error?: string;
}

/** A tool or function in the style of the Open WebUI community, with its cases. */
export interface CommunitySource {
  name: string;
  code: string;
  expects: 'tools' | 'function';
  valves?: Json;
  userValves?: Json;
  injected?: Json;
  /** Responses of the outside by `METHOD url`. */
  http?: Json;
  describe?: Json;
  parse?: { values: Json; ok?: Json; error?: string }[];
  /** All calls go to one instance. */
  instance?: boolean;
  calls: CommunityCall[];
}

const FOLDERS = { python: 'community', javascript: 'scripts' } as const;

/** All sources of a language, with `{{name}}` in their cases replaced. */
export function communitySources(
  values: Record<string, string>,
  language: keyof typeof FOLDERS = 'python',
): CommunitySource[] {
  const folder = join(__dirname, 'fixtures', FOLDERS[language]);
  const files = readdirSync(folder).filter((file) => !file.endsWith('.json'));
  return files.map((file) => {
    const name = file.slice(0, file.lastIndexOf('.'));
    const text = readFileSync(join(folder, `${name}.json`), 'utf8');
    const filled = Object.entries({ id: name, ...values }).reduce(
      (made, [key, value]) => made.replaceAll(`{{${key}}}`, value),
      text,
    );
    return {
      name,
      code: readFileSync(join(folder, file), 'utf8'),
      ...(JSON.parse(filled) as Omit<CommunitySource, 'name' | 'code'>),
    };
  });
}
