import type { OpenAPIObject } from '@nestjs/swagger';
import type { JsonObject } from '../common/util/json';
import { operationsOf } from './walk';

const MESSAGES = [{ role: 'user', content: 'Why is the sky blue?' }];
const MODEL = 'gpt-4o-mini';
const CHAT = {
  title: 'Sky',
  models: [MODEL],
  history: {
    messages: {
      m1: { id: 'm1', parentId: null, childrenIds: [], role: 'user', content: 'Why is the sky blue?' },
    },
    currentId: 'm1',
  },
};
const ACCOUNT = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
const PRESET = { id: 'tutor', base_model_id: MODEL, name: 'Tutor', meta: {}, params: { system: 'Explain simply.' } };
const PROMPT = { command: '/summarize', title: 'Summarize', content: 'Summarize: {{CLIPBOARD}}', access_control: {} };
const GROUP = { name: 'Editors', description: 'Write the handbook' };
const MEMBERS = { user_ids: ['7f1f7c1e-3c57-4f0a-9d5b-0c1c8b2f8a11'] };
const USE_OPENAI = {
  ENABLE_OPENAI_API: true,
  OPENAI_API_BASE_URLS: ['https://api.openai.com/v1'],
  OPENAI_API_KEYS: ['sk-...'],
  OPENAI_API_CONFIGS: {},
};
const USE_OLLAMA = { ENABLE_OLLAMA_API: true, OLLAMA_BASE_URLS: ['http://localhost:11434'], OLLAMA_API_CONFIGS: {} };

/** Example bodies of requests by operation id, shared by aliases and variants of an operation. */
const REQUESTS: Readonly<Record<string, JsonObject>> = {
  auth_signUp: ACCOUNT,
  auth_signIn: { email: ACCOUNT.email, password: ACCOUNT.password },
  auth_add: { ...ACCOUNT, role: 'user' },
  auth_updateProfile: { name: 'Ada', profile_image_url: '/user.png' },
  auth_updatePassword: { password: ACCOUNT.password, new_password: 'staple battery horse' },
  ldap_signIn: { user: 'ada', password: ACCOUNT.password },
  oAuthSessions_exchange: { token: 'eyJhbGciOi...' },
  namedKeys_create: { name: 'Script', requests_per_minute: 60 },
  namedKeys_update: { name: 'Nightly script', requests_per_minute: 30 },
  accounts_update: { role: 'user', name: 'Ada', email: ACCOUNT.email, profile_image_url: '/user.png' },
  users_updateStatus: { status_emoji: '🌴', status_message: 'On leave' },
  users_updateInfo: { location: 'Berlin' },
  userSettings_update: { ui: { theme: 'dark' } },
  feedbacks_create: {
    type: 'rating',
    data: { rating: 1, model_id: MODEL, tags: ['physics'] },
    meta: { chat_id: 'local' },
  },
  chats_create: { chat: CHAT },
  chats_save: { chat: { title: 'Blue sky' } },
  chats_clone: { title: 'Copy of Sky' },
  chats_move: { folder_id: '0c1c8b2f-8a11-4f0a-9d5b-7f1f7c1e3c57' },
  chats_editMessage: { content: 'Because of Rayleigh scattering.' },
  chatTags_add: { name: 'physics' },
  chatTags_remove: { name: 'physics' },
  chatLists_listTagged: { name: 'physics', skip: 0, limit: 50 },
  chatImports_import: { chats: [{ chat: CHAT }] },
  folders_create: { name: 'Physics' },
  folders_update: { name: 'Optics' },
  folders_move: { parent_id: null },
  folders_expand: { is_expanded: true },
  prompts_create: PROMPT,
  prompts_update: { ...PROMPT, title: 'Summarize a text' },
  groups_create: GROUP,
  groups_update: { ...GROUP, permissions: { chat: { share: true } } },
  groups_addMembers: MEMBERS,
  groups_removeMembers: MEMBERS,
  completions_complete: { model: MODEL, messages: MESSAGES, temperature: 0.7 },
  completions_completed: { model: MODEL, messages: MESSAGES, chat_id: 'c1', id: 'm2', session_id: 's1' },
  openAiApi_complete: { model: MODEL, messages: MESSAGES, stream: true },
  embeddings_embed: { model: 'text-embedding-3-small', input: ['The sky is blue.'] },
  ollamaApi_chat: { model: 'llama3.2', messages: MESSAGES, stream: false },
  ollamaApi_generate: { model: 'llama3.2', prompt: 'The sky is', stream: false },
  ollamaApi_embed: { model: 'nomic-embed-text', input: 'The sky is blue.' },
  ollamaOpenAi_chat: { model: 'llama3.2', messages: MESSAGES },
  ollamaApi_show: { model: 'llama3.2' },
  ollamaLibrary_pull: { model: 'llama3.2' },
  ollamaLibrary_delete: { model: 'llama3.2' },
  ollamaServers_updateConfig: USE_OLLAMA,
  openAi_updateConfig: USE_OPENAI,
  openAi_verify: { url: 'https://api.openai.com/v1', key: 'sk-...' },
  workspaceModels_create: PRESET,
  workspaceModels_update: { ...PRESET, is_active: true },
  modelsConfig_updateModels: { DEFAULT_MODELS: MODEL, DEFAULT_PINNED_MODELS: MODEL, MODEL_ORDER_LIST: [MODEL] },
  configs_saveConnections: { ENABLE_DIRECT_CONNECTIONS: false, ENABLE_BASE_MODELS_CACHE: true },
  configs_saveWebhook: { url: 'https://hooks.example.com/confab' },
  rendering_renderMarkdown: { md: '# Sky\n\nIt is **blue**.' },
};

/** Adds the example bodies; `redocly lint` checks them against their schemas. */
export function addExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const [name = ''] = Object.keys(REQUESTS).filter((id) => isSameHandler(id, operation.operationId));
    const body = operation.requestBody;
    if (REQUESTS[name] === undefined || !body || !('content' in body)) continue;
    const media = body.content['application/json'];
    if (media) media.example = REQUESTS[name];
  }
}

/** `chats_list` matches `chats_list`, `chats_list_api_v1_chats` and `chats_list_by_id`. */
const isSameHandler = (name: string, id = ''): boolean => id === name || id.startsWith(`${name}_`);
