import { createHash } from 'node:crypto';

/** A weak `ETag` of what is sent: compression may change the bytes on the way. */
export const contentTag = (bytes: Buffer): string => `W/"${createHash('sha1').update(bytes).digest('base64url')}"`;
