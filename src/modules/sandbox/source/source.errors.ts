import { AppError } from '../../../common/errors/app-error';

/** `detail` texts about tools and functions that clients know and show. */
export const SourceDetail = {
  idInvalid: 'Only alphanumeric characters and underscores are allowed in the id',
  idTaken: 'Uh-oh! This id is already registered. Please choose another id string.',
} as const;

/** What a source is called in texts. */
export type SourceNoun = 'tool' | 'function';

/** The contract's error for a source that could not be loaded from a URL: 500, with the status and text of the cause. */
export class SourceImportError extends AppError {
  constructor(noun: SourceNoun, reason: string) {
    super(500, `Error importing ${noun}: ${reason}`);
  }
}
