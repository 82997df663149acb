import { Injectable } from '@nestjs/common';
import { AppError, BadRequestError } from '../../../common/errors/app-error';
import { toErrorText } from '../../../common/errors/to-error-response';
import { ndjsonStream, type StreamAnswer } from '../../../common/http/answers/stream-answer';
import type { JsonObject } from '../../../common/util/json';
import { ownName } from '../connection-base';
import { OllamaModelNotFoundError, withErrorForm, type ErrorForm } from './ollama-errors';
import { withVersion, type OllamaHost } from './ollama-host';
import { OllamaHostsService, type OllamaCall } from './ollama-hosts.service';
import { OllamaModelListsService } from './ollama-model-lists.service';
import type { OllamaCopyRequest, OllamaModelRequest, OllamaPushRequest, OllamaStatusResponse } from './ollama.dto';
import { ProviderUnreachableError } from '../provider.errors';

/** Pulls, creates, copies and deletes models on the servers. Long operations respond with a stream of progress. */
@Injectable()
export class OllamaLibraryService {
  constructor(
    private readonly hosts: OllamaHostsService,
    private readonly lists: OllamaModelListsService,
  ) {}

  pull(request: OllamaModelRequest, signal: AbortSignal, index = 0): Promise<StreamAnswer> {
    const name = nameIn(request);
    return this.relay(this.hosts.get(index), {
      path: '/api/pull',
      body: { ...request, model: name, insecure: true },
      signal,
    });
  }

  create(request: JsonObject, signal: AbortSignal, index = 0): Promise<StreamAnswer> {
    return this.relay(this.hosts.get(index), { path: '/api/create', body: request, signal });
  }

  async push(request: OllamaPushRequest, signal: AbortSignal, index?: number): Promise<StreamAnswer> {
    const name = nameIn(request);
    const host = await this.hostOf(name, index);
    const { name: _, ...rest } = request;
    const body = { ...rest, model: ownName(host, name) };
    return this.relay(host, { path: '/api/push', body, signal });
  }

  async copy({ source, destination }: OllamaCopyRequest, index?: number): Promise<boolean> {
    const host = await this.hostOf(source, index);
    return this.change(host, { path: '/api/copy', body: { source: ownName(host, source), destination } });
  }

  async delete(request: OllamaModelRequest, index?: number): Promise<boolean> {
    const name = nameIn(request);
    const host = await this.hostOf(name, index);
    return this.change(host, { path: '/api/delete', method: 'DELETE', body: { model: ownName(host, name) } });
  }

  /** Unloads a model from memory on every server that has it. */
  async unload(request: OllamaModelRequest): Promise<OllamaStatusResponse> {
    const name = withVersion(request.model ?? request.name ?? '');
    if (name === withVersion('')) throw new BadRequestError('Missing name of the model to unload.');
    const results = await Promise.allSettled((await this.hostsOf(name)).map((host) => this.unloadFrom(host, name)));
    const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => toErrorText(reason));
    if (failures.length === 0) return { status: true };
    throw new AppError(500, `Failed to unload model on ${failures.length} nodes: ${failures.join(', ')}`);
  }

  /** `keep_alive: 0` without a prompt unloads the model. */
  private async unloadFrom(host: OllamaHost, name: string): Promise<void> {
    const body = { model: ownName(host, name), keep_alive: 0, prompt: '' };
    await this.hosts.read(host, { path: '/api/generate', body, timeout: this.hosts.longTimeout });
    await this.lists.refresh(host);
  }

  /** Runs a short call that changes the server's models, then refreshes its list. */
  private async change(host: OllamaHost, call: OllamaCall): Promise<boolean> {
    await this.read('named', host, call);
    await this.lists.refresh(host);
    return true;
  }

  private read(form: ErrorForm, host: OllamaHost, call: OllamaCall): Promise<unknown> {
    return withErrorForm(form, this.hosts.read(host, { ...call, timeout: this.hosts.longTimeout }));
  }

  /** Passes the response through; at its end the list of the server is refreshed. */
  private async relay(host: OllamaHost, call: OllamaCall): Promise<StreamAnswer> {
    const response = await withErrorForm('bare', this.hosts.send(host, call));
    response.onClose(() => void this.lists.refresh(host));
    const lines = response.stream((failure) => new ProviderUnreachableError(failure));
    return ndjsonStream(lines, (error) => `${JSON.stringify({ error: toErrorText(error) })}\n`);
  }

  private async hostOf(name: string, index: number | undefined): Promise<OllamaHost> {
    if (index !== undefined) return this.hosts.get(index);
    const [first] = await this.hostsOf(name);
    if (!first) throw new OllamaModelNotFoundError(name);
    return first;
  }

  /** @throws OllamaModelNotFoundError when no server offers it. */
  private async hostsOf(name: string): Promise<OllamaHost[]> {
    const models = await this.lists.listOllama({ waitsForFirst: true });
    const found = [name, withVersion(name)].map((id) => models.find(({ model }) => model === id)).find(Boolean);
    if (!found) throw new OllamaModelNotFoundError(name);
    return found.urls.map((index) => this.hosts.get(index));
  }
}

/** @throws OllamaModelNotFoundError with the contract's text when the request names no model. */
function nameIn({ model, name }: OllamaModelRequest): string {
  const given = model ?? name;
  if (!given) throw new OllamaModelNotFoundError('None');
  return given;
}
