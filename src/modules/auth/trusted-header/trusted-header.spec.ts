import { identityOf } from './trusted-header';

const NAMES = { trusted_email_header: 'x-email', trusted_name_header: 'x-name', trusted_groups_header: 'x-groups' };
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('identityOf', () => {
  it('reads address, name and groups', () => {
    const headers = { 'x-email': 'Ada@Example.com', 'x-name': 'Ad%C3%A1%20L', 'x-groups': ' Team A , ,Team B' };
    const identity = { email: 'ada@example.com', name: 'Adá L', groups: ['Team A', 'Team B'] };
    expect(identityOf(headers, NAMES)).toEqual(identity);
  });

  it('takes the address for a name that is missing, and a name as it is that is not encoded', () => {
    expect(identityOf({ 'x-email': 'a@b.c' }, NAMES)).toEqual({ email: 'a@b.c', name: 'a@b.c', groups: [] });
    expect(identityOf({ 'x-email': 'a@b.c', 'x-name': '100% Ada' }, NAMES)?.name).toBe('100% Ada');
    expect(identityOf({ 'x-email': 'a@b.c', 'x-name': latin1('Adá') }, NAMES)?.name).toBe('Adá');
  });

  it.each([
    ['absent', {}],
    ['empty', { 'x-email': '' }],
    ['no address', { 'x-email': 'ada' }],
    ['sent twice', { 'x-email': 'evil@example.com, ada@example.com' }],
    ['two in one', { 'x-email': 'evil@example.com ada@example.com' }],
  ])('is anonymous when the header is %s', (_, headers) => {
    expect(identityOf(headers, NAMES)).toBeNull();
  });

  it('ignores headers that are not configured', () => {
    const names = { trusted_email_header: 'x-email', trusted_name_header: null, trusted_groups_header: null };
    const headers = { 'x-email': 'a@b.c', 'x-name': 'Ada', 'x-groups': 'G' };
    expect(identityOf(headers, names)).toEqual({ email: 'a@b.c', name: 'a@b.c', groups: [] });
  });
});
