const { createRequire, Module } = require('node:module');
const { compileFunction } = require('node:vm');
const Runtime = require('jest-runtime').default;

const TRANSFORM_OPTIONS = {
  isInternalModule: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: false,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};

/** Source maps of the modules that this worker has loaded, by file name. */
const sourceMaps = new Map();
let current;

/**
 * Jest's module loader for tests that boot the application. Only the test file itself is loaded by jest, once per run;
 * everything that it imports is loaded by Node's own `require` and stays loaded for the next files of the same worker.
 * Without this each file loads and links some 2,000 modules again, which takes longer than most files test.
 *
 * `jest.mock` has no effect on shared modules. Module state lives as long as the worker.
 */
module.exports = class SharedRuntime extends Runtime {
  constructor(config, environment, resolver, transformer, ...rest) {
    super(config, environment, resolver, transformer, ...rest);
    current = { transformer, sourceMaps: this.getSourceMaps() };
    for (const [file, map] of sourceMaps) current.sourceMaps.set(file, map);
    // Shared modules belong to the main context, so the test file has to run there too: `instanceof` works across both.
    this.executor.compile = (source, filename) =>
      compileFunction(source, this.executor.injectedModuleParameters, { filename });
  }

  requireModuleOrMock(from, name) {
    return name === '@jest/globals' ? super.requireModuleOrMock(from, name) : createRequire(from)(name);
  }
};

Module._extensions['.ts'] = (module, filename) => {
  const { code, sourceMapPath } = current.transformer.transform(filename, TRANSFORM_OPTIONS);
  if (sourceMapPath) {
    sourceMaps.set(filename, sourceMapPath);
    current.sourceMaps.set(filename, sourceMapPath);
  }
  module._compile(code, filename);
};
