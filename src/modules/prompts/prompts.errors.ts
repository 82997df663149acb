/** `detail` texts about prompts that clients know and show. */
export const PromptDetail = {
  commandTaken: 'Uh-oh! This command is already registered. Please choose another command string.',
} as const;
