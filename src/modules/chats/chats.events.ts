/** Chats of one user were deleted with their messages; running work for them should stop. */
export class ChatsDeleted {
  constructor(
    readonly chatIds: readonly string[],
    readonly userId: string,
  ) {}
}
