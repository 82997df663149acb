import type { Response } from 'express';
import { sendJson } from './send-json';

/** JSON with the number of its version as `ETag`: clients that send it back as `If-Match` change nothing newer. */
export class Versioned<T> {
  constructor(
    readonly body: T,
    readonly version: number,
  ) {}

  sendTo(response: Response): void {
    response.setHeader('ETag', tagOf(this.version));
    sendJson(response, this.body);
  }
}

/** True when the value of `If-Match` admits this version; none admits all. */
export function admits(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(tagOf(version));
}

const tagOf = (version: number): string => `"${version}"`;
