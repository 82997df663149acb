import { fileURLToPath } from 'node:url';
import { replayChatFlow } from './chat-flow.mjs';
import { replayScenarios } from './scenarios.mjs';

/**
 * Finished domains, one line each: the built server must answer as recorded, but for `deviations.md`.
 *
 * A domain is either lines of a recording: `file`, and `paths` (with `isSent` by id) for the requests that are sent, those that set the
 * stage included; or a `replay` of its own that gets `{url, provider}` and returns `[{id, text}]`, one for each
 * difference. `env` adds variables for the server; `peers` names local servers of the recordings that run beside it, by
 * the variables of their addresses, and `env` may be a function of these and of the provider's address, as `replace` may be
 * of the latter.
 */
const EVERY_LINE = /^/;
/** The name of a recorded installation, and no check for newer releases. */
const QUIET = { ENABLE_VERSION_UPDATE_CHECK: 'False' };
const NAMED = { WEBUI_NAME: 'Open WebUI', ...QUIET };
const TRUSTED_HEADERS = {
  WEBUI_AUTH_TRUSTED_EMAIL_HEADER: 'x-email',
  WEBUI_AUTH_TRUSTED_NAME_HEADER: 'x-name',
  WEBUI_AUTH_TRUSTED_GROUPS_HEADER: 'x-groups',
};

const CLIENT_BUILD = fileURLToPath(new URL('./fixtures/build', import.meta.url));

/** Not here yet: pipelines servers. */
const PROVIDERS = /^(?!\/api\/v1\/pipelines\b)/;

/** The stand-in for the provider also embeds. */
const EMBEDDING = (_, provider) => ({
  RAG_EMBEDDING_ENGINE: 'openai',
  RAG_EMBEDDING_MODEL: 'fake-embed',
  RAG_OPENAI_API_BASE_URL: provider,
  RAG_OPENAI_API_KEY: 'sk-fake',
});
const PROVIDER = (provider) => ({ 'http://127.0.0.1:9100/v1': provider });
const LOCAL_WEB = (peers, provider) => ({
  ...EMBEDDING(peers, provider),
  ENABLE_RAG_LOCAL_WEB_FETCH: 'True',
  WEB_FETCH_FILTER_LIST: '!127.0.0.1:8336',
});

/** With vectors, as recorded. */
const embeddedBy = (llm) => ({
  RAG_EMBEDDING_ENGINE: 'openai',
  RAG_EMBEDDING_MODEL: 'fake-embed',
  RAG_OPENAI_API_BASE_URL: `${llm}/v1`,
  RAG_OPENAI_API_KEY: 'sk-fake',
});

/** Actions run where a model offers them: the recorded one is attached to none, so it is made global. */
const GLOBAL_ACTION = {
  id: 'pipeline-039-global',
  title: 'action for all models',
  as: 'admin',
  request: { method: 'POST', path: '/api/v1/functions/id/act/toggle/global' },
  response: { status: 200, body: '<any>' },
};

const SEARCH_ENGINES = ({ LLM }) => ({
  ENABLE_RAG_LOCAL_WEB_FETCH: 'True',
  RAG_EMBEDDING_ENGINE: 'openai',
  RAG_EMBEDDING_MODEL: 'fake-embed',
  RAG_OPENAI_API_BASE_URL: `${LLM}/v1`,
  RAG_OPENAI_API_KEY: 'sk-fake',
  OPENAI_API_BASE_URL: `${LLM}/v1`,
});
/** Sources are loaded from a stand-in on the loopback address. */
const LOCAL_SOURCES = { ENABLE_LOCAL_SOURCE_FETCH: 'True' };
const THROUGH_PROXY = (peers, _, { proxy, authority }) => ({
  ...SEARCH_ENGINES(peers),
  HTTP_PROXY: proxy,
  HTTPS_PROXY: proxy,
  NO_PROXY: '127.0.0.1,localhost',
  NODE_EXTRA_CA_CERTS: authority,
});
/** Not here yet: audio. */
const SEARCHES = /^(?!\/api\/v1\/audio\b)/;

