import { isEmail } from './email';

describe('isEmail', () => {
  it.each(['ada@example.com', 'a@b.c', 'hal@localhost', 'a@b.c@d', 'ä@ö.ü'])('takes %s', (email) =>
    expect(isEmail(email)).toBe(true),
  );
  it.each(['', 'not-an-email', 'a@b', 'a@b.', 'a@.b', '@b.c', 'a@', `${'a'.repeat(400)}@b.c`])('refuses %s', (email) =>
    expect(isEmail(email)).toBe(false),
  );
});
