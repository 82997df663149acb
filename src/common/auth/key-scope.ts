/** Restricts a key to a path with everything below it, and to methods; null for all. */
export interface KeyScope {
  /** `/api/v1/chats`; without a trailing slash. */
  path: string;
  methods: readonly string[] | null;
}

/** True when one of the scopes covers the request; null covers everything. HEAD counts as GET. */
export function isInScope(scopes: readonly KeyScope[] | null, method: string, path: string): boolean {
  if (scopes === null) return true;
  const asked = method === 'HEAD' ? 'GET' : method;
  return scopes.some(({ path: prefix, methods }) => isBelow(path, prefix) && (methods?.includes(asked) ?? true));
}

/** True for `prefix` itself and paths below it; `/api/v1/chats` does not cover `/api/v1/chatsx`. */
export const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);
