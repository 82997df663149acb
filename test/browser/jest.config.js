const base = require('../../jest.config.js');

/** Tests that need a browser: run by themselves, since `npm test` needs nothing but Node. */
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 60_000,
};
