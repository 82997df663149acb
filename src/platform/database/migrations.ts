import type { MigrationInterface } from 'typeorm';
import { Settings1764000010000 } from './migrations/1764000010000-settings';
import { Access1764000020000 } from './migrations/1764000020000-access';
import { Users1764000030000 } from './migrations/1764000030000-users';
import { Groups1764000040000 } from './migrations/1764000040000-groups';
import { Auth1764000050000 } from './migrations/1764000050000-auth';
import { Prompts1764000060000 } from './migrations/1764000060000-prompts';
import { Models1764000070000 } from './migrations/1764000070000-models';
import { Chats1764000080000 } from './migrations/1764000080000-chats';
import { Completions1764000090000 } from './migrations/1764000090000-completions';
import { NamedApiKeys1764000300000 } from './migrations/1764000300000-named-api-keys';
import { Audit1764000310000 } from './migrations/1764000310000-audit';
import { SharedChats1764000320000 } from './migrations/1764000320000-shared-chats';
import { ChatSearch1764000330000 } from './migrations/1764000330000-chat-search';
import { Usage1764000400000 } from './migrations/1764000400000-usage';
import { CompletionTaskModel1764005000000 } from './migrations/1764005000000-completion-task-model';
import { Folders1764005010000 } from './migrations/1764005010000-folders';
import { ChatImports1764005020000 } from './migrations/1764005020000-chat-imports';
import { ChatImages1764011000000 } from './migrations/1764011000000-chat-images';
import { ChatsByAge1764011100000 } from './migrations/1764011100000-chats-by-age';
import { SearchPairs1764011200000 } from './migrations/1764011200000-search-pairs';
import { ExternalIdentities1764010000000 } from './migrations/1764010000000-external-identities';
import { OAuthSessions1764010100000 } from './migrations/1764010100000-oauth-sessions';
import { AuditRetention1764010200000 } from './migrations/1764010200000-audit-retention';
import { ModelOwners1764012000000 } from './migrations/1764012000000-model-owners';

/** Every migration, oldest first. Listed by hand: a glob would load files by name at each start. */
export const migrations: (new () => MigrationInterface)[] = [
  Settings1764000010000,
  Access1764000020000,
  Users1764000030000,
  Groups1764000040000,
  Auth1764000050000,
  Prompts1764000060000,
  Models1764000070000,
  Chats1764000080000,
  Completions1764000090000,
  NamedApiKeys1764000300000,
  Audit1764000310000,
  SharedChats1764000320000,
  ChatSearch1764000330000,
  Usage1764000400000,
  CompletionTaskModel1764005000000,
  Folders1764005010000,
  ChatImports1764005020000,
  ExternalIdentities1764010000000,
  OAuthSessions1764010100000,
  AuditRetention1764010200000,
  ChatImages1764011000000,
  ChatsByAge1764011100000,
  SearchPairs1764011200000,
  ModelOwners1764012000000,
];
