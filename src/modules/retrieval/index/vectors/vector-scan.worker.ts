import { parentPort } from 'node:worker_threads';
import type { VectorAnswer, VectorRequest } from './vector-messages';
import { VectorScan } from './vector-scan';

const scan = new VectorScan();

function answer(id: number, request: VectorRequest): VectorAnswer {
  try {
    return { id, result: scan.handle(request) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

parentPort?.on('message', ({ id, request }: { id: number; request: VectorRequest }) =>
  parentPort?.postMessage(answer(id, request)),
);
