import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module';
import { FolderFilesService } from './folder-files.service';
import { Folder } from './folder.entity';
import { FoldersController } from './folders.controller';
import { FoldersRepository } from './folders.repository';
import { FoldersService } from './folders.service';

@Module({
  imports: [TypeOrmModule.forFeature([Folder]), AuthModule],
  controllers: [FoldersController],
  providers: [FoldersRepository, FolderFilesService, FoldersService],
  exports: [FoldersService, AuthModule],
})
export class FoldersModule {}
