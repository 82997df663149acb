/**
 * A PostgreSQL with the extension pgvector, in memory, for one connection at a time. Prints its port. A process of its own:
 * its WebAssembly module cannot be loaded in jest.
 */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const db = await PGlite.create({ extensions: { vector } });
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0 });
server.addEventListener('listening', ({ detail }) => process.send?.(detail.port));
await server.start();
process.once('disconnect', () => process.exit());
