import { isEmail } from './email';

describe('isEmail', () => {
  it.each(['ada@example.com', 'a@b.c', 'hal@localhost', 'ä@ö.ü', "o'neil+tag@x.example.com", 'oidc@auth0|1.local'])(
    'accepts %j',
    (email) => expect(isEmail(email)).toBe(true),
  );
  it.each([
    ...['', 'not-an-email', 'a@b', 'a@b.', 'a@.b', 'a@b..c', '@b.c', 'a@', '@localhost', 'a@b@localhost', 'a@b.c@d'],
    ...[
      'a b@c.d',
      ' a@b.c',
      'a@b.c ',
      'a@b.c\n',
      'a@b.c,d@e.f',
      'a@b.c;',
      'A <a@b.c>',
      'a\0@b.c',
      'a\u200B@b.c',
      `${'a'.repeat(400)}@b.c`,
    ],
  ])('rejects %j', (email) => expect(isEmail(email)).toBe(false));
});
