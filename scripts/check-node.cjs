// Runs before anything that an older Node.js cannot parse, so it uses only syntax that all of them know.
'use strict';
const needed = require('../package.json').engines.node.replace('>=', '').split('.').map(Number);
const own = process.versions.node.split('.').map(Number);
if (own[0] < needed[0] || (own[0] === needed[0] && own[1] < needed[1])) {
  console.error('Confab needs Node.js ' + needed.join('.') + ' or newer; this is ' + process.versions.node + '.');
  process.exit(1);
}
