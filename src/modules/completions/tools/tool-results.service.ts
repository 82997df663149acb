import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { toErrorText } from '../../../common/errors/to-error-response';
import { aborting } from '../../../common/util/aborting';
import type { JsonObject } from '../../../common/util/json';
import { FileUploadsService } from '../../files/file-uploads.service';
import type { Tool } from '../../pipeline/tool';
import { knownArguments } from './call-arguments';
import { normalizeOutcome, type Attachment } from './tool-outcome';

/** The result of one call, as the model and the message get it. */
export interface ToolOutput {
  content: string;
  files?: JsonObject[];
  embeds?: unknown[];
}

const BASE64 = /^[A-Za-z0-9+/=\s_-]*$/;

/** Calls tools and stores the content that they return as files of the principal. */
@Injectable()
export class ToolResultsService {
  constructor(private readonly uploads: FileUploadsService) {}

  /** A failure of the tool is its result. Rejects only with the signal's reason. */
  async call(principal: Principal, tool: Tool, args: JsonObject, signal: AbortSignal): Promise<ToolOutput> {
    try {
      const outcome = await aborting(signal, tool.call(knownArguments(args, tool.parameters), signal));
      const { text, files, attachments, embeds } = normalizeOutcome(tool.name, outcome);
      const stored = await this.storeAll(principal, attachments);
      const failures = stored.flatMap((item) => ('failure' in item ? [item.failure] : []));
      const all = [...files, ...stored.flatMap((item) => ('file' in item ? [item.file] : []))];
      return {
        content: [text, ...failures].filter((part) => part !== '').join('\n'),
        ...(all.length > 0 && { files: all }),
        ...(embeds.length > 0 && { embeds }),
      };
    } catch (error) {
      signal.throwIfAborted();
      return { content: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The URL of new content of the principal. @throws as `FileUploadsService.keep`. */
  async store(principal: Principal, { mime, base64, name }: Omit<Attachment, 'type'>): Promise<string> {
    const bytes = Buffer.from(base64, 'base64');
    const id = await this.uploads.keep(principal, { name: name || `result.${extensionOf(mime)}`, type: mime, bytes });
    return `/api/v1/files/${id}/content`;
  }

  private async storeAll(principal: Principal, attachments: readonly Attachment[]) {
    const stored: ({ file: JsonObject } | { failure: string })[] = [];
    for (const { type, ...content } of attachments)
      try {
        if (!BASE64.test(content.base64)) throw new Error('it is not Base64');
        const url = await this.store(principal, content);
        stored.push({ file: { type, url, ...(content.name && { name: content.name }) } });
      } catch (error) {
        stored.push({ failure: `The ${type} of the result could not be stored: ${toErrorText(error)}` });
      }
    return stored;
  }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  ...{ 'image/jpeg': 'jpg', 'image/svg+xml': 'svg', 'audio/mpeg': 'mp3', 'text/plain': 'txt', 'text/markdown': 'md' },
};

/** A plausible extension for a media type. */
function extensionOf(mime: string): string {
  const [type = ''] = mime.split(';');
  const subtype = type.trim().split('/')[1] ?? '';
  return EXTENSIONS[type.trim()] ?? (/^[a-z0-9]{1,10}$/.test(subtype) ? subtype : 'bin');
}
