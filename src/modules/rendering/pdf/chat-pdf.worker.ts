import { serveTask } from '../../../platform/workers/serve-task';
import type { ChatDocument } from '../chat-document';
import { writeChat } from './document';

/** A chat in, a PDF out. It reads the fonts of this installation and nothing else. */
async function* print(chat: ChatDocument): AsyncGenerator<Uint8Array, void> {
  yield await writeChat(chat);
}

serveTask(print);
