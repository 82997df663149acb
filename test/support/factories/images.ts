const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bytes that begin as a PNG and differ from mark to mark; no picture. */
export const pngBytes = (mark: string, size = 6000): Buffer =>
  Buffer.concat([SIGNATURE, Buffer.alloc(size - SIGNATURE.length, `${mark} `)]);

/** They as the data URL that a client puts into a message. */
export const pngUrl = (mark: string, size?: number): string =>
  `data:image/png;base64,${pngBytes(mark, size).toString('base64')}`;
