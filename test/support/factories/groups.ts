import type { TestUser } from '../as-user';

/** A group with these members; `permissions` is the part of the permission tree that it adds. @returns its id. */
export async function createGroup(
  admin: TestUser,
  members: readonly TestUser[],
  permissions: Record<string, Record<string, boolean>> = {},
): Promise<string> {
  const { body } = await admin.api.post('/api/v1/groups/create', { name: 'Group', description: '', permissions });
  const user_ids = members.map(({ id }) => id);
  const { status } = await admin.api.post(`/api/v1/groups/id/${body.id}/users/add`, { user_ids });
  if (status !== 200) throw new Error(`Group not made: ${status}`);
  return body.id;
}
