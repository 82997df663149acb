const { readFileSync } = require('node:fs');
const { Module } = require('node:module');

/** Loads TypeScript without checking it; @swc/core itself is loaded with the first such file. */
Module._extensions['.ts'] = (module, filename) => {
  const { transformSync } = require('@swc/core');
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  module._compile(code, filename);
};
