import { Injectable } from '@nestjs/common';
import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { ExtractionError } from '../extraction.errors';
import { ExtractionSettings } from '../extraction.settings';
import type { ExtractedPart, ExtractionInput } from '../extraction.types';
import { bearer, EngineRequestsService, joinUrl } from './engine-requests.service';
import { extensionOf, type ExtractionEngine } from './extraction-engine';
import { multipartOf, typeOf } from './multipart';

const AZURE_VERSION = '2024-11-30';
const AZURE_EXTENSIONS = new Set(['pdf', 'docx', 'ppt', 'pptx']);

/** Services for text recognition that hold a file for the time of its conversion. */
@Injectable()
export class CloudEnginesService {
  readonly engines: readonly ExtractionEngine[] = [
    {
      name: 'document_intelligence',
      handles: ({ name }) =>
        this.settings.document_intelligence_endpoint !== '' && AZURE_EXTENSIONS.has(extensionOf(name)),
      extract: (file, signal) => this.documentIntelligence(file, signal),
    },
    {
      name: 'mistral_ocr',
      handles: ({ name }) => this.settings.mistral_ocr_api_key !== '' && extensionOf(name) === 'pdf',
      extract: (file, signal) => this.mistral(file, signal),
    },
  ];

  constructor(
    private readonly settings: ExtractionSettings,
    private readonly requests: EngineRequestsService,
  ) {}

  private async documentIntelligence(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const {
      document_intelligence_endpoint: endpoint,
      document_intelligence_key: key,
      document_intelligence_model: model,
    } = this.settings;
    if (key === '') throw new ExtractionError('The key of Document Intelligence is not set');
    const keyHeader = { 'Ocp-Apim-Subscription-Key': key };
    const path = `/documentintelligence/documentModels/${encodeURIComponent(model)}:analyze`;
    const url = joinUrl(endpoint, `${path}?api-version=${AZURE_VERSION}&outputContentFormat=markdown`);
    const headers = { ...keyHeader, 'Content-Type': typeOf(file) };
    const started = await this.requests.send(url, { method: 'POST', headers, body: await file.open(), signal });
    const operation = started.header('operation-location') ?? '';
    started.discard();
    if (!URL.canParse(operation) || new URL(operation).origin !== new URL(endpoint).origin)
      throw new ExtractionError('The extraction engine names no place for its result');
    const answer = await this.requests.poll(async () => {
      const state = await this.requests.object(operation, { headers: keyHeader, signal });
      if (state.status === 'failed')
        throw new ExtractionError(`The extraction engine could not convert the file${reasonOf(state.error)}`);
      return state.status === 'succeeded' ? state : undefined;
    }, signal);
    const result = isJsonObject(answer.analyzeResult) ? answer.analyzeResult : {};
    return [{ text: asString(result.content) ?? '', metadata: {} }];
  }

  /** One part for each page. The file is deleted there in any case. */
  private async mistral(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const { mistral_ocr_api_base_url: base, mistral_ocr_api_key: key } = this.settings;
    const { headers, body } = await multipartOf('file', file, { purpose: 'ocr' });
    const uploaded = await this.requests.object(joinUrl(base, '/files'), {
      method: 'POST',
      headers: { ...headers, ...bearer(key) },
      body,
      signal,
    });
    const id = asString(uploaded.id);
    if (id === undefined) throw new ExtractionError('The extraction engine did not accept the file');
    const fileUrl = joinUrl(base, `/files/${encodeURIComponent(id)}`);
    try {
      const signed = await this.requests.object(`${fileUrl}/url?expiry=1`, { headers: bearer(key), signal });
      const document = { type: 'document_url', document_url: asString(signed.url) ?? '' };
      const answer = await this.requests.object(joinUrl(base, '/ocr'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...bearer(key) },
        body: JSON.stringify({ model: 'mistral-ocr-latest', document, include_image_base64: false }),
        signal,
      });
      return pagesOf(answer);
    } finally {
      await this.delete(fileUrl, key);
    }
  }

  private async delete(url: string, key: string): Promise<void> {
    try {
      (await this.requests.send(url, { method: 'DELETE', headers: bearer(key), timeout: 30_000 })).discard();
    } catch {
      // It expires there by itself.
    }
  }
}

function pagesOf(answer: JsonObject): ExtractedPart[] {
  const pages = (Array.isArray(answer.pages) ? answer.pages : []).filter(isJsonObject);
  const parts = pages.map(({ index, markdown }, position) => {
    const page = typeof index === 'number' ? index : position;
    return { text: asString(markdown) ?? '', metadata: { page, page_label: page + 1, total_pages: pages.length } };
  });
  if (parts.every(({ text }) => text.trim() === ''))
    throw new ExtractionError('The extraction engine returned no text');
  return parts;
}

const reasonOf = (error: unknown): string =>
  isJsonObject(error) && typeof error.message === 'string' ? `: ${error.message.slice(0, 200)}` : '';
