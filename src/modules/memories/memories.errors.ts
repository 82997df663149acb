/** Literal texts of the contract. */
export const MemoryDetail = {
  notFound: 'Memory not found',
  none: 'No memories found for user',
  blank: 'A memory needs a text',
} as const;
