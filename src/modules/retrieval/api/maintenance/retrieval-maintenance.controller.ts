import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../../common/auth/access-rules';
import { DeleteRequest, type DeleteResponse, type RetrievalStatusResponse } from './maintenance.dto';
import { RetrievalMaintenanceService } from './retrieval-maintenance.service';
import { RetrievalStatusService } from './retrieval-status.service';

@ApiTags('retrieval')
@ApiAuth()
@Controller('api/v1/retrieval')
export class RetrievalMaintenanceController {
  constructor(
    private readonly status: RetrievalStatusService,
    private readonly maintenance: RetrievalMaintenanceService,
  ) {}

  /** Settings that users may know, and whether searches use vectors or full text alone. */
  @Get()
  getStatus(): RetrievalStatusResponse {
    return this.status.get();
  }

  /** Take a file out of a collection. */
  @Post('delete')
  @Roles('admin')
  delete(@Body() request: DeleteRequest): Promise<DeleteResponse> {
    return this.maintenance.delete(request);
  }

  /** Delete all documents and all knowledge bases. */
  @Post('reset/db')
  @Roles('admin')
  @ApiOkResponse({ schema: { type: 'boolean', nullable: true, example: null } })
  resetIndex(): Promise<null> {
    return this.maintenance.resetIndex();
  }

  /** Delete the stored bytes of all files; the files stay. */
  @Post('reset/uploads')
  @Roles('admin')
  @ApiOkResponse({ schema: { type: 'boolean' } })
  resetUploads(): Promise<true> {
    return this.maintenance.resetUploads();
  }
}
