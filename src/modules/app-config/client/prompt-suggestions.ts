import type { PromptSuggestion } from '../admin/configs.dto';

/** Default prompt suggestions of empty chats. */
export const PROMPT_SUGGESTIONS: PromptSuggestion[] = [
  {
    title: ['Explain it to me', 'as if I were new to it'],
    content:
      'Explain how a transistor works to a person without any knowledge of physics. Use one everyday comparison.',
  },
  {
    title: ['Summarise a text', 'in five sentences'],
    content: 'Summarise the following text in five sentences, then name its three most important claims:\n\n',
  },
  {
    title: ['Find the mistake', 'in a piece of code'],
    content: 'Find the mistake in this code, explain why it is one, and show the corrected version:\n\n```\n\n```',
  },
  {
    title: ['Practise a language', 'with short dialogues'],
    content:
      'Let us practise Spanish at beginner level. Play a baker, speak in short sentences, and correct my mistakes.',
  },
  {
    title: ['Plan a week of meals', 'for two people'],
    content: 'Plan quick vegetarian dinners for two people for one week, with a shopping list sorted by kind of shop.',
  },
  {
    title: ['Weigh a decision', 'with arguments on both sides'],
    content: 'I have to decide something. Ask me up to five questions about it, then list arguments on both sides.',
  },
];
