/**
 * The order of the modules, lowest first: a module imports only modules to its left. This list is the only place that
 * knows it; every rule below is made from it.
 */
const MODULES = [
  'access',
  'users',
  'groups',
  'auth',
  'files',
  'prompts',
  'notes',
  'providers',
  'sandbox',
  'code',
  'functions',
  'models',
  'pipeline',
  'retrieval',
  'knowledge',
  'memories',
  'tools',
  'folders',
  'chats',
  'completions',
  'channels',
  'evaluations',
  'rendering',
  'app-config',
  'scim',
  'migration',
];

/** What one module may import from another by its kind. */
const SHARED_KINDS = ['module', 'service', 'entity', 'dto', 'events', 'types', 'settings', 'errors'];

/** Further files that other modules may import, each with its reason. */
const PORTS = {
  'access/shareable.repository': 'base class of the repositories of shareable resources',
  'auth/guards/request-origin': 'URL and addresses of a request, as its client sees them',
  'auth/oauth/provider-fetch': 'fetch for the protocol libraries of OAuth',
  'files/(file-access.source|files.jobs)': 'port by which modules give access to files, and the job that processes one',
  'groups/permissions/permissions': 'the typed permission tree and its keys',
  'pipeline/(completion-context|completion-event|completion-step|message-event|reply-host|reply-metadata|reply-sink|tool|tool-source)':
    'ports by which modules join a completion',
  'providers/responses/(assemble|client-events|event-stream|failures|reply-parts)': 'readers of provider responses',
  'providers/connection-lists': 'lists of models that are refreshed in the background',
  'providers/chat-provider': 'port that every kind of model provider implements',
  'retrieval/chat/attachment.source': 'port by which modules load their rows as attachments of chats',
  'sandbox/source/language': 'the language of a source, told by its text',
  'retrieval/index/document-scope': 'what a search may read, already authorised',
  'retrieval/ingest/collection-access.source': 'port by which modules resolve the names of their collections',
};

/**
 * Modules inside the folder of a module, lowest first, each a sub-folder. They import the rest of their module, which may
 * not import them (only its `.module.ts` lists them), and only sub-modules to their left.
 */
const SUB_MODULES = {
  chats: ['search', 'sharing', 'transfer'],
  tools: ['servers'],
  retrieval: ['extraction', 'splitting', 'embedding', 'index', 'search', 'web', 'ingest', 'api', 'chat'],
};

const anyOf = (values) => `(${values.join('|')})`;
const inModules = (names) => `^src/modules/${anyOf(names)}/`;
const shared = [`\\.${anyOf(SHARED_KINDS)}\\.ts$`, `^src/modules/${anyOf(Object.keys(PORTS))}\\.ts$`];
const SPECS = '\\.spec\\.ts$';
/** Wiring of a module. */
const MODULE_FILE = '/[^/]+\\.module\\.ts$';

const zone = (name, from, to) => ({
  name,
  comment: 'Zones point one way: modules -> platform -> common.',
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: `^src/${anyOf(to)}/` },
});

const moduleOrder = MODULES.slice(0, -1).map((name, index) => ({
  name: `order-${name}`,
  comment: `${name} may not know the modules to its right: move the code, publish an event, or declare a port.`,
  severity: 'error',
  from: { path: inModules([name]) },
  to: { path: inModules(MODULES.slice(index + 1)) },
}));

const subModuleOrder = Object.entries(SUB_MODULES).flatMap(([parent, names]) => [
  {
    name: `order-${parent}-core`,
    comment: `${parent} may not know its sub-modules: they are built on it.`,
    severity: 'error',
    from: { path: `^src/modules/${parent}/`, pathNot: [`^src/modules/${parent}/${anyOf(names)}/`, MODULE_FILE] },
    to: { path: `^src/modules/${parent}/${anyOf(names)}/` },
  },
  ...names.slice(0, -1).map((name, index) => ({
    name: `order-${parent}-${name}`,
    comment: `${parent}/${name} may not know the sub-modules to its right.`,
    severity: 'error',
    from: { path: `^src/modules/${parent}/${name}/` },
    to: { path: `^src/modules/${parent}/${anyOf(names.slice(index + 1))}/` },
  })),
]);

module.exports = {
  forbidden: [
    zone('common-imports-no-zone', 'common', ['platform', 'modules']),
    zone('platform-knows-no-domain', 'platform', ['modules']),
    {
      name: 'zones-do-not-know-the-app',
      severity: 'error',
      from: { path: '^src/(common|platform|modules)/', pathNot: SPECS },
      to: { path: '^(src/[^/]+\\.ts|test/|bench/|scripts/)' },
    },
    ...moduleOrder,
    ...subModuleOrder,
    {
      name: 'listed-modules-only',
      comment: 'Every folder of src/modules has its place in the order.',
      severity: 'error',
      from: { path: '^src/modules/', pathNot: inModules(MODULES) },
      to: {},
    },
    {
      name: 'shared-kinds-only',
      comment: 'Across modules only the file kinds listed in SHARED_KINDS and the PORTS.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: SPECS },
      to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', ...shared] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: SPECS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
