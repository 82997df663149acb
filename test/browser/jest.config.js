const { projects, testTimeout } = require('../../jest.config.js');

const app = projects.find(({ displayName }) => displayName === 'app');

/** Tests that need a browser: run by themselves, since `npm test` needs nothing but Node. */
module.exports = {
  ...app,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testPathIgnorePatterns: [],
  testTimeout,
};
