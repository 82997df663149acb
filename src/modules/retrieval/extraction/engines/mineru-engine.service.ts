import { Injectable } from '@nestjs/common';
import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
import { ExtractionError } from '../extraction.errors';
import { ExtractionSettings } from '../extraction.settings';
import type { ExtractedPart, ExtractionInput } from '../extraction.types';
import { ZipFile } from '../formats/zip';
import { bearer, EngineRequestsService, joinUrl } from './engine-requests.service';
import { extensionOf, type ExtractionEngine } from './extraction-engine';
import { multipartOf } from './multipart';
import { formFields } from './server-engines.service';

const MAX_ARCHIVE = 200 * 1024 * 1024;

/** MinerU on a server of one's own, which answers with the text, or hosted, with uploads and an archive as the result. */
@Injectable()
export class MineruEngineService implements ExtractionEngine {
  readonly name = 'mineru';

  constructor(
    private readonly settings: ExtractionSettings,
    private readonly requests: EngineRequestsService,
  ) {}

  handles({ name }: ExtractionInput): boolean {
    const { mineru_api_url: url, mineru_api_mode: mode, mineru_api_key: key } = this.settings;
    return url !== '' && (mode !== 'cloud' || key !== '') && extensionOf(name) === 'pdf';
  }

  async extract(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const isHosted = this.settings.mineru_api_mode === 'cloud';
    const text = isHosted ? await this.convertHosted(file, signal) : await this.convertLocally(file, signal);
    if (text.trim() === '') throw new ExtractionError('The extraction engine returned no text');
    return [{ text, metadata: { parsing_engine: 'mineru', api_mode: isHosted ? 'cloud' : 'local' } }];
  }

  private async convertLocally(file: ExtractionInput, signal: AbortSignal | undefined): Promise<string> {
    const { mineru_api_url: url, mineru_params: params } = this.settings;
    const { headers, body } = await multipartOf('files', file, { ...formFields(params), return_md: 'true' });
    const answer = await this.requests.object(joinUrl(url, '/file_parse'), { method: 'POST', headers, body, signal });
    const [result] = isJsonObject(answer.results) ? Object.values(answer.results) : [];
    return isJsonObject(result) ? (asString(result.md_content) ?? '') : '';
  }

  private async convertHosted(file: ExtractionInput, signal: AbortSignal | undefined): Promise<string> {
    const { mineru_api_url: base, mineru_api_key: key, mineru_params: params } = this.settings;
    const order = dataOf(
      await this.requests.object(joinUrl(base, '/file-urls/batch'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...bearer(key) },
        body: JSON.stringify({ ...params, files: [{ name: file.name }] }),
        signal,
      }),
    );
    const [uploadUrl] = (Array.isArray(order.file_urls) ? order.file_urls : []) as unknown[];
    const batch = asString(order.batch_id);
    if (typeof uploadUrl !== 'string' || batch === undefined)
      throw new ExtractionError('The extraction engine did not accept the file');
    const headers = { 'Content-Length': String(file.size) };
    (
      await this.requests.send(uploadUrl, {
        ...this.reach(uploadUrl),
        method: 'PUT',
        headers,
        body: await file.open(),
        signal,
      })
    ).discard();
    const resultUrl = joinUrl(base, `/extract-results/batch/${encodeURIComponent(batch)}`);
    const archiveUrl = await this.requests.poll(async () => {
      const { extract_result: results } = dataOf(
        await this.requests.object(resultUrl, { headers: bearer(key), signal }),
      );
      const [result] = (Array.isArray(results) ? results : []) as unknown[];
      return isJsonObject(result) ? archiveOf(result) : undefined;
    }, signal);
    return this.readArchive(archiveUrl, signal);
  }

  private async readArchive(url: string, signal: AbortSignal | undefined): Promise<string> {
    const response = await this.requests.send(url, { ...this.reach(url), signal });
    const zip = new ZipFile(await response.bytes(MAX_ARCHIVE), 'the result of the extraction engine');
    const name =
      zip.names.find((entry) => entry.endsWith('full.md')) ?? zip.names.find((entry) => entry.endsWith('.md'));
    const texts: string[] = [];
    if (name !== undefined) for await (const text of zip.stream(name)) texts.push(text);
    return texts.join('');
  }

  /** URLs in answers lead to the service itself or to the public internet; no key is sent there. */
  private reach(url: string): { isPublicOnly?: boolean } {
    const isOwn = URL.canParse(url) && new URL(url).origin === new URL(this.settings.mineru_api_url).origin;
    return isOwn ? {} : { isPublicOnly: true };
  }
}

function dataOf(answer: JsonObject): JsonObject {
  if (answer.code !== undefined && answer.code !== 0) {
    const reason = (asString(answer.msg) ?? 'unknown error').slice(0, 200);
    throw new ExtractionError(`The extraction engine refused the request: ${reason}`);
  }
  return isJsonObject(answer.data) ? answer.data : {};
}

/** The URL of the archive; undefined while the conversion goes on. */
function archiveOf(result: JsonObject): string | undefined {
  if (result.state === 'failed') {
    const reason = (asString(result.err_msg) ?? 'unknown error').slice(0, 200);
    throw new ExtractionError(`The extraction engine could not convert the file: ${reason}`);
  }
  return result.state === 'done' ? asString(result.full_zip_url) : undefined;
}
