/** A group is gone, and with it its memberships. */
export class GroupDeleted {
  constructor(readonly groupId: string) {}
}
