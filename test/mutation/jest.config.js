const { projects, testTimeout } = require('../../jest.config.js');

/** The unit tests for mutation testing (`stryker.config.mjs`). */
module.exports = { ...projects.find(({ displayName }) => displayName === 'unit'), rootDir: '../..', testTimeout };
