import type { OpenAPIObject } from '@nestjs/swagger';
import type { AccessRule } from '../common/auth/access-rules';
import { operationsOf, pathParametersOf, type Operation, type Place } from './walk';

const SECURITY: Record<string, string[]>[] = [{ bearer: [] }, { 'api-key': [] }];

/** Handlers whose paths are separate resources instead of aliases. */
const LISTS_OF_LATER_MODULES = new Set(['absentLists_get', 'absentLists_getPipelines']);

/** Completes operations: unique ids, aliases, security, path parameters, and one-sentence summaries. */
export function describeOperations(document: OpenAPIObject, rules: ReadonlyMap<string, AccessRule>): void {
  for (const [handler, group] of byHandler(operationsOf(document))) {
    nameAll(handler, group);
    for (const { path, operation } of group) {
      operation.security = rules.get(handler)?.kind === 'public' ? [] : SECURITY;
      declarePathParameters(path, operation);
      shorten(operation);
      addAccess(operation, rules.get(handler));
    }
  }
}

function byHandler(places: readonly Place[]): Map<string, Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const handler = handlerOf(place.operation.operationId);
    groups.set(handler, [...(groups.get(handler) ?? []), place]);
  }
  return groups;
}

/** @nestjs/swagger appends `[0]`, `[1]` … to the ids of a handler with several paths. */
const handlerOf = (id = ''): string => id.replace(/\[\d+\]$/, '');

/**
 * The first path has the name of the handler. Paths with a further parameter are variants, named after it; other paths
 * are aliases, named after the path and deprecated.
 */
function nameAll(handler: string, group: readonly Place[]): void {
  const [first] = group;
  const base = new Set(first && pathParametersOf(first.path));
  for (const place of group) {
    const { path, operation } = place;
    const added = pathParametersOf(path).filter((name) => !base.has(name));
    if (LISTS_OF_LATER_MODULES.has(handler)) operation.operationId = `${handler}_${slug(path)}`;
    else if (place === first) operation.operationId = handler;
    else if (added.length > 0) operation.operationId = `${handler}_by_${added.join('_')}`;
    else {
      operation.operationId = `${handler}_${slug(path)}`;
      operation.deprecated = true;
    }
  }
}

/** `/api/v1/chats/list` → `api_v1_chats_list` */
const slug = (path: string): string => path.replace(/\W+/g, '_').replace(/^_/, '').replace(/_$/, '');

/** A handler with several paths declares the parameters of all of them; one with a wildcard declares none. */
function declarePathParameters(path: string, operation: Operation): void {
  const names = pathParametersOf(path);
  const declared = (operation.parameters ?? []).filter(
    (parameter) => !('in' in parameter) || parameter.in !== 'path' || names.includes(parameter.name),
  );
  const missing = names.filter((name) => !declared.some((parameter) => 'name' in parameter && parameter.name === name));
  operation.parameters = [
    ...missing.map((name) => ({ name, in: 'path' as const, required: true, schema: { type: 'string' } })),
    ...declared,
  ];
}

/** Splits a docstring: the first sentence is the summary, the rest the description. */
function shorten(operation: Operation): void {
  const text = (operation.summary ?? '').replace(/\s+/g, ' ').trim();
  const end = text.search(/\.(?: |$)/);
  const summary = end < 0 ? text : text.slice(0, end);
  const rest = end < 0 ? '' : text.slice(end + 1).trim();
  operation.summary = summary.replace(/:$/, '');
  operation.description = [rest, operation.description].filter(Boolean).join(' ') || undefined;
  if (operation.description === undefined) delete operation.description;
}

function addAccess(operation: Operation, rule: AccessRule | undefined): void {
  const note = rule && ACCESS_NOTES[rule.kind](rule as never);
  if (note) operation.description = [operation.description, note].filter(Boolean).join(' ');
}

type Notes = { [Kind in AccessRule['kind']]: (rule: Extract<AccessRule, { kind: Kind }>) => string };

const ACCESS_NOTES: Notes = {
  public: () => 'Needs no credentials.',
  'signed-in': () => 'For every account, pending ones included.',
  verified: () => '',
  roles: ({ roles }) => `Only for the role ${roles.map((role) => `\`${role}\``).join(' or ')}.`,
  permission: ({ anyOf }) => `Needs the permission ${anyOf.map((key) => `\`${key}\``).join(' or ')}.`,
};
