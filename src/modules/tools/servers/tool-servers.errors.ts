/** `detail` texts that clients know. */
export const ToolServerDetail = {
  unreachable: 'Failed to connect to the tool server',
  registration: 'Failed to register OAuth client',
  id: (id: string) => `The id of a tool server must not contain ":" or "|": ${JSON.stringify(id.slice(0, 100))}`,
} as const;
