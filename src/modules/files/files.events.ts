/** Files were deleted, with their texts. Files that are deleted with their account are not announced. */
export class FilesDeleted {
  constructor(readonly ids: readonly string[]) {}
}

/** An administrator deleted all files of all users. */
export class AllFilesDeleted {}
