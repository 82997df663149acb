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

export const QUERIES_PROMPT = `### Task:
Decide what to search for so that the last message of the chat below can be answered well, and write the search queries.

### Rules:
- Write 1 to 3 short queries, each of which finds something else. Use words that the searched texts would use.
- Put names, numbers and dates from the chat into the queries, and say what pronouns stand for.
- Use the language of the chat.
- Only when a search is certainly useless (a greeting, thanks, a task on text that the chat holds), answer with an empty list.
- Today is {{CURRENT_DATE}}.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "queries": ["query 1", "query 2"] }

### Chat:
<chat>
{{MESSAGES:END:6}}
</chat>`;

export const TOOLS_PROMPT = `### Task:
Select the functions below whose results are needed to answer the query. They are described as JSON:

{{TOOLS}}

### Rules:
- Select a function only when the query needs it. When none is needed, answer with an empty list.
- Take the parameters from the query and the history; leave out optional ones that neither of them names.
- Use the names of functions and parameters exactly as described.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "tool_calls": [{ "name": "function name", "parameters": { "parameter": "value" } }] }`;

export const CODE_PROMPT = `#### Tool: Code Interpreter
You can run Python. To do so, write the code between these tags, exactly like this and without a code fence, and then stop:

<code_interpreter type="code" lang="python">
print(6 * 7)
</code_interpreter>

- Use it when a result has to be computed, analysed or plotted. Nothing else needs it.
- Print everything that you need: you see only what the code prints and the value of its last line.
- The output follows your message. Comment on it in the language of the chat; when it is not what you need, run further code.
- When the output has a link to a file or picture, repeat the link verbatim as Markdown.`;

export const VOICE_PROMPT = `You are talking with the user: your answer is read aloud by a speech engine.

- Answer briefly, in one to three sentences, as one speaks. Go into detail only when the user asks for it.
- Write plain sentences: no lists, headings, tables, markup, code, links or emoji.
- Write out numbers, units, symbols and abbreviations where they would be read wrongly.
- The user's words come from speech recognition: take an odd word for the one that sounds like it.
- Use the language of the user.`;

export const IMAGE_PROMPT = `### Task:
Write the prompt of a picture for the chat below: what an image generator should draw.

### Rules:
- Describe in detail what is seen: subject, surroundings, composition, light, colours, style and mood.
- Take the subject from the last request of the user, and what it refers to from the rest of the chat.
- Describe the picture, not the chat. Use English.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "prompt": "description of the picture" }

### Chat:
<chat>
{{MESSAGES:END:6}}
</chat>`;

export const AUTOCOMPLETE_PROMPT = `### Task:
Continue the text below as its author would. It is being typed into a field of the type "{{TYPE}}".

### Rules:
- Begin exactly where the text ends. Do not repeat any of it, and do not answer it.
- Type "General": continue with a few words, one sentence at most.
- Type "Search Query": complete it to a query with few, specific words.
- Use the language of the text, and what the chat below tells about its subject.
- When there is no useful continuation, use an empty string.
- Answer with one JSON object and nothing else: no explanation, no code fence.

### Output:
{ "text": "continuation" }

### Chat:
<chat>
{{MESSAGES:END:6}}
</chat>

### Text:
<text>{{PROMPT}}</text>`;

export const EMOJI_PROMPT = `Which one emoji fits the mood or the subject of this text best? Answer with that emoji and nothing else.

<text>{{prompt}}</text>`;

export const MOA_PROMPT = `Several models have answered the request of a user. Make one answer of theirs.

### Rules:
- Judge each answer: some may be wrong, biased or incomplete. Take over what is right, and correct what is not.
- Where the answers contradict each other, decide, and say so when it remains open.
- Answer the request itself, in its language, accurately and well ordered. Do not mention the models or their answers.

### Request:
{{prompt}}

### Answers:
{{responses}}`;
