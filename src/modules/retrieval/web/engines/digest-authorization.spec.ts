import { digestAuthorization } from './digest-authorization';

/** RFC 7616, section 3.9.1. */
const CHALLENGE =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const REQUEST = {
  ...{ username: 'Mufasa', password: 'Circle of Life', uri: '/dir/index.html' },
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const responseTo = (challenge: string): string | undefined =>
  /response="(\w+)"/.exec(digestAuthorization(challenge, REQUEST) ?? '')?.[1];

describe('digestAuthorization', () => {
  it('answers the challenges of the standard', () => {
    expect(responseTo(`Digest ${CHALLENGE}, algorithm=MD5`)).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(responseTo(`Digest ${CHALLENGE}, algorithm=SHA-256`)).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('has every field of the challenge, quoted', () => {
    const header = digestAuthorization('Digest realm="a \\"b\\"", nonce="n"', { ...REQUEST, username: 'x"y' });
    expect(header).toContain('username="x\\"y", realm="a \\"b\\"", nonce="n", uri="/dir/index.html"');
    expect(header).not.toMatch(/qop|opaque/);
  });

  it.each(['Basic realm="a"', 'Negotiate', 'Digest realm="a", algorithm=unknown', ''])(
    'has no answer to %j',
    (text) => {
      expect(digestAuthorization(text, REQUEST)).toBeUndefined();
    },
  );
});
