/** The built-in prompts of the small generations. The settings may replace each; see `renderTaskPrompt` for placeholders. */
export const TITLE_PROMPT = `### Task:
Write a title for the chat below: 3 to 5 words that name its subject, with one fitting emoji in front.

### Rules:
- Use the main language of the chat; when several are mixed, English.
- Name what the chat is about, not that it is a chat. No quotation marks, no markup, no full stop.
- Precise is better than witty.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "title": "your title" }

### Examples:
- { "title": "🥖 Sourdough Without Kneading" }
- { "title": "🐘 Slow Postgres Queries" }
- { "title": "🧳 Drei Tage Lissabon" }

### Chat:
<chat>
{{MESSAGES:END:2}}
</chat>`;

export const TAGS_PROMPT = `### Task:
File the chat below: 1 to 3 broad tags for its field and 1 to 3 tags for its particular subject.

### Rules:
- Use the main language of the chat; when several are mixed, English.
- A tag is one word or a few, in the singular where that is usual.
- Broad tags are fields such as Science, Technology, Health, Business, Arts, Travel, Cooking, Sports, Politics, Education.
- When the chat is shorter than three messages or has no common subject, use only ["General"].
- Answer with one JSON object and nothing else.

### Output:
{ "tags": ["tag1", "tag2", "tag3"] }

### Chat:
<chat>
{{MESSAGES:END:6}}
</chat>`;

export const FOLLOW_UPS_PROMPT = `### Task:
Suggest 3 to 5 questions or requests with which the user could go on after the chat below.

### Rules:
- Write them from the user's point of view, addressed to the assistant, in the language of the chat.
- Each stands by itself, is short, and leads on: nothing that was answered already.
- Stay with the subject of the chat.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "follow_ups": ["question 1", "question 2", "question 3"] }

### Chat:
<chat>
{{MESSAGES:END:6}}
</chat>`;
