import { PayloadTooLargeError } from '../errors/app-error';

/** Bounds a value that is stored as JSON. `limit`: characters. @throws PayloadTooLargeError beyond it. */
export function assertJsonLength(value: unknown, limit: number): void {
  if (JSON.stringify(value).length > limit) throw new PayloadTooLargeError();
}
