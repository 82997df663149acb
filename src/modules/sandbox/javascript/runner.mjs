/** Main module of a process for JavaScript. First argument: JSON with the limits of a call. */
import { join } from 'node:path';
import process from 'node:process';
import { serve } from '../process/child.mjs';
import { JavascriptEngine } from './engine.mjs';
import { Machines } from './machine/machines.mjs';

const { memoryBytes, cpu } = JSON.parse(process.argv[2]);
const machines = new Machines({ libraryPath: join(import.meta.dirname, 'lib'), memoryBytes });

/** Made while the process may still load what it needs. */
await machines.warm();
await serve(new JavascriptEngine(machines, { cpu }));
