import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DeclarationsService } from './declarations.service';

@Module({ imports: [DiscoveryModule], providers: [DeclarationsService], exports: [DeclarationsService] })
export class DeclarationsModule {}
