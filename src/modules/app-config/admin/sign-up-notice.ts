import type { UserResponse } from '../../users/users.dto';

/** The installation named in the notice. */
interface Sender {
  name: string;
  version: string;
}

const MAX_DISCORD = 2000;
const CUT_DISCORD = 1980;
const ACTION = 'signup';

/** The webhook body for a new account, in the format of the receiving service. */
export function signUpNotice(url: string, user: UserResponse, sender: Sender): object {
  const message = `New user signed up: ${user.name}`;
  const isFor = (place: string): boolean => url.includes(place);
  if (isFor('https://hooks.slack.com') || isFor('https://chat.googleapis.com')) return { text: message };
  if (isFor('https://discord.com/api/webhooks')) return { content: cut(message) };
  if (isFor('webhook.office.com')) return messageCard(message, user, sender);
  // The contract requires the account as a JSON string.
  return { action: ACTION, message, user: JSON.stringify(present(user)) };
}

const cut = (text: string): string =>
  text.length < MAX_DISCORD ? text : `${text.slice(0, CUT_DISCORD)}... (truncated)`;

const messageCard = (message: string, user: UserResponse, { name, version }: Sender) => ({
  '@type': 'MessageCard',
  '@context': 'http://schema.org/extensions',
  themeColor: '0076D7',
  summary: message,
  sections: [
    {
      activityTitle: message,
      activitySubtitle: `${name} (${version}) - ${ACTION}`,
      facts: Object.entries(present(user)).map(([key, value]) => ({ name: key, value })),
      markdown: true,
    },
  ],
});

/** Without empty fields. */
const present = (user: UserResponse): Partial<UserResponse> =>
  Object.fromEntries(Object.entries(user).filter(([, value]) => value !== null));