export const DOMAINS = [
  // The longest first: several run at once.
  {
    name: 'providers',
    file: 'providers.jsonl',
    paths: PROVIDERS,
    peers: ['LLM', 'OLLAMA'],
    env: ({ OLLAMA }) => ({
      ENABLE_OLLAMA_API: 'True',
      OLLAMA_BASE_URL: OLLAMA,
      ENABLE_OPENAI_API_PASSTHROUGH: 'True',
    }),
  },
  { name: 'models', file: 'models.jsonl', paths: EVERY_LINE, peers: ['LLM'] },
  {
    name: 'evaluations',
    file: 'evaluations.jsonl',
    paths: EVERY_LINE,
    // Two lines store a rating under a chosen id and delete it. Ours has an id of its own and would stay in the lists.
    isSent: (id) => !/^evaluations-02[67]$/.test(id),
  },
  { name: 'chat-flow', replay: replayChatFlow, env: { ENABLE_DIRECT_CONNECTIONS: 'True' } },
  // Sharing takes the permission for it, which the recorded default permissions do not have.
  {
    name: 'knowledge',
    file: 'knowledge.jsonl',
    paths: EVERY_LINE,
    peers: ['LLM'],
    env: ({ LLM }) => embeddedBy(LLM),
    replace: {
      '"knowledge":true,"prompts":false,"tools":false},"sharing":{}':
        '"knowledge":true,"prompts":false,"tools":false},"sharing":{"knowledge":true}',
    },
  },
  {
    name: 'pipeline',
    replay: replayScenarios('pipeline.jsonl', undefined, { 'pipeline-039': [GLOBAL_ACTION] }),
    peers: ['LLM'],
    env: ({ LLM }) => ({
      ...NAMED,
      ...embeddedBy(LLM),
      ENABLE_DIRECT_CONNECTIONS: 'True',
      USER_PERMISSIONS_FEATURES_DIRECT_TOOL_SERVERS: 'True',
    }),
  },
  {
    name: 'web-search-chat',
    replay: replayScenarios('web-search-chat.jsonl'),
    peers: ['LLM', 'SEARCH'],
    env: ({ LLM }) => ({
      ENABLE_RAG_LOCAL_WEB_FETCH: 'True',
      OPENAI_API_BASE_URL: `${LLM}/v1`,
      OPENAI_API_KEY: 'sk-fake',
      ...embeddedBy(LLM),
    }),
  },
  {
    name: 'tasks',
    file: 'tasks.jsonl',
    paths: EVERY_LINE,
    peers: ['LLM', 'OLLAMA'],
    env: ({ OLLAMA }) => ({ ...NAMED, ENABLE_OLLAMA_API: 'True', OLLAMA_BASE_URL: OLLAMA }),
  },
  { name: 'auth-rules', file: 'auth-rules.jsonl', paths: EVERY_LINE, env: QUIET },
  { name: 'auth-trusted-header', file: 'auth-trusted-header.jsonl', paths: EVERY_LINE, env: TRUSTED_HEADERS },
  { name: 'auth-off', file: 'auth-off.jsonl', paths: EVERY_LINE, env: { ...NAMED, WEBUI_AUTH: 'False' } },
  { name: 'auth-off-existing-users', file: 'auth-off-existing-users.jsonl', paths: EVERY_LINE },
  { name: 'auth-no-signup', file: 'auth-no-signup.jsonl', paths: EVERY_LINE, env: NAMED },
  {
    name: 'auth-no-password',
    file: 'auth-no-password.jsonl',
    paths: EVERY_LINE,
    env: { ENABLE_PASSWORD_AUTH: 'False' },
  },
  { name: 'auth-initial-admin', file: 'auth-initial-admin.jsonl', paths: EVERY_LINE, env: NAMED },
  // The recorded value stops our start: the lines show what a good one answers.
  { name: 'auth-bad-duration', file: 'auth-bad-duration.jsonl', paths: EVERY_LINE, env: { JWT_EXPIRES_IN: '4w' } },
  // Addresses with two `@` are refused: another one takes the place of the recorded one.
  { name: 'identity', file: 'identity.jsonl', paths: EVERY_LINE, env: NAMED, replace: { 'a@b.c@d': 'a@b.cd' } },
  { name: 'users-paging', file: 'users-paging.jsonl', paths: EVERY_LINE },
  { name: 'rate-limit', file: 'rate-limit.jsonl', paths: EVERY_LINE },
  {
    name: 'app-config',
    file: 'app-config.jsonl',
    paths: EVERY_LINE,
    env: { ...NAMED, FRONTEND_BUILD_DIR: CLIENT_BUILD },
  },
  {
    name: 'code',
    file: 'code.jsonl',
    paths: EVERY_LINE,
    peers: ['JUPYTER', 'LLM'],
    env: ({ LLM }) => ({ OPENAI_API_BASE_URL: `${LLM}/v1` }),
  },
  {
    name: 'code-chat',
    replay: replayScenarios('code-chat.jsonl'),
    peers: ['LLM', 'JUPYTER'],
    env: ({ LLM }) => ({ OPENAI_API_BASE_URL: `${LLM}/v1`, OPENAI_API_KEY: 'sk-fake' }),
  },
  { name: 'files', file: 'files.jsonl', paths: EVERY_LINE },
  {
    name: 'prompts',
    file: 'prompts-memories-notes.jsonl',
    paths: /^\/api\/v1\/(auths|users|groups|prompts|memories)\b/,
    peers: ['LLM'],
    env: ({ LLM }) => embeddedBy(LLM),
  },
  // A path without the slash at its end is the same path: the line that asks for the original's page is left out.
  {
    name: 'notes',
    file: 'prompts-memories-notes.jsonl',
    paths: /^\/api\/v1\/(auths|users|groups|notes)\b/,
    isSent: (id) => id !== 'pmn-013',
    // Sharing takes the permission for it, which the recorded default permissions do not have.
    env: { USER_PERMISSIONS_NOTES_ALLOW_SHARING: 'True' },
  },
  // A path without the slash at its end is the same path: the lines that ask for the original's page there are left out.
  { name: 'chats', file: 'chats.jsonl', paths: EVERY_LINE },
  { name: 'retrieval', file: 'retrieval.jsonl', paths: EVERY_LINE, peers: ['PEER'], env: EMBEDDING, replace: PROVIDER },
  { name: 'retrieval-localweb', file: 'retrieval-localweb.jsonl', paths: EVERY_LINE, peers: ['PEER'], env: LOCAL_WEB },
  { name: 'web-search', file: 'web-search.jsonl', paths: EVERY_LINE, peers: ['LLM', 'SEARCH'], env: SEARCH_ENGINES },
  {
    name: 'web-search-proxy',
    file: 'web-search-proxy.jsonl',
    paths: SEARCHES,
    peers: ['LLM', 'SEARCH'],
    hasProxy: true,
    env: THROUGH_PROXY,
  },
  // Sharing takes the permission for it, which the recorded default permissions do not have.
  {
    name: 'tools',
    file: 'tools.jsonl',
    paths: EVERY_LINE,
    peers: ['PEER'],
    env: LOCAL_SOURCES,
    replace: {
      '"workspace":{"tools":true},"sharing":{}':
        '"workspace":{"tools":true},"sharing":{"tools":true,"public_tools":true}',
      '"workspace":{"tools":true,"tools_export":true},"sharing":{}':
        '"workspace":{"tools":true,"tools_export":true},"sharing":{"tools":true,"public_tools":true}',
    },
  },
  { name: 'functions', file: 'functions.jsonl', paths: EVERY_LINE, peers: ['PEER'], env: LOCAL_SOURCES },
  { name: 'folders', file: 'folders.jsonl', paths: /^(?!\/api\/v1\/folders$)/ },
];
