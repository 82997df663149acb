/** Characters that texts may have which others load with every list. More is refused: rows are not for files. */
export const MAX_NAME = 512;
export const MAX_DESCRIPTION = 20_000;
/** Of a prompt's content, and of free-form objects of models as JSON. */
export const MAX_CONTENT = 4_000_000;
