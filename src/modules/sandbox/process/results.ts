import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';
import type { CodeOutcome, SandboxOutcome, SourceDescription, SourceKind, ToolSpec } from '../sandbox.types';
import { sandboxError } from './sandbox-process';

/**
 * Results of untrusted processes, in the form of their types. Every function throws a SandboxError for what cannot have
 * that form.
 */

const KINDS: ReadonlySet<string> = new Set(['tools', 'pipe', 'filter', 'action']);

export function toDescription(value: unknown): SourceDescription {
  const kind = isJsonObject(value) ? asString(value.kind) : undefined;
  if (!isJsonObject(value) || !KINDS.has(kind ?? '')) throw formless();
  return {
    kind: kind as SourceKind,
    specs: objectsIn(value.specs).map(toSpec),
    valves: objectOrNull(value.valves),
    userValves: objectOrNull(value.userValves),
    valveDefaults: objectOrNull(value.valveDefaults) ?? {},
    handlers: (Array.isArray(value.handlers) ? value.handlers : []).map(String),
    ...{ citation: value.citation === true, fileHandler: value.fileHandler === true, toggle: value.toggle === true },
    icon: asString(value.icon) ?? null,
    name: asString(value.name) ?? null,
    actions: objectsIn(value.actions),
  };
}

const toSpec = (spec: JsonObject): ToolSpec => ({
  name: asString(spec.name) ?? '',
  description: asString(spec.description) ?? '',
  parameters: objectOrNull(spec.parameters) ?? { type: 'object', properties: {} },
});

export function toValues(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw formless();
  return value;
}

/** Number of an instance that is open in the process. */
export function toInstance(value: unknown): number {
  const instance = isJsonObject(value) ? value.instance : value;
  if (!Number.isSafeInteger(instance)) throw formless();
  return instance as number;
}

export const isStream = (value: unknown): boolean => isJsonObject(value) && value.kind === 'stream';

/** Of a result that is no stream. */
export function toOutcome(value: unknown): SandboxOutcome {
  if (!isJsonObject(value)) throw formless();
  if (value.kind === 'value') return { kind: 'value', value: value.value };
  if (value.kind === 'response') return toResponse(value);
  throw formless();
}

function toResponse({ status, headers, body }: JsonObject): SandboxOutcome {
  const entries = isJsonObject(headers) ? Object.entries(headers) : [];
  return {
    ...{ kind: 'response', status: Number.isInteger(status) ? (status as number) : 200, body: asString(body) ?? '' },
    headers: Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

export function toCodeOutcome(value: unknown): CodeOutcome {
  if (!isJsonObject(value)) throw formless();
  const files = objectsIn(value.files).flatMap(({ name, content }) =>
    typeof name === 'string' && typeof content === 'string' ? [{ name, content }] : [],
  );
  return {
    ...{
      stdout: asString(value.stdout) ?? '',
      stderr: asString(value.stderr) ?? '',
      result: asString(value.result) ?? '',
    },
    ...(files.length > 0 && { files }),
  };
}

const objectOrNull = (value: unknown): JsonObject | null => (isJsonObject(value) ? value : null);

const formless = () => sandboxError('crash', 'The result does not have the form of its kind');
