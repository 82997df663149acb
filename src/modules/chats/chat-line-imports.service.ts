import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { bodyLines, type BodyLine } from '../../common/http/body-lines';
import { storable } from '../../common/util/json';
import { jsonExcess } from '../../common/util/json-bounds';
import { ContractValidationPipe } from '../../common/validation/contract-validation.pipe';
import { Env } from '../../platform/env/env';
import { ImportChatRequest, type ImportReportResponse } from './chat-imports.dto';
import { ChatImportsService, refusalText } from './chat-imports.service';

const MAX_TOLD = 1000;

/** Imports of any length: one chat a line, read as they come, one in memory at a time. */
@Injectable()
export class ChatLineImportsService {
  private readonly validation = new ContractValidationPipe();

  constructor(
    private readonly imports: ChatImportsService,
    private readonly env: Env,
  ) {}

  /**
   * The answer comes at the end and is short: clients that send everything before they read anything would wait for a
   * server that waits for them. What came before a connection broke is imported.
   */
  async importLines(caller: Principal, body: AsyncIterable<Uint8Array>): Promise<ImportReportResponse> {
    const report: ImportReportResponse = { imported: 0, known: 0, failed: 0, failures: [] };
    for await (const line of bodyLines(body, this.env.maxBodyBytes)) await this.importLine(caller, line, report);
    return report;
  }

  private async importLine(caller: Principal, line: BodyLine, report: ImportReportResponse): Promise<void> {
    try {
      const { isNew } = await this.imports.import(caller, this.parse(line));
      report[isNew ? 'imported' : 'known']++;
    } catch (error) {
      const detail = refusalText(error);
      report.failed++;
      if (report.failures.length < MAX_TOLD) report.failures.push({ line: line.number, detail });
    }
  }

  private parse({ text }: BodyLine): ImportChatRequest {
    if (text === null) throw new PayloadTooLargeError();
    const excess = jsonExcess(text);
    if (excess !== undefined) throw new BadRequestError(excess);
    return this.validation.transform(storable(jsonOf(text)), {
      type: 'body',
      metatype: ImportChatRequest,
    }) as ImportChatRequest;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError('Not a line of JSON');
  }
}
