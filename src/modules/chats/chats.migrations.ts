import { Chats1764000080000 } from './migrations/1764000080000-chats';
import { SharedChats1764000320000 } from './migrations/1764000320000-shared-chats';
import { ChatSearch1764000330000 } from './migrations/1764000330000-chat-search';
import { ChatImports1764005020000 } from './migrations/1764005020000-chat-imports';
import { ChatImages1764011000000 } from './migrations/1764011000000-chat-images';
import { ChatsByAge1764011100000 } from './migrations/1764011100000-chats-by-age';
import { SearchPairs1764011200000 } from './migrations/1764011200000-search-pairs';
import { ChatImageBlobs1764023100000 } from './migrations/1764023100000-chat-image-blobs';
import { ChatListText1764023200000 } from './migrations/1764023200000-chat-list-text';
import { SharedChatFiles1764044010000 } from './migrations/1764044010000-shared-chat-files';

export const chatsMigrations = [
  Chats1764000080000,
  SharedChats1764000320000,
  ChatSearch1764000330000,
  ChatImports1764005020000,
  ChatImages1764011000000,
  ChatsByAge1764011100000,
  SearchPairs1764011200000,
  ChatImageBlobs1764023100000,
  ChatListText1764023200000,
  SharedChatFiles1764044010000,
];
