/** Largest length of texts that are loaded with every list of others. */
export const MAX_NAME = 512;
export const MAX_DESCRIPTION = 20_000;
/** Largest length of a prompt's content, and of free-form objects of models as JSON. */
export const MAX_CONTENT = 4_000_000;
