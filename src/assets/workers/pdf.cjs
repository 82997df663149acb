'use strict';

/** A chat in, a PDF out. It reads the fonts of this installation and nothing else. */
const { parentPort, workerData } = require('node:worker_threads');
const { writeChat } = require('./pdf/document.cjs');

void writeChat(workerData).then((bytes) => parentPort.postMessage(bytes));
