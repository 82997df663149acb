import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { AuditListResponse, AuditQuery } from './audit.dto';
import { AuditLogService } from './audit-log.service';
import { Audited } from './audited.decorator';

@ApiTags('audit')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @ApiOperation({ summary: 'Audit log, newest first, 100 per page' })
  @Get()
  list(@Query() query: AuditQuery): Promise<AuditListResponse> {
    return this.log.list(query);
  }

  @ApiOperation({ summary: 'Export matching entries, oldest first: one JSON object per line' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Audited()
  @Get('export')
  export(@Query() query: AuditQuery): StreamableFile {
    return new StreamableFile(Readable.from(this.log.exportLines(query)), {
      type: 'application/x-ndjson',
      disposition: 'attachment; filename="audit.jsonl"',
    });
  }
}
