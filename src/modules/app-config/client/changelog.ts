import type { ChangelogResponse } from './client-config.dto';

/**
 * The changelog shown to administrators after an update, newest first: clients compare the release of the interface
 * with the one they last showed. Texts contain no HTML special characters.
 */
const RELEASES: { version: string; date: string; sections: Record<string, string[]> }[] = [
  {
    version: '0.6.41',
    date: '2026-11-23',
    sections: {
      added: [
        'A new server: Confab speaks the interface of Open WebUI 0.6.41.',
        'Messages are rows: chats of any length are opened, saved and searched without reading others.',
        'Safe in parallel: two tabs, or a tab and a running reply, do not overwrite each other.',
      ],
    },
  },
];

const toEntry = (text: string): { title: string; content: string; raw: string } => {
  const colon = text.indexOf(': ');
  const [title, content] = colon < 0 ? ['', text] : [text.slice(0, colon), text.slice(colon + 2)];
  return { title, content, raw: `<li>${text}</li>` };
};

/** In the form of the contract; the newest five. */
export const CHANGELOG: ChangelogResponse = Object.fromEntries(
  RELEASES.slice(0, 5).map(({ version, date, sections }) => [
    version,
    { date, ...Object.fromEntries(Object.entries(sections).map(([name, texts]) => [name, texts.map(toEntry)])) },
  ]),
);
