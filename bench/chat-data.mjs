/** A chain of messages as the web client stores it. */
export function chatOf(title, texts) {
  const list = texts.map((content, at) => ({
    id: `m${at}`,
    parentId: at === 0 ? null : `m${at - 1}`,
    childrenIds: at === texts.length - 1 ? [] : [`m${at + 1}`],
    role: at % 2 === 0 ? 'user' : 'assistant',
    content,
    timestamp: 1_700_000_000 + at,
  }));
  const messages = Object.fromEntries(list.map((message) => [message.id, message]));
  return {
    title,
    models: ['m'],
    params: {},
    files: [],
    history: { messages, currentId: list.at(-1).id },
    messages: list,
  };
}
