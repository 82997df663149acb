/** A chat and its messages are gone; whatever still works for it should stop. */
export class ChatDeleted {
  constructor(
    readonly chatId: string,
    readonly userId: string,
  ) {}
}
