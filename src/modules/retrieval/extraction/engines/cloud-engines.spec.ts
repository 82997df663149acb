import { zipSync } from 'fflate';
import {
  CONTENT,
  enginesOver,
  extract,
  extractionStage,
  file,
  seen,
} from '../../../../../test/support/extraction-engines';
import type { DatalabMarkerSettings, ExtractionSettings } from '../extraction.settings';

const stage = extractionStage();
const engines = (engine: string, values: Partial<ExtractionSettings & DatalabMarkerSettings> = {}) =>
  enginesOver(stage.http, engine, values);

describe('Document Intelligence', () => {
  const service = () =>
    engines('document_intelligence', {
      document_intelligence_endpoint: stage.server.url,
      document_intelligence_key: 'k',
    });
  const started = () => ({ status: 202, headers: { 'operation-location': `${stage.server.url}/result` }, text: '' });

  it('analyses by the model and asks for the result', async () => {
    const states = ['running', 'succeeded'];
    stage.server.handler = ({ method }) =>
      method === 'POST' ? started() : { json: { status: states.shift(), analyzeResult: { content: '# text' } } };
    expect(await extract(service(), file('a.docx'))).toEqual([{ text: '# text', metadata: {} }]);
    expect(seen(stage.server.requests[0]!)).toBe(
      'POST /documentintelligence/documentModels/prebuilt-layout:analyze?api-version=2024-11-30&outputContentFormat=markdown',
    );
    expect(stage.server.requests.every(({ headers }) => headers['ocp-apim-subscription-key'] === 'k')).toBe(true);
  });

  it('says why it failed', async () => {
    stage.server.handler = ({ method }) =>
      method === 'POST' ? started() : { json: { status: 'failed', error: { message: 'bad file' } } };
    await expect(extract(service(), file('a.pdf'))).rejects.toThrow('bad file');
  });
});

describe('Mistral OCR', () => {
  const service = () =>
    engines('mistral_ocr', { mistral_ocr_api_key: 'k', mistral_ocr_api_base_url: `${stage.server.url}/v1` });

  it('uploads, recognises, deletes; one part for each page', async () => {
    stage.server.handler = ({ path }) => {
      if (path === '/v1/files') return { json: { id: 'f' } };
      if (path === '/v1/files/f/url?expiry=1') return { json: { url: 'https://signed' } };
      if (path === '/v1/ocr')
        return {
          json: {
            pages: [
              { index: 0, markdown: 'one' },
              { index: 1, markdown: 'two' },
            ],
          },
        };
      return { json: {} };
    };
    expect(await extract(service(), file('a.pdf'))).toEqual([
      { text: 'one', metadata: { page: 0, page_label: 1, total_pages: 2 } },
      { text: 'two', metadata: { page: 1, page_label: 2, total_pages: 2 } },
    ]);
    expect(stage.server.requests.map(seen)).toEqual([
      'POST /v1/files',
      'GET /v1/files/f/url?expiry=1',
      'POST /v1/ocr',
      'DELETE /v1/files/f',
    ]);
    expect(stage.server.requests[2]!.body).toEqual({
      model: 'mistral-ocr-latest',
      document: { type: 'document_url', document_url: 'https://signed' },
      include_image_base64: false,
    });
  });

  it('deletes the file when recognition fails', async () => {
    stage.server.handler = ({ path }) => (path === '/v1/files' ? { json: { id: 'f' } } : { status: 500, json: {} });
    await expect(extract(service(), file('a.pdf'))).rejects.toMatchObject({ isTransient: true });
    expect(stage.server.requests.map(seen).at(-1)).toBe('DELETE /v1/files/f');
  });
});

describe('MinerU', () => {
  it('takes the text of a server of one’s own', async () => {
    stage.server.handler = () => ({ json: { results: { a: { md_content: '# text' } } } });
    const service = engines('mineru', { mineru_api_url: stage.server.url, mineru_params: { backend: 'pipeline' } });
    expect(await extract(service, file('a.pdf'))).toEqual([
      { text: '# text', metadata: { parsing_engine: 'mineru', api_mode: 'local' } },
    ]);
    expect(seen(stage.server.lastRequest!)).toBe('POST /file_parse');
    expect(stage.server.lastRequest!.bytes.toString()).toMatch(
      /name="backend"\r\n\r\npipeline[^]*name="return_md"\r\n\r\ntrue/,
    );
  });

  it('uploads to the hosted service and reads its archive', async () => {
    const archive = Buffer.from(zipSync({ 'a/full.md': Buffer.from('# text'), 'a/x.json': Buffer.from('{}') }));
    const states = ['running', 'done'];
    stage.server.handler = ({ method, path }) => {
      if (path === '/v4/file-urls/batch')
        return { json: { code: 0, data: { batch_id: 'b', file_urls: [`${stage.server.url}/upload`] } } };
      if (method === 'PUT') return { text: '' };
      if (path === '/zip') return { bytes: archive };
      return {
        json: {
          code: 0,
          data: { extract_result: [{ state: states.shift(), full_zip_url: `${stage.server.url}/zip` }] },
        },
      };
    };
    const service = engines('mineru', {
      mineru_api_url: `${stage.server.url}/v4`,
      mineru_api_mode: 'cloud',
      mineru_api_key: 'k',
    });
    expect(await extract(service, file('a.pdf'))).toMatchObject([{ text: '# text', metadata: { api_mode: 'cloud' } }]);
    const upload = stage.server.requests.find(({ method }) => method === 'PUT')!;
    expect(upload.bytes.toString()).toBe(CONTENT);
    expect(upload.headers.authorization).toBeUndefined();
  });

  it('uploads to no private address that the service names', async () => {
    stage.server.handler = () => ({
      json: { code: 0, data: { batch_id: 'b', file_urls: ['http://127.0.0.1:9/upload'] } },
    });
    const service = engines('mineru', {
      mineru_api_url: stage.server.url,
      mineru_api_mode: 'cloud',
      mineru_api_key: 'k',
    });
    await expect(extract(service, file('a.pdf'))).rejects.toThrow('not on the public internet');
  });
});
