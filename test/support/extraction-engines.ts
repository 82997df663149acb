import { Readable } from 'node:stream';
import { CloudEnginesService } from '../../src/modules/retrieval/extraction/engines/cloud-engines.service';
import { EngineRequestsService } from '../../src/modules/retrieval/extraction/engines/engine-requests.service';
import { EnginesService } from '../../src/modules/retrieval/extraction/engines/engines.service';
import { MarkerEngineService } from '../../src/modules/retrieval/extraction/engines/marker-engine.service';
import { MineruEngineService } from '../../src/modules/retrieval/extraction/engines/mineru-engine.service';
import { ServerEnginesService } from '../../src/modules/retrieval/extraction/engines/server-engines.service';
import { DatalabMarkerSettings, ExtractionSettings } from '../../src/modules/retrieval/extraction/extraction.settings';
import type { ExtractionInput } from '../../src/modules/retrieval/extraction/extraction.types';
import { Env } from '../../src/platform/env/env';
import { HttpClient } from '../../src/platform/http-client/http-client';
import { ExtractionServer } from './fakes/extraction-server';
import type { RecordedRequest } from './fakes/fake-server';

export const CONTENT = 'bytes of \u00e4 file';

/** External engines against a stand-in of their servers. Call it once in a file. */
export function extractionStage() {
  const stage = {} as { http: HttpClient; server: ExtractionServer };
  beforeAll(async () => {
    stage.http = new HttpClient(new Env({}));
    stage.server = await ExtractionServer.start();
  });
  afterEach(() => stage.server.requests.splice(0));
  afterAll(async () => {
    await stage.server.close();
    await stage.http.onApplicationShutdown();
  });
  return stage;
}

export function file(
  name: string,
  contentType: string | null = null,
  more: Partial<ExtractionInput> = {},
): ExtractionInput {
  const open = async () => Readable.from([Buffer.from(CONTENT)]);
  return { name, contentType, size: Buffer.byteLength(CONTENT), open, ...more };
}

export function enginesOver(
  http: HttpClient,
  engine: string,
  values: Partial<ExtractionSettings & DatalabMarkerSettings>,
): EnginesService {
  const settings = Object.assign(new ExtractionSettings(), { content_extraction_engine: engine, ...values });
  const requests = new EngineRequestsService(http);
  Object.assign(requests.polling, { interval: 1, attempts: 5 });
  return new EnginesService(
    settings,
    new ServerEnginesService(settings, requests),
    new CloudEnginesService(settings, requests),
    new MarkerEngineService(Object.assign(new DatalabMarkerSettings(), values), requests),
    new MineruEngineService(settings, requests),
  );
}

export const extract = (service: EnginesService, input: ExtractionInput, signal?: AbortSignal) =>
  service.find(input)!.extract(input, signal);

export const seen = ({ method, path }: RecordedRequest): string => `${method} ${path}`;
