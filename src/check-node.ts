import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Imported first: an older Node may fail to parse other files. */
const { engines } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  engines: { node: string };
};
const [major = 0, minor = 0] = engines.node.replace('>=', '').split('.').map(Number);
const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);

if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  process.stderr.write(`Confab needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
