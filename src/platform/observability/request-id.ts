import { AsyncLocalStorage } from 'node:async_hooks';

/** Who a request turned out to be from, where no guard could know: a sign-in, a sign-out. */
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

/** What `work` calls, now and later, belongs to this request. */
export const runWithRequestId = (id: string, work: () => void): void => current.run({ id }, work);

/** The id of the request that the running code belongs to; undefined outside of requests. */
export const currentRequestId = (): string | undefined => current.getStore()?.id;

/** Says who the running request is from. */
export function noteActor(actor: RequestActor): void {
  const context = current.getStore();
  if (context) context.actor = actor;
}

/** Reads who `noteActor` named, whenever it is called. */
export function actorReader(): () => RequestActor | undefined {
  const context = current.getStore();
  return () => context?.actor;
}
