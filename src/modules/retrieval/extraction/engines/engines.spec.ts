import type { Principal } from '../../../../common/auth/principal';
import {
  CONTENT,
  enginesOver,
  extract,
  extractionStage,
  file,
  seen,
} from '../../../../../test/support/extraction-engines';
import { ExtractionError } from '../extraction.errors';
import type { DatalabMarkerSettings, ExtractionSettings } from '../extraction.settings';

const stage = extractionStage();
const engines = (engine: string, values: Partial<ExtractionSettings & DatalabMarkerSettings> = {}) =>
  enginesOver(stage.http, engine, values);

describe('selection', () => {
  it.each([
    ['external', {}, 'a.pdf', null, false],
    [
      'external',
      { external_document_loader_url: 'http://x', external_document_loader_api_key: 'k' },
      'a.txt',
      null,
      true,
    ],
    ['tika', {}, 'a.pdf', 'application/pdf', true],
    ['tika', {}, 'a.py', null, false],
    ['tika', {}, 'a.dat', 'text/plain', false],
    ['docling', {}, 'a.html', 'text/html', true],
    ['docling', { docling_server_url: '' }, 'a.pdf', null, false],
    ['datalab_marker', {}, 'a.pdf', null, false],
    ['datalab_marker', { datalab_marker_api_key: 'k' }, 'a.PDF', null, true],
    ['datalab_marker', { datalab_marker_api_key: 'k' }, 'a.md', null, false],
    ['document_intelligence', { document_intelligence_endpoint: 'http://x' }, 'a.xlsx', null, false],
    ['document_intelligence', { document_intelligence_endpoint: 'http://x' }, 'a.docx', null, true],
    ['mistral_ocr', { mistral_ocr_api_key: 'k' }, 'a.pdf', null, true],
    ['mistral_ocr', { mistral_ocr_api_key: 'k' }, 'a.docx', null, false],
    ['mineru', {}, 'a.pdf', null, true],
    ['mineru', { mineru_api_mode: 'cloud' }, 'a.pdf', null, false],
    ['', {}, 'a.pdf', null, false],
    ['bogus', {}, 'a.pdf', null, false],
  ])('%s with %j reads %s (%s): %s', (engine, values, name, type, isRead) => {
    expect(engines(engine, values).find(file(name, type))?.name).toBe(isRead ? engine : undefined);
  });
});

describe('external loader', () => {
  const service = () =>
    engines('external', {
      external_document_loader_url: `${stage.server.url}/`,
      external_document_loader_api_key: 'k',
    });

  it('sends the file as it is, with its stored name and the user', async () => {
    stage.server.handler = () => ({ json: { page_content: 'text', metadata: { a: 1 } } });
    const principal = { id: 'u', name: 'Ann', email: 'a@b.c', role: 'user' } as Principal;
    const input = file('dot \u00e4.png', 'image/png', { storedName: 'id_dot \u00e4.png', principal });
    expect(await extract(service(), input)).toEqual([{ text: 'text', metadata: { a: 1 } }]);
    expect(seen(stage.server.lastRequest!)).toBe('PUT /process');
    expect(stage.server.lastRequest!.bytes.toString()).toBe(CONTENT);
    expect(stage.server.lastRequest!.headers).toMatchObject({
      authorization: 'Bearer k',
      'content-type': 'image/png',
      'x-filename': 'id_dot%20%C3%A4.png',
      'x-openwebui-user-id': 'u',
    });
  });

  it('takes a list of documents', async () => {
    stage.server.handler = () => ({ json: [{ page_content: 'a' }, { page_content: 'b', metadata: { page: 1 } }] });
    expect(await extract(service(), file('a.pdf'))).toEqual([
      { text: 'a', metadata: {} },
      { text: 'b', metadata: { page: 1 } },
    ]);
  });

  it.each([
    ['no document', { json: {} }, 'no document', false],
    ['no JSON', { text: '<html>' }, 'did not answer with JSON', false],
    ['a refusal', { status: 422, json: { detail: 'x'.repeat(999) } }, /status 422: x{200}$/, false],
    ['an outage', { status: 503, text: '' }, 'status 503', true],
  ])('says that the engine answers with %s', async (_, answer, message, isTransient) => {
    stage.server.handler = () => answer;
    const failure = extract(service(), file('a.pdf'));
    await expect(failure).rejects.toThrow(ExtractionError);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ isTransient });
  });

  it('is worth a retry when it cannot be reached', async () => {
    const lost = engines('external', {
      external_document_loader_url: 'http://127.0.0.1:1',
      external_document_loader_api_key: 'k',
    });
    await expect(extract(lost, file('a.pdf'))).rejects.toMatchObject({ isTransient: true });
  });

  it('ends with the signal', async () => {
    stage.server.handler = () => 'never';
    const controller = new AbortController();
    const request = stage.server.nextRequest();
    const failure = extract(service(), file('a.pdf'), controller.signal);
    await request;
    controller.abort(new Error('cancelled'));
    await expect(failure).rejects.toThrow('cancelled');
  });
});

