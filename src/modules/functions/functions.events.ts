/** Functions were deleted: their ids may be used again. */
export class FunctionsDeleted {
  constructor(readonly ids: readonly string[]) {}
}
