import { Injectable } from '@nestjs/common';
import { asString, type JsonObject } from '../../../../common/util/json';
import { ExtractionError } from '../extraction.errors';
import { DatalabMarkerSettings } from '../extraction.settings';
import type { ExtractedPart, ExtractionInput } from '../extraction.types';
import { EngineRequestsService } from './engine-requests.service';
import { extensionOf, type ExtractionEngine } from './extraction-engine';
import { multipartOf } from './multipart';

const HOSTED = 'https://www.datalab.to/api/v1/marker';
const EXTENSIONS = new Set(
  'pdf xls xlsx ods doc docx odt ppt pptx odp html epub png jpeg jpg webp gif tiff'.split(' '),
);
const FAILURES = new Set(['failed', 'error']);

/** Marker, hosted by Datalab, which answers with a place to ask for the result, or by oneself, which answers with it. */
@Injectable()
export class MarkerEngineService implements ExtractionEngine {
  readonly name = 'datalab_marker';

  constructor(
    private readonly settings: DatalabMarkerSettings,
    private readonly requests: EngineRequestsService,
  ) {}

  handles({ name }: ExtractionInput): boolean {
    return this.settings.datalab_marker_api_key !== '' && EXTENSIONS.has(extensionOf(name));
  }

  async extract(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]> {
    const { datalab_marker_api_base_url: base, datalab_marker_api_key: key } = this.settings;
    const url = base === '' ? HOSTED : base;
    const { headers, body } = await multipartOf('file', file, this.fields());
    const keyHeader = { 'X-Api-Key': key };
    const started = await this.requests.object(url, {
      method: 'POST',
      headers: { ...headers, ...keyHeader },
      body,
      signal,
    });
    if (started.success === false) throw failureOf(started);
    const checkUrl = asString(started.request_check_url);
    if (checkUrl === undefined) return [this.toPart(started, started.output, started)];
    // The key is sent there.
    if (new URL(checkUrl, url).origin !== new URL(url).origin)
      throw new ExtractionError('The extraction engine names another server for its result');
    const result = await this.requests.poll(async () => {
      const answer = await this.requests.object(new URL(checkUrl, url).href, { headers: keyHeader, signal });
      if (FAILURES.has(asString(answer.status) ?? '')) throw failureOf(answer);
      return answer.status === 'complete' ? answer : undefined;
    }, signal);
    if (result.success !== true) throw failureOf(result);
    return [this.toPart(result, result[this.settings.datalab_marker_output_format.toLowerCase()], started)];
  }

  private toPart(result: JsonObject, output: unknown, started: JsonObject): ExtractedPart {
    const text = (
      typeof output === 'object' ? JSON.stringify(output, null, 2) : String((output as string | undefined) ?? '')
    ).trim();
    if (text === '' || output === null) throw new ExtractionError('The extraction engine returned no text');
    const { datalab_marker_output_format: format, datalab_marker_use_llm: isImproved } = this.settings;
    const pages = typeof result.page_count === 'number' ? result.page_count : 0;
    const request = asString(started.request_id) ?? '';
    return {
      text,
      metadata: { output_format: format, page_count: pages, processed_with_llm: isImproved, request_id: request },
    };
  }

  private fields(): Record<string, string> {
    const { settings } = this;
    const config = settings.datalab_marker_additional_config;
    return {
      use_llm: String(settings.datalab_marker_use_llm),
      skip_cache: String(settings.datalab_marker_skip_cache),
      force_ocr: String(settings.datalab_marker_force_ocr),
      paginate: String(settings.datalab_marker_paginate),
      strip_existing_ocr: String(settings.datalab_marker_strip_existing_ocr),
      disable_image_extraction: String(settings.datalab_marker_disable_image_extraction),
      format_lines: String(settings.datalab_marker_format_lines),
      output_format: settings.datalab_marker_output_format,
      ...(config.trim() !== '' && { additional_config: config }),
    };
  }
}

function failureOf(answer: JsonObject): ExtractionError {
  const reason = (asString(answer.error) ?? 'unknown error').slice(0, 200);
  return new ExtractionError(`The extraction engine could not convert the file: ${reason}`);
}
