import { errorDetail } from '../../common/errors/details';

/** Characters of an extension that an answer repeats. */
const MAX_EXTENSION = 32;

/** The literal `detail` texts about files that clients know and show, and some of the same form. */
export const FilesErrors = {
  cancelled: 'The processing was cancelled.',
  notUploaded: errorDetail('Error uploading file'),
  invalidMetadata: errorDetail('Invalid metadata format'),
  invalidForm: errorDetail('Invalid form'),
  empty: 'The content provided is empty. Please ensure that there is text or data present before proceeding.',
  noMatch: 'No files found matching the pattern.',
  notAllowed: (extension: string) => errorDetail(`File type ${extension.slice(0, MAX_EXTENSION)} is not allowed`),
  tooLarge: (megabytes: number) =>
    `Oops! The file you're trying to upload is too large. Please upload a file that is less than ${megabytes}MB.`,
  noSpace: (megabytes: number) =>
    `Oops! There is no space left for this file. All files of an account together may have ${megabytes}MB.`,
} as const;
