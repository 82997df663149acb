import type { JobKind } from '../../platform/jobs/job-kind';

/** `blob`: extract the text of the stored bytes, then index it. `text`: index the text that is stored. */
export type ProcessingMode = 'blob' | 'text';

export interface ProcessFilePayload {
  fileId: string;
  userId: string;
  mode: ProcessingMode;
  revision: number;
}

/**
 * Extraction and indexing of one file; handled in `retrieval/ingest`. A job whose `revision` is not that of the row is
 * outdated: a newer one exists. A file has one job, and accounts take turns.
 */
export const ProcessFile: JobKind<ProcessFilePayload> = {
  name: 'files.process',
  retries: 5,
  groupOf: ({ userId }) => userId,
  idOf: ({ fileId }) => fileId,
};
