import type { Response } from 'express';
import { contentTag } from './content-tag';

/** How a picture is answered. */
export type Picture =
  | { kind: 'redirect'; url: string }
  | { kind: 'bytes'; type: string; bytes: Buffer; /** Not the default. */ isOwn: boolean };

const CACHE_CONTROL = 'private, max-age=300';

/** Writes the picture, or the redirect to where it is. Never as something that a browser would run. */
export function sendPicture(response: Response, image: Picture): void {
  response.set({ 'Cache-Control': CACHE_CONTROL, 'X-Content-Type-Options': 'nosniff' });
  if (image.kind === 'redirect') {
    // Not `set`: the URL may hold what a header cannot.
    response.status(302).location(image.url).end();
    return;
  }
  if (image.isOwn) response.set('Content-Disposition', `inline; filename=image.${image.type.replace('image/', '')}`);
  response
    .status(200)
    .set({ 'Content-Type': image.type, ETag: contentTag(image.bytes) })
    .send(image.bytes);
}