describe('Tika and Docling', () => {
  it('reads by Tika, with images where wanted', async () => {
    stage.server.handler = () => ({ json: { 'X-TIKA:content': '\n text \n', 'Content-Type': 'application/pdf' } });
    const service = engines('tika', { tika_server_url: stage.server.url, pdf_extract_images: true });
    expect(await extract(service, file('a.pdf'))).toEqual([
      { text: 'text', metadata: { 'Content-Type': 'application/pdf' } },
    ]);
    expect(seen(stage.server.lastRequest!)).toBe('PUT /tika/text');
    expect(stage.server.lastRequest!.headers['x-tika-pdfextractinlineimages']).toBe('true');
  });

  it('reads by Docling, with the parameters of the settings', async () => {
    stage.server.handler = () => ({ json: { document: { md_content: '# text' } } });
    const params = { do_ocr: true, ocr_lang: ['de', 'en'], none: null };
    const service = engines('docling', {
      docling_server_url: stage.server.url,
      docling_api_key: 'k',
      docling_params: params,
    });
    expect(await extract(service, file('a "b".pdf', 'application/pdf'))).toEqual([
      { text: '# text', metadata: { 'Content-Type': 'application/pdf' } },
    ]);
    const { headers, bytes } = stage.server.lastRequest!;
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'Content-Type': headers['content-type']! },
    }).formData();
    expect(seen(stage.server.lastRequest!)).toBe('POST /v1/convert/file');
    expect(headers.authorization).toBe('Bearer k');
    expect(form.get('image_export_mode')).toBe('placeholder');
    expect(form.get('do_ocr')).toBe('true');
    expect(form.getAll('ocr_lang')).toEqual(['de', 'en']);
    expect(form.has('none')).toBe(false);
    expect(await (form.get('files') as File).text()).toBe(CONTENT);
  });
});

describe('Marker', () => {
  const service = (values: Partial<DatalabMarkerSettings> = {}) =>
    engines('datalab_marker', {
      datalab_marker_api_key: 'k',
      datalab_marker_api_base_url: `${stage.server.url}/marker`,
      ...values,
    });

  it('asks for the result until it is there', async () => {
    const states = ['processing', 'processing', 'complete'];
    stage.server.handler = ({ method }) =>
      method === 'POST'
        ? { json: { success: true, request_id: 'r', request_check_url: `${stage.server.url}/check/r` } }
        : { json: { status: states.shift(), success: true, markdown: ' # text ', page_count: 2 } };
    expect(await extract(service({ datalab_marker_force_ocr: true }), file('a.pdf'))).toEqual([
      {
        text: '# text',
        metadata: { output_format: 'markdown', page_count: 2, processed_with_llm: false, request_id: 'r' },
      },
    ]);
    expect(stage.server.requests.map(seen)).toEqual(['POST /marker', ...Array<string>(3).fill('GET /check/r')]);
    expect(stage.server.requests.every(({ headers }) => headers['x-api-key'] === 'k')).toBe(true);
    expect(stage.server.requests[0]!.bytes.toString()).toMatch(/name="force_ocr"\r\n\r\ntrue/);
  });

  it('takes the result of a server that answers with it', async () => {
    stage.server.handler = () => ({ json: { success: true, output: '<p>text</p>' } });
    expect(await extract(service(), file('a.pdf'))).toMatchObject([{ text: '<p>text</p>' }]);
  });

  it.each([
    ['a refusal', { success: false, error: 'no credit' }, 'no credit'],
    ['a result elsewhere', { success: true, request_check_url: 'http://other.test/r' }, 'another server'],
    ['no text', { success: true, output: '' }, 'no text'],
  ])('says that the engine answers with %s', async (_, json, message) => {
    stage.server.handler = () => ({ json });
    await expect(extract(service(), file('a.pdf'))).rejects.toThrow(message);
    expect(stage.server.requests).toHaveLength(1);
  });

  it('gives up after a number of questions', async () => {
    stage.server.handler = () => ({ json: { success: true, request_check_url: '/r', status: 'processing' } });
    await expect(extract(service(), file('a.pdf'))).rejects.toThrow('took too long');
    expect(stage.server.requests).toHaveLength(6);
  });

  it('ends with the signal between two questions', async () => {
    const controller = new AbortController();
    stage.server.handler = ({ method }) => {
      if (method === 'GET') controller.abort(new Error('cancelled'));
      return { json: { success: true, request_check_url: '/r', status: 'processing' } };
    };
    await expect(extract(service(), file('a.pdf'), controller.signal)).rejects.toThrow('cancelled');
  });
});
