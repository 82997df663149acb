import type { Response } from 'express';
import { contentTag } from './content-tag';

/** JSON that clients ask for again and again: one that has it already (`If-None-Match`) is answered 304. */
export class TaggedJson {
  constructor(private readonly value: object) {}

  sendTo(response: Response): void {
    const body = Buffer.from(JSON.stringify(this.value));
    response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'private, no-cache', ETag: contentTag(body) });
    response.send(body);
  }
}
