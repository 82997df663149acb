import { createHash } from 'node:crypto';

/** Nothing is fetched: the browser that shows the picture asks for it. */
export function gravatarUrl(email: string): string {
  const hash = createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
  return `https://www.gravatar.com/avatar/${hash}?d=mp`;
}
