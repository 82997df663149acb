import { Global, Module } from '@nestjs/common';
import { DeclarationsModule } from '../discovery/declarations.module';
import { ClusterBus } from './cluster-bus';
import { EventBus } from './event-bus';

@Global()
@Module({ imports: [DeclarationsModule], providers: [EventBus, ClusterBus], exports: [EventBus, ClusterBus] })
export class EventsModule {}
