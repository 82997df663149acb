import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPermissionTree } from '../../src/modules/groups/permissions/permissions';

const PAGE = join(__dirname, '../../docs/permissions.md');

describe('docs/permissions.md', () => {
  it('says of every key where it is checked', () => {
    const rows = readFileSync(PAGE, 'utf8').matchAll(/^\| `([\w.]+)` +\| (here|later|client) +\|/gm);
    const sections = Object.entries(newPermissionTree()) as unknown as [string, object][];
    const keys = sections.flatMap(([section, leaves]) => Object.keys(leaves).map((key) => `${section}.${key}`));
    expect([...rows].map(([, key]) => key).sort()).toEqual(keys.sort());
  });
});
