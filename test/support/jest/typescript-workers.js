/**
 * Setup of every test: worker processes run from the sources. The server passes preloaded modules of its command line on
 * to its workers, so this one is entered there; in the worker it compiles what is loaded.
 */
const HOOK = require.resolve('./typescript-hook.js');

if (!process.execArgv.includes(HOOK)) process.execArgv.push('--require', HOOK);
