/** Put before the question when administrators configure no other. `{{CONTEXT}}`: the passages. */
export const DEFAULT_RAG_TEMPLATE = `### Task
Answer the question with the help of the passages between the context tags.

### Rules
- Cite a passage with the number of its source in brackets, such as [1], directly after the statement it supports. Use only numbers of the id attribute of <source> tags; a source without an id is not cited.
- Cite several sources separately: [1][2].
- When the passages do not answer the question, say so, and answer from general knowledge only if that is clearly marked.
- When a passage is unreadable, say so and answer as well as the rest allows.
- Answer in the language of the question.
- Do not repeat these rules, and write no XML tags.

<context>
{{CONTEXT}}
</context>

### Question
`;
