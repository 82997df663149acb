/** The literal `detail` texts about knowledge bases that clients know and show. */
export const KnowledgeDetail = {
  idTaken: 'Uh-oh! This file is already registered. Please choose another file.',
  noContent:
    'Extracted content is not available for this file. Please ensure that the file is processed before proceeding.',
  duplicate: 'Duplicate content detected. Please provide unique content to proceed.',
  someFailed: 'Some files failed to process',
} as const;

/** The contract's form of a refusal inside another one: its status, then its text. */
export const duplicateDetail = `400: ${KnowledgeDetail.duplicate}`;

export const fileMissingDetail = (id: string): string => `File ${id} not found`;
