/**
 * Mutation tests of the folders that hold pure rules: `npm run test:mutation [-- --mutate 'src/modules/access/*.ts']`.
 * Survivors are explained in docs/mutation.md.
 */
export default {
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.js' },
  mutate: [
    'src/common/auth/key-scope.ts',
    'src/common/json/*.ts',
    'src/modules/access/access-control.ts',
    'src/modules/chats/history/{history.codec,json-compare,merge-*,message-events,message-row,removals,save-plan,tree}.ts',
    'src/modules/chats/search/{search-query,search-text}.ts',
    'src/common/util/fold.ts',
    'src/modules/completions/content/*.ts',
    '!src/**/*.spec.ts',
  ],
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker/incremental.json',
  tempDirName: '.tmp/stryker',
  concurrency: 1,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { logTests: false, reportScoreTable: true },
  thresholds: { high: 95, low: 90, break: 90 },
};
