export const DIMENSIONS: number;
/** A deterministic vector of unit length. */
export function embed(text: string): number[];
