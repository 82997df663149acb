import type { ValueTransformer } from 'typeorm';

/**
 * For `bigint` columns that hold Unix seconds or other integers below 2^53: the driver returns strings, entities hold
 * numbers.
 */
export const integer: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};
