import { AsyncLocalStorage } from 'node:async_hooks';

/** The account of a request without credentials, such as a sign-in or sign-out. */
export interface RequestActor {
  id: string;
  name?: string;
  email?: string;
  role?: string;
}

interface RequestContext {
  id: string;
  actor?: RequestActor;
}

const current = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, including its asynchronous parts, with this request id. */
export const runWithRequestId = (id: string, work: () => void): void => current.run({ id }, work);

/** The id of the current request; undefined outside of requests. */
export const currentRequestId = (): string | undefined => current.getStore()?.id;

/** Records the account of the current request. */
export function setRequestActor(actor: RequestActor): void {
  const context = current.getStore();
  if (context) context.actor = actor;
}

/** Returns a reader for the account recorded by `setRequestActor`, which may be called later. */
export function actorReader(): () => RequestActor | undefined {
  const context = current.getStore();
  return () => context?.actor;
}
