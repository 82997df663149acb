import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles, ROOT } from '../support/files';

/** What must not be in the repository. Written so that this file does not contain it. */
const FORBIDDEN = {
  'a path of a developer’s machine': /(^|[^\w./-])\/(home\/\w|root\/|work\/|Users\/\w+\/)/,
  'the address of a package registry': /registry\.(npmjs|yarnpkg)\.|"resolved": ?"http/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'the key of a model provider': /\bsk-(proj-|ant-|or-)?[A-Za-z0-9]{40,}\b/,
};

/** This list itself, and the certificate that a fake server of the tests shows. */
const EXEMPT = new Set(['test/architecture/hygiene.spec.ts', 'test/support/fakes/self-signed.ts']);

const isText = (file: string): boolean => !/\.(png|jpg|ico|gz|woff2?)$/.test(file);
const isLocal = (file: string): boolean => /(^|\/)\.env$|\.log$/.test(file);

describe('the repository', () => {
  const files = projectFiles().filter((file) => isText(file) && !isLocal(file) && !EXEMPT.has(file));

  it.each(Object.entries(FORBIDDEN))('holds nowhere %s', (_, pattern) => {
    const found = files.filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(found).toEqual([]);
  });
});
