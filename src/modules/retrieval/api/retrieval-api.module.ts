import { Module } from '@nestjs/common';
import { FilesModule } from '../../files/files.module';
import { IngestModule } from '../ingest/ingest.module';
import { SearchModule } from '../search/search.module';
import { SplittingModule } from '../splitting/splitting.module';
import { WebModule } from '../web/web.module';
import { EmbeddingConfigService } from './config/embedding-config.service';
import { RetrievalConfigController } from './config/retrieval-config.controller';
import { RetrievalConfigService } from './config/retrieval-config.service';
import { RetrievalMaintenanceController } from './maintenance/retrieval-maintenance.controller';
import { RetrievalMaintenanceService } from './maintenance/retrieval-maintenance.service';
import { RetrievalStatusService } from './maintenance/retrieval-status.service';
import { FileProcessingRequestsService } from './process/file-processing-requests.service';
import { ProcessController } from './process/process.controller';
import { TextsService } from './process/texts.service';
import { WebRequestsController } from './process/web-requests.controller';
import { WebRequestsService } from './process/web-requests.service';
import { QueryController } from './query/query.controller';
import { QueryService } from './query/query.service';

/** `/api/v1/retrieval`. */
@Module({
  imports: [FilesModule, SplittingModule, SearchModule, WebModule, IngestModule],
  controllers: [
    RetrievalMaintenanceController,
    RetrievalConfigController,
    ProcessController,
    WebRequestsController,
    QueryController,
  ],
  providers: [
    RetrievalStatusService,
    RetrievalMaintenanceService,
    RetrievalConfigService,
    EmbeddingConfigService,
    FileProcessingRequestsService,
    TextsService,
    WebRequestsService,
    QueryService,
  ],
  exports: [WebRequestsService],
})
export class RetrievalApiModule {}
