/**
 * Two projects: `unit` needs no database; `app` boots the application on a database of its own, and shares loaded modules
 * between the files of a worker.
 */
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** Packages that ship only ES modules and so have to be transformed for jest. */
const esmOnly = ['@nestjs', 'jose', 'oauth4webapi', 'ollama', 'openai', 'openid-client', 'whatwg-fetch'];

const base = {
  rootDir: __dirname,
  transform: { '^.+\\.[cm]?[jt]s$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  setupFiles: [
    'reflect-metadata',
    '<rootDir>/test/support/jest/finished-storages.js',
    '<rootDir>/test/support/jest/typescript-workers.js',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data', '<rootDir>/.tmp'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};

const unit = { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] };

const app = {
  ...base,
  displayName: 'app',
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // They need a browser: `npm run test:browser`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  runtime: '<rootDir>/test/support/jest/shared-runtime.js',
  testEnvironment: '<rootDir>/test/support/jest/shared-environment.js',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  projects: [unit, app],
  maxWorkers: 2,
  // Only a test that hangs should reach it, on a loaded machine too.
  testTimeout: 120_000,
};
