import { Global, Module } from '@nestjs/common';
import { ClusterBus } from './cluster-bus';
import { EventBus } from './event-bus';

@Global()
@Module({ providers: [EventBus, ClusterBus], exports: [EventBus, ClusterBus] })
export class EventsModule {}
