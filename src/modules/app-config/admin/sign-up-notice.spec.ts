import type { UserResponse } from '../../users/users.dto';
import { signUpNotice } from './sign-up-notice';

const user = {
  id: 'u1',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'pending',
  bio: null,
  created_at: 1,
} as UserResponse;
const sender = { name: 'Confab', version: '0.6.41' };
const message = 'New user signed up: Ada';

describe('signUpNotice', () => {
  it.each([
    ['https://hooks.slack.com/services/x', { text: message }],
    ['https://chat.googleapis.com/v1/spaces/x', { text: message }],
    ['https://discord.com/api/webhooks/1/x', { content: message }],
  ])('writes to %s as it reads', (url, expected) => expect(signUpNotice(url, user, sender)).toEqual(expected));

  it('cuts what is too long for Discord', () => {
    const { content } = signUpNotice(
      'https://discord.com/api/webhooks/1',
      { ...user, name: 'x'.repeat(3000) },
      sender,
    ) as {
      content: string;
    };
    expect(content).toHaveLength(1980 + '... (truncated)'.length);
    expect(content.endsWith('x... (truncated)')).toBe(true);
  });

  it('makes a card for Teams', () =>
    expect(signUpNotice('https://x.webhook.office.com/y', user, sender)).toEqual({
      '@type': 'MessageCard',
      '@context': 'http://schema.org/extensions',
      themeColor: '0076D7',
      summary: message,
      sections: [
        {
          activityTitle: message,
          activitySubtitle: 'Confab (0.6.41) - signup',
          facts: [
            { name: 'id', value: 'u1' },
            { name: 'name', value: 'Ada' },
            { name: 'email', value: 'ada@example.com' },
            { name: 'role', value: 'pending' },
            { name: 'created_at', value: 1 },
          ],
          markdown: true,
        },
      ],
    }));

  it('has the account as a text for everybody else', () =>
    expect(signUpNotice('https://example.com/hook', user, sender)).toEqual({
      action: 'signup',
      message,
      user: '{"id":"u1","name":"Ada","email":"ada@example.com","role":"pending","created_at":1}',
    }));
});
