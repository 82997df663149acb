/** Chats of one user and their messages are gone; whatever still works for them should stop. */
export class ChatsDeleted {
  constructor(
    readonly chatIds: readonly string[],
    readonly userId: string,
  ) {}
}
