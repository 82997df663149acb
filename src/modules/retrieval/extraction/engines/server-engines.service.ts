import { Injectable } from '@nestjs/common';
import { asString, isJsonObject } from '../../../../common/util/json';
import { userHeaders } from '../../../../platform/http-client/user-headers';
import { ExtractionError } from '../extraction.errors';
import { ExtractionSettings } from '../extraction.settings';
import type { ExtractedPart, ExtractionInput } from '../extraction.types';
import { bearer, EngineRequestsService, joinUrl } from './engine-requests.service';
import { isPlainText, type ExtractionEngine } from './extraction-engine';
import { multipartOf, typeOf } from './multipart';

const NOTHING = '<No text content found>';

/** Engines that are one request to a server of the administrator's choice. */
@Injectable()
export class ServerEnginesService {
  readonly engines: readonly ExtractionEngine[] = [
    {
      name: 'external',
      handles: () =>
        this.settings.external_document_loader_url !== '' && this.settings.external_document_loader_api_key !== '',
      extract: (file, signal) => this.external(file, signal),
    },
    {
      name: 'tika',
      handles: (file) => this.settings.tika_server_url !== '' && !isPlainText(file),
      extract: (file, signal) => this.tika(file, signal),
    },
    {
      name: 'docling',
      handles: (file) => this.settings.docling_server_url !== '' && !isPlainText(file),
      extract: (file, signal) => this.docling(file, signal),
    },
  ];

  constructor(
    private readonly settings: ExtractionSettings,
    private readonly requests: EngineRequestsService,
  ) {}

  /** The file as it is; documents with their own metadata. */
  private async external(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const { external_document_loader_url: url, external_document_loader_api_key: key } = this.settings;
    const answer = await this.requests.json(joinUrl(url, '/process'), {
      method: 'PUT',
      headers: {
        'Content-Type': typeOf(file),
        'X-Filename': encodeURIComponent(file.storedName ?? file.name),
        ...bearer(key),
        ...(file.principal && userHeaders(file.principal)),
      },
      body: await file.open(),
      signal,
    });
    const parts = [answer].flat().flatMap((document: unknown) => {
      const text = isJsonObject(document) ? asString(document.page_content) : undefined;
      if (!isJsonObject(document) || text === undefined) return [];
      return [{ text, metadata: isJsonObject(document.metadata) ? document.metadata : {} }];
    });
    if (parts.length === 0) throw new ExtractionError('The extraction engine returned no document');
    return parts;
  }

  private async tika(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const answer = await this.requests.object(joinUrl(this.settings.tika_server_url, '/tika/text'), {
      method: 'PUT',
      headers: {
        'Content-Type': typeOf(file),
        Accept: 'application/json',
        ...(this.settings.pdf_extract_images && { 'X-Tika-PDFextractInlineImages': 'true' }),
      },
      body: await file.open(),
      signal,
    });
    const type = asString(answer['Content-Type']) ?? file.contentType;
    const text = (asString(answer['X-TIKA:content']) ?? NOTHING).trim();
    return [{ text, metadata: type === null ? {} : { 'Content-Type': type } }];
  }

  private async docling(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const { docling_server_url: url, docling_api_key: key, docling_params: params } = this.settings;
    const fields = { image_export_mode: 'placeholder', ...formFields(params) };
    const { headers, body } = await multipartOf('files', file, fields);
    const answer = await this.requests.object(joinUrl(url, '/v1/convert/file'), {
      method: 'POST',
      headers: { ...headers, ...bearer(key) },
      body,
      signal,
    });
    const document = isJsonObject(answer.document) ? answer.document : {};
    const metadata = file.contentType === null ? {} : { 'Content-Type': file.contentType };
    return [{ text: asString(document.md_content) ?? NOTHING, metadata }];
  }
}

/** Values of JSON as fields of a form; null and undefined are left out. */
export function formFields(values: Readonly<Record<string, unknown>>): Record<string, string | string[]> {
  const toField = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(toField) : toField(value)]),
  );
}
