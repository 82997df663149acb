import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { FileResponse } from '../../../common/http/answers/file-response';
import { ChatImagesService } from './chat-images.service';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatImagesController {
  constructor(private readonly images: ChatImagesService) {}

  /** An image of a message. For the owner, for all users while it is in a shared chat, and for administrators. */
  @Get('images/:image_id')
  @ApiProduces('image/png', 'image/jpeg', 'image/gif', 'image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  get(@CurrentPrincipal() principal: Principal, @Param('image_id') id: string): Promise<FileResponse> {
    return this.images.get(principal, id);
  }
}
