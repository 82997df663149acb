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
  'functions',
  'models',
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
const SHARED_KINDS = ['module', 'service', 'entity', 'dto', 'events', 'types', 'settings'];

/** Further files that other modules may import, each with its reason. */
const PORTS = {
  'access/shareable.repository': 'base class of the repositories of shareable resources',
  'folders/folders-enabled.guard': 'who may use the routes of folders, wherever they live',
  'groups/permissions': 'the typed permission tree and its keys',
  'providers/chat-provider': 'port that every kind of model provider implements',
};

const anyOf = (values) => `(${values.join('|')})`;
const inModules = (names) => `^src/modules/${anyOf(names)}/`;
const shared = [`\\.${anyOf(SHARED_KINDS)}\\.ts$`, `^src/modules/${anyOf(Object.keys(PORTS))}\\.ts$`];
const SPECS = '\\.spec\\.ts$';

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

module.exports = {
  forbidden: [
    zone('common-knows-nobody', 'common', ['platform', 'modules']),
    zone('platform-knows-no-domain', 'platform', ['modules']),
    {
      name: 'zones-do-not-know-the-app',
      severity: 'error',
      from: { path: '^src/(common|platform|modules)/', pathNot: SPECS },
      to: { path: '^(src/[^/]+\\.ts|test/|bench/|scripts/)' },
    },
    ...moduleOrder,
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
