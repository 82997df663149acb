import { createHash, createHmac } from 'node:crypto';
import { isJsonObject, asString, type JsonObject } from '../../../../common/util/json';
import { resultOf, sortedBy, type SearchEngine } from './search-engine';

const HOST = 'tms.tencentcloudapi.com';
const SERVICE = 'tms';
const VERSION = '2020-12-29';
const ACTION = 'SearchPro';
const CONTENT_TYPE = 'application/json; charset=utf-8';
/** Number of results of one request. */
const ASKED = 20;

/** Sogou through Tencent Cloud. */
export const sougou: SearchEngine = {
  required: ['sougou_api_sid', 'sougou_api_sk'],
  async search({ text, settings }, requests, signal) {
    const json = { Query: text, Cnt: ASKED };
    const headers = signedHeaders(JSON.stringify(json), settings.sougou_api_sid, settings.sougou_api_sk, new Date());
    const answer = await requests.send({ url: `https://${HOST}`, headers, json }, signal);
    const response = isJsonObject(answer) && isJsonObject(answer.Response) ? answer.Response : {};
    if (isJsonObject(response.Error)) throw new Error(asString(response.Error.Message) ?? 'Tencent Cloud refused');
    const pages = Array.isArray(response.Pages) ? response.Pages.flatMap(pageOf) : [];
    return sortedBy(pages, '-score').map((page) => resultOf(page, ['url', 'title', 'passage']));
  },
};

/** Each page is an object in JSON of its own. */
function pageOf(page: unknown): JsonObject[] {
  try {
    const value: unknown = JSON.parse(asString(page) ?? '');
    return isJsonObject(value) ? [value] : [];
  } catch {
    return [];
  }
}

/** Headers of a request with the signature `TC3-HMAC-SHA256` of Tencent Cloud. */
export function signedHeaders(body: string, id: string, key: string, now: Date): Record<string, string> {
  const date = now.toISOString().slice(0, 10);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signed = { 'content-type': CONTENT_TYPE, host: HOST, 'x-tc-action': ACTION.toLowerCase() };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', '/', '', lines.join(''), names, sha256(body)].join('\n');
  const scope = `${date}/${SERVICE}/tc3_request`;
  const text = ['TC3-HMAC-SHA256', timestamp, scope, sha256(request)].join('\n');
  const signingKey = [date, SERVICE, 'tc3_request'].reduce<string | Buffer>(hmac, `TC3${key}`);
  const signature = hmac(signingKey, text).toString('hex');
  return {
    'content-type': CONTENT_TYPE,
    'x-tc-action': ACTION,
    'x-tc-version': VERSION,
    'x-tc-timestamp': timestamp,
    authorization: `TC3-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
