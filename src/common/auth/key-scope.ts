/** What a key is good for: a path with everything below it, and the methods there; null for all. */
export interface KeyScope {
  /** `/api/v1/chats`; without a slash at the end. */
  path: string;
  methods: readonly string[] | null;
}

/** True when one of the scopes covers the request; a key without scopes is good for everything. HEAD counts as GET. */
export function isInScope(scopes: readonly KeyScope[] | null, method: string, path: string): boolean {
  if (scopes === null) return true;
  const asked = method === 'HEAD' ? 'GET' : method;
  return scopes.some(({ path: prefix, methods }) => isBelow(path, prefix) && (methods?.includes(asked) ?? true));
}

/** True for `prefix` itself and what is below it; `/api/v1/chats` does not cover `/api/v1/chatsx`. */
export const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);
