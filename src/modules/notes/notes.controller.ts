import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequireFeature } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { UnauthorizedError } from '../../common/errors/app-error';
import {
  CreateNoteRequest,
  NoteTitlesQuery,
  UpdateNoteRequest,
  type NoteResponse,
  type NoteTitleResponse,
  type NoteUserResponse,
} from './notes.dto';
import { NotesService } from './notes.service';

@ApiTags('notes')
@ApiAuth()
@RequireFeature('notes', { refusal: () => new UnauthorizedError() })
@Controller('api/v1/notes')
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  /** Own notes and those that the user may change, last changed first. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<NoteUserResponse[]> {
    return this.notes.listOwn(principal);
  }

  /** Titles of the same notes: all, or 60 per page. */
  @Get('list')
  listTitles(@CurrentPrincipal() principal: Principal, @Query() query: NoteTitlesQuery): Promise<NoteTitleResponse[]> {
    return this.notes.listTitles(principal, query.page);
  }

  /** Create a note, owned by the user. */
  @Post('create')
  create(@CurrentPrincipal() principal: Principal, @Body() request: CreateNoteRequest): Promise<NoteResponse> {
    return this.notes.create(principal, request);
  }

  /** One note. */
  @Get(':id')
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<NoteResponse> {
    return this.notes.get(principal, id);
  }

  /** Change a note. `data` and `meta` are merged by key. For the owner, administrators and users with write access. */
  @Post(':id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: UpdateNoteRequest,
  ): Promise<NoteResponse> {
    return this.notes.update(principal, id, request);
  }

  /** Delete a note. For the owner, administrators and users with write access. */
  @Delete(':id/delete')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.notes.delete(principal, id);
  }
}
